/** The commands as users call them, in a local cloud of their own that nothing runs in. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { exitCodes } from "../../automation/errors";
import { checkout, localPaths } from "../../local/cloud/paths";
import { startProgram } from "./program";
import { cloudName, deploy, paths as e2ePaths, system } from "./system";
import { ctrlC, Terminal } from "./terminal";

const cloud = "deploy";
const paths = localPaths(cloud);
const local = ["--target", `local:${cloud}`];
/** The one that all end-to-end tests share, and that runs. */
const running = ["--target", `local:${cloudName}`];

/** What the committed stack files leave to their user. */
const complete = [
  "cloudtakUrl=https://cloudtak.example.org",
  "cloudtakSigningSecretArn=arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:signing-AbCdEf",
  "domainName=media.example.org",
  "hostedZoneName=example.org",
].flatMap((value) => ["--context", value]);

const deployResult = z.object({
  type: z.literal("result"),
  outputs: z
    .object({ urls: z.record(z.string(), z.string()), taskDefinitionArn: z.string() })
    .loose(),
  health: z.object({
    taskDefinitionArn: z.string(),
    targets: z.array(z.object({ protocol: z.string(), healthy: z.number() })),
  }),
});
const configurationError = z.object({
  type: z.literal("error"),
  exitCode: z.number(),
  faults: z.array(z.object({ key: z.string() })),
});

const command = (name: string, stack: string, args: readonly string[]) => [
  process.execPath,
  "-r",
  "ts-node/register",
  join(checkout, "cli/main.ts"),
  name,
  stack,
  ...args,
];

/** Runs a command without a terminal. */
async function run(
  name: string,
  stack: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const [node = "", ...rest] = command(name, stack, args);
  const program = startProgram(node, rest, env);
  return { code: await program.ended, said: program.log(), stdout: program.stdout() };
}

