import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { DoctorCheck, DoctorContext } from "../context";
import { givenImage } from "../givenImage";
import type { CommandOutcome } from "../machine";

const subject = "images";

/** The gateway's image is built, and MediaMTX's copied, for ARM by the machine that deploys, or they exist. */
export const image: DoctorCheck = {
  subject,
  reads: ["gatewayImage", "mediamtxImage"],
  timeoutMs: 20_000,
  run: async (context, signal) => {
    const { gatewayImage, mediamtxImage } = context.settings;
    const given = [gatewayImage, mediamtxImage].filter((each) => each !== undefined);
    const found = await Promise.all(
      given.map((each) => givenImage(subject, each, context, signal)),
    );
    return given.length === 2 ? found : [...found, await builderFinding(context, signal)];
  },
};

async function builderFinding(
  { machine, target }: DoctorContext,
  signal: AbortSignal,
): Promise<Finding> {
  if (target === "local") return notChecked(subject, "the local cloud builds no images");
  const version = await machine.run(
    "docker",
    ["version", "--format", "{{.Server.Version}}"],
    signal,
  );
  const builder = await machine.run("docker", ["buildx", "inspect"], signal);
  return imageFinding(version, builder, process.arch);
}

export function imageFinding(
  version: CommandOutcome,
  builder: CommandOutcome,
  arch: string,
): Finding {
  const other = "or set gatewayImage and mediamtxImage to images that were made elsewhere";
  if (version.code === null) {
    return fault(subject, "there is no docker on PATH", `install Docker, ${other}`);
  }
  if (version.code !== 0) {
    const reason = version.stderr.trim().split("\n")[0] ?? "";
    return fault(subject, `Docker does not answer: ${reason}`, `start Docker, ${other}`);
  }
  if (builder.code !== 0) {
    return fault(subject, "docker buildx does not work", `docker buildx create --use, ${other}`);
  }
  const platforms = /^Platforms:(.*)$/m.exec(builder.stdout)?.[1]?.trim() ?? "";
  if (/linux\/arm64/.test(platforms)) {
    return ok(subject, `Docker ${version.stdout.trim()} builds ${platforms}`);
  }
  const remedy = `docker run --privileged --rm tonistiigi/binfmt --install arm64, ${other}`;
  if (platforms !== "") {
    return fault(subject, `the builder makes ${platforms}, not linux/arm64`, remedy);
  }
  if (arch === "arm64") return ok(subject, `Docker ${version.stdout.trim()} on arm64`);
  return warning(
    subject,
    "not checked: the builder has not been started, so it names no platforms",
    "docker buildx inspect --bootstrap",
  );
}
