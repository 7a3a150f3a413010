/** `npm run smoke` on the running system, as it is called after a deployment. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../automation/errors";
import { checkout } from "../../local/cloud/paths";
import { startProgram } from "./program";
import { changeCloudtak, cloudName, paths, resetCloudtak, system } from "./system";

const running = ["--stack", "dev", "--target", `local:${cloudName}`];
const testUser = {
  SMOKE_USER: "test-user",
  SMOKE_PASSWORD: "test-pass",
  SMOKE_STREAM: "test-stream",
};

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const main = join(checkout, "cli/main.ts");
  const program = startProgram(
    process.execPath,
    ["-r", "ts-node/register", main, "smoke", ...running, ...args],
    env,
  );
  return { code: await program.ended, said: program.log(), stdout: program.stdout() };
}

/** `npm run deploy:dev`, which finds nothing to change. */
async function deploy(args: readonly string[]) {
  const main = join(checkout, "cli/main.ts");
  const command = ["-r", "ts-node/register", main, "deploy", "dev", "--yes"];
  const target = ["--target", `local:${cloudName}`];
  const program = startProgram(process.execPath, [...command, ...target, ...args]);
  return { code: await program.ended, said: program.log(), stdout: program.stdout() };
}

const faultsIn = (stdout: string) =>
  [...stdout.matchAll(/^fault +(.*?) {2,}(.*)$/gm)].map(([, subject, message]) => ({
    subject: subject ?? "",
    message: message ?? "",
  }));

describe("npm run smoke", function () {
  this.timeout(400_000);
  before(() => system());
  afterEach(() => resetCloudtak());

  it("publishes and plays on every open port, and finds certificates, log and metrics in order", async () => {
    const { code, said, stdout } = await run([], testUser);
    assert.equal(code, exitCodes.success, said);
    const lines = stdout.trim().split("\n");
    assert.match(lines.at(-1) ?? "", /^\d+ ok, 0 warnings, 0 faults$/);
    for (const subject of [
      "service",
      "TLS rtmps 1936",
      "TLS rtsps 8555",
      "TLS https 8888",
      "TLS https 9997",
      "auth function",
      "stream rtmps 1936",
      "stream rtsps 8555",
      "stream srt 8890",
      "stream hls 8888",
      "log",
      "metrics",
    ]) {
      assert.match(stdout, new RegExp(`^ok +${subject} {2,}\\S`, "m"));
    }
    assert.match(stdout, /stream hls 8888 +played, \d+ frames/);
    assert.match(stdout, /TLS rtmps 1936 .* of the local authority$/m);
    assert.doesNotMatch(said, /test-pass/);
  });

  it("takes credentials from a file, names each port that refuses them, and never shows them", async () => {
    const file = join(paths.root, "credentials");
    writeFileSync(file, "user=test-user\npassword=wrong-pass-4711\nstream=test-stream\n", {
      mode: 0o600,
    });
    // Metrics and log are of no interest: the process is ended when the streams are checked.
    const { code, said, stdout } = await run(["--credentials", file, "--json"]);
    assert.equal(code, exitCodes.unexpected, said);
    const found = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const faults = found.filter(({ level }) => level === "fault");
    const subjects = faults.map(({ subject }) => subject);
    assert.ok(subjects.includes("stream rtmps 1936"), `${subjects}`);
    assert.ok(subjects.includes("stream hls 8888"), `${subjects}`);
    const auth = faults.find(({ subject }) => subject === "auth function");
    assert.match(auth.message, /refuses the test user: bad-credentials/);
    assert.doesNotMatch(said, /wrong-pass-4711/);
  });

  it("tells a function that cannot decide from one that refuses, with the cause", async () => {
    const refused = await run(["--short"]);
    assert.equal(refused.code, exitCodes.success, refused.said);
    assert.match(refused.stdout, /^ok +auth function +refuses an unknown user: bad-credentials$/m);
    assert.match(refused.stdout, /No stream was published: this was the short form/);

    changeCloudtak((data) => {
      (data as unknown as { mode: string }).mode = "down";
    });
    const undecided = await run(["--short"]);
    assert.equal(undecided.code, exitCodes.unexpected, undecided.said);
    assert.deepEqual(
      faultsIn(undecided.stdout).map(({ subject }) => subject),
      ["auth function"],
    );
    assert.match(
      undecided.stdout,
      /cannot decide, so every client is refused: .*CloudTAK.* -> check that cloudtakUrl/,
    );
  });

  it("is made in its short form by deploy, which fails when every client is refused", async () => {
    const working = await deploy(["--json"]);
    assert.equal(working.code, exitCodes.success, working.said);
    const notes = working.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .flatMap(({ type, message }) => (type === "note" ? [message] : []));
    assert.ok(notes.some((note) => /^ok +auth function +refuses an unknown user/.test(note)));
    assert.ok(notes.some((note) => /^ok +TLS rtmps 1936/.test(note)));

    changeCloudtak((data) => {
      (data as unknown as { mode: string }).mode = "down";
    });
    const broken = await deploy([]);
    assert.equal(broken.code, exitCodes.unhealthy, broken.said);
    assert.match(
      broken.said,
      /the update is complete, but the system does not work:\n {2}- auth function: cannot decide/,
    );
  });
});