/** The lines of `--json`. */
const linesOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const below = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" });
const locks = () => {
  const folder = join(paths.state, ".pulumi/locks");
  return below(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
};

describe("the commands of the README", () => {
  after(() => rmSync(paths.root, { recursive: true, force: true }));

  it("change nothing without a terminal and --yes", async () => {
    const { code, said } = await run("deploy", "dev", local);
    assert.equal(code, exitCodes.usage, said);
    assert.match(said, /no terminal to ask in; add --yes/);
  });

  it("name all faults of command line and stack file, and start nothing", async () => {
    const context = ["--context", "mediamtx.cpu=300", "--context", "enableInsecurePort=true"];
    const { code, stdout } = await run("deploy", "prod", [
      ...[...local, ...context, "--context", "hostedZoneName=example.net", "--yes", "--json"],
    ]);
    assert.equal(code, exitCodes.configuration, stdout);
    const [line, ...others] = linesOf(stdout);
    assert.deepEqual(others, []);
    const error = configurationError.parse(line);
    assert.equal(error.exitCode, exitCodes.configuration);
    assert.deepEqual(
      error.faults.map(({ key }) => key),
      ["mediamtx.cpu", "enableInsecurePort", "domainName"],
    );
  });

  it("deploy nothing to AWS from stack files as they are committed", async () => {
    const keys = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "test" };
    const { code, said } = await run("deploy", "prod", ["--yes"], keys);
    assert.equal(code, exitCodes.configuration, said);
    const commands = [...said.matchAll(/is not set; .*; (pulumi config set .*)$/gm)];
    assert.deepEqual(
      commands.map(([, command = ""]) => command.replace(/ \S+$/, "")),
      [
        "pulumi config set cloudtakUrl",
        "pulumi config set --plaintext cloudtakSigningSecretArn",
        "pulumi config set domainName",
        "pulumi config set hostedZoneName",
      ],
    );
  });

  it("say what is missing for AWS, and keep away from it in the local cloud's shell", async () => {
    const home = mkdtempSync(join(tmpdir(), "home-"));
    try {
      const aws = { AWS_EC2_METADATA_DISABLED: "true", HOME: home, PULUMI_BACKEND_URL: "" };
      const nobody = await run("deploy", "prod", [...complete, "--yes"], aws);
      assert.equal(nobody.code, exitCodes.credentials, nobody.said);
      assert.match(nobody.said, /THIS DEPLOYS PRODUCTION: stack "prod"/);
      assert.match(nobody.said, /no AWS credentials.*aws sso login.*--target local/);

      const keys = { ...aws, AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "test" };
      const loggedOut = await run("preview", "dev", complete, keys);
      assert.equal(loggedOut.code, exitCodes.credentials, loggedOut.said);
      assert.match(loggedOut.said, /not logged in to a backend; run `pulumi login`/);

      const backend = { ...keys, PULUMI_BACKEND_URL: `file://${paths.state}` };
      const mixed = await run("deploy", "dev", [...complete, "--yes"], backend);
      assert.equal(mixed.code, exitCodes.usage, mixed.said);
      assert.match(mixed.said, /state of the local cloud \(PULUMI_BACKEND_URL is file:/);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it("know no outputs of a stack that is not there", async () => {
    const { code, said } = await run("outputs", "nowhere", local);
    assert.equal(code, exitCodes.stackNotFound, said);
    assert.match(said, /there is no stack "nowhere" in this backend/);
  });

  it("show the plan, ask, refuse a second update beside the first, and end with Ctrl-C without a lock", async () => {
    const first = new Terminal(["npm", "run", "deploy:dev", "--", ...local]);
    await first.shows('deploy stack "dev" now? (yes or no)');
    assert.match(first.screen, /\+ create +aws:ecs\/service:Service +media-service/);
    assert.match(first.screen, /Plan: \d+ to create/);
    first.type("yes\n");
    await first.shows("Updating dev");
    await first.shows("+ create   aws:", "Updating dev");
    const [lock = ""] = locks();
    const { pid } = JSON.parse(readFileSync(lock, "utf8"));
    process.kill(pid, "SIGSTOP");
    try {
      const second = await run("deploy", "dev", [...local, "--yes"]);
      assert.equal(second.code, exitCodes.concurrentUpdate, second.said);
      assert.match(second.said, new RegExp(`another update of stack "dev"[\\s\\S]*pid ${pid}`));
      assert.match(second.said, /pulumi cancel --stack dev/);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    first.type(ctrlC);
    assert.equal(await first.ended, exitCodes.cancelled, first.screen);
    assert.match(first.screen, /cancelled; stack "dev" is not locked/);
    assert.deepEqual(locks(), []);
  });

  it("are refused by the policy pack, with every violation, before anything changes", async () => {
    const args = [...local, "--yes", "--context", "enableInsecurePorts=true"];
    const { code, said } = await run("deploy", "prod", args);
    assert.equal(code, exitCodes.policyViolation, said);
    assert.match(said, /insecure-ports[\s\S]*1935/);
    assert.match(said, /insecure-ports[\s\S]*8554/);
    assert.doesNotMatch(said, /Updating prod/);
  });

  it("destroy after a yes alone, and leave nothing", async () => {
    const asked = new Terminal(command("destroy", "dev", local));
    await asked.shows('destroy stack "dev" now? (yes or no)');
    asked.type("no\n");
    assert.equal(await asked.ended, exitCodes.cancelled, asked.screen);
    assert.match(asked.screen, /declined; nothing was changed/);

    const regretted = new Terminal(command("destroy", "dev", local));
    await regretted.shows('destroy stack "dev" now? (yes or no)');
    regretted.type(`yes\n${ctrlC}`);
    assert.equal(await regretted.ended, exitCodes.cancelled, regretted.screen);
    assert.match(regretted.screen, /cancelled; nothing was changed/);

    const { code, said } = await run("destroy", "dev", [...local, "--yes"]);
    assert.equal(code, exitCodes.success, said);
    const state = JSON.parse(
      readFileSync(join(paths.state, ".pulumi/stacks/tak-media-infra/dev.json"), "utf8"),
    );
    assert.deepEqual(state.checkpoint.latest?.resources ?? [], []);
  });

  it("deploy to a running system, which follows, with values that are written nowhere", async () => {
    await system();
    const folder = join(e2ePaths.project, "Pulumi.dev.yaml");
    const file = readFileSync(folder, "utf8");
    const temporary = mkdtempSync(join(tmpdir(), "deploy-"));
    try {
      const args = [...running, "--yes", "--json", "--context", "enableInsecurePorts=true"];
      const { code, said, stdout } = await run("deploy", "dev", args, { TMPDIR: temporary });
      assert.equal(code, exitCodes.success, said);
      const result = deployResult.parse(linesOf(stdout).at(-1));
      assert.match(result.outputs.urls["rtmp-plain"] ?? "", /:1935$/);
      assert.equal(result.health.taskDefinitionArn, result.outputs.taskDefinitionArn);
      assert.deepEqual(
        result.health.targets.map(({ protocol, healthy }) => `${protocol} ${healthy}`).sort(),
        ["api 1", "hls 1", "rtmp 1", "rtsp 1", "srt 1"],
      );
      assert.equal(readFileSync(folder, "utf8"), file);
      const left = readdirSync(temporary).filter((name) => name.startsWith("tak-media-infra"));
      assert.deepEqual(left, []);

      const printed = await run("outputs", "dev", [...running, "--json"]);
      assert.equal(printed.code, exitCodes.success, printed.said);
      assert.deepEqual(linesOf(printed.stdout).at(-1)?.outputs, result.outputs);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
      assert.match(await deploy(), /listeners-rtmp-plain deleted/, "the values hold for one run");
    }
  });
});
