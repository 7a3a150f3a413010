import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { prepareBackend } from "../local/cloud/environment";
import {
  checkout,
  type LocalPaths,
  localPaths,
  readToolchain,
  type Toolchain,
} from "../local/cloud/paths";
import { writeProject } from "../local/cloud/project";
import { pulumiOrThrow, selectStack } from "../local/cloud/pulumiCli";
import { report, secondsOf } from "./timing";

const name = "bench";
const runs = 5;

/** Resolves when the output of a process holds a text. */
function says(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const onData = (data: Buffer) => {
      output += data;
      if (output.includes(text)) resolve();
    };
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.once("close", () => reject(new Error(`ended without saying "${text}":\n${output}`)));
  });
}

function startSystem(): ChildProcess {
  return spawn(process.execPath, ["-r", "ts-node/register", "cli/main.ts", "start", name], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** From the command to the first frames that MediaMTX has taken from FFmpeg over RTMPS. */
async function startToPublish(): Promise<void> {
  const system = startSystem();
  await says(system, "The system is up.");
  const source = "-f lavfi -i testsrc2=size=320x180:rate=25 -c:v libx264 -preset ultrafast -g 25";
  const url = "rtmps://localhost:1936/live/test-user:test-pass:test-stream";
  const ffmpeg = spawn(
    "ffmpeg",
    [..."-re -nostdin -stats".split(" "), ...source.split(" "), "-f", "flv", url],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  await says(system, "is publishing to path");
  await Promise.all([stop(ffmpeg), stop(system)]);
}

/** From spawn to the port on stdout. */
async function packStart(): Promise<void> {
  const script = createRequire(__filename).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const pack = join(checkout, "policy");
  const child = spawn(process.execPath, [script, "127.0.0.1:1", pack], {
    cwd: pack,
    stdio: ["ignore", "pipe", "pipe"],
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once("data", resolve);
    child.once("close", reject);
  });
  await stop(child);
}

async function prepare(paths: LocalPaths, toolchain: Toolchain): Promise<void> {
  rmSync(paths.root, { recursive: true, force: true });
  prepareBackend(paths);
  writeProject(paths);
  await selectStack(paths, toolchain, "dev");
  await pulumiOrThrow(paths, toolchain, "up --yes --skip-preview --stack dev".split(" "));
}

/** Starting, previewing, and the policy pack. */
export async function benchStart(): Promise<void> {
  const paths = localPaths(name);
  const toolchain = readToolchain();
  const preview = (stack: string) =>
    pulumiOrThrow(paths, toolchain, ["preview", "--stack", stack, "--policy-pack", "policy"]);
  try {
    await prepare(paths, toolchain);
    report("policy pack, spawn to port", await secondsOf(runs, packStart), "s", 2);
    report(
      "pulumi preview with policy pack, dev, no change",
      await secondsOf(runs, () => preview("dev")),
      "s",
    );
    await selectStack(paths, toolchain, "prod");
    report(
      "pulumi preview with policy pack, prod, all new",
      await secondsOf(runs, () => preview("prod")),
      "s",
    );
    report("warm npm start to first accepted publish", await secondsOf(runs, startToPublish), "s");
  } finally {
    rmSync(paths.root, { recursive: true, force: true });
  }
}
