import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { rules } from "../../policy/rules";
import { finding, request } from "./analyzer";

const root = join(__dirname, "..", "..");
const runPolicyPack = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");

describe("the compiled pack, as the Pulumi engine starts it", () => {
  let folder: string;
  let running: ChildProcess | undefined;

  /** A copy of the pack in a place of its own, so that no other build is touched. */
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-pack-"));
    const own = (file: string) => !/node_modules|[\\/]bin$/.test(file);
    cpSync(join(root, "policy"), join(folder, "policy"), { recursive: true, filter: own });
    for (const part of ["components", "config", "shared"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    for (const file of readdirSync(join(root, "tools")).filter((name) => name.endsWith(".mjs"))) {
      cpSync(join(root, "tools", file), join(folder, "tools", file));
    }
    for (const file of ["LICENSE", "docs/POLICIES.md"])
      cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    build();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  afterEach(async () => {
    if (!running || running.exitCode !== null) return;
    running.kill();
    await once(running, "exit");
  });

  const build = () =>
    execFileSync(process.execPath, [join(folder, "tools", "build.mjs"), "policy"], {
      cwd: folder,
    });

  function start(environment: NodeJS.ProcessEnv, pack = join(folder, "policy")): ChildProcess {
    const { PULUMI_CONFIG: _config, PULUMI_NODEJS_PROJECT: _project, ...rest } = process.env;
    running = spawn(process.execPath, [runPolicyPack, "127.0.0.1:1", "."], {
      cwd: pack,
      env: { ...rest, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return running;
  }

  /** Name and level of every rule, and what they say about a plaintext listener. */
  async function ask(environment: NodeJS.ProcessEnv, pack?: string) {
    const { stdout } = start(environment, pack);
    assert(stdout);
    const [port] = (await once(createInterface(stdout), "line")) as [string];
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
    try {
      const info = await new Promise<AnalyzerInfo>((resolve, reject) => {
        client.getAnalyzerInfo(new Empty(), (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
      const answer = await new Promise<AnalyzeResponse>((resolve, reject) => {
        const listener = request("aws:lb/listener:Listener", { port: 1935, protocol: "TCP" });
        client.analyze(listener, (error, response) => (error ? reject(error) : resolve(response)));
      });
      return {
        pack: `${info.getName()}@${info.getVersion()}`,
        rules: info.getPoliciesList().map((policy) => policy.getName()),
        findings: answer.getDiagnosticsList().map((d) => [finding(d).rule, finding(d).level]),
      };
    } finally {
      client.close();
    }
  }

  const plaintext = (level: string) => [
    ["insecure-ports", level],
    ["listener-encrypted", level],
    ["listener-ports", level],
  ];

  const stack = (config: object) => ({
    PULUMI_NODEJS_PROJECT: "media",
    PULUMI_CONFIG: JSON.stringify(config),
  });

  it("blocks a plaintext listener in production", async () => {
    assert.deepEqual(await ask(stack({ "media:environment": "prod" })), {
      pack: "tak-media-infra@0.1.0",
      rules: ["waivers", "stack-waivers", "valid-waivers", ...rules.map(({ name }) => name)],
      findings: plaintext("mandatory"),
    });
  });

  it("advises against it in development", async () => {
    const { findings } = await ask(stack({ "media:environment": "dev" }));
    assert.deepEqual(findings, plaintext("advisory"));
  });

  it("takes a stack of which it knows nothing for production", async () => {
    assert.deepEqual((await ask({})).findings, plaintext("mandatory"));
  });

  it("does not take another project's environment for its own", async () => {
    const { findings } = await ask(
      stack({ "other:environment": "dev", "media:environment": "DEV" }),
    );
    assert.deepEqual(findings, plaintext("mandatory"));
  });

  it("is packed with all that it needs, and runs elsewhere", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    execFileSync("npm", ["pack", "--pack-destination", elsewhere], {
      cwd: join(folder, "policy"),
      stdio: "ignore",
    });
    const [tarball = ""] = readdirSync(elsewhere);
    execFileSync("tar", ["-xzf", tarball], { cwd: elsewhere });
    const pack = join(elsewhere, "package");
    assert.deepEqual((readdirSync(pack, { recursive: true }) as string[]).sort(), [
      ...["LICENSE", "PulumiPolicy.yaml", "README.md", "bin", "bin/index.js"],
      ...["docs", "docs/POLICIES.md", "main.js", "package.json"],
    ]);
    assert.deepEqual((await ask({}, pack)).findings, plaintext("mandatory"));
  });

  async function refusal(): Promise<string> {
    const child = start({});
    let printed = "";
    child.stderr?.on("data", (chunk) => {
      printed += chunk;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 1);
    return printed;
  }

  it("says what to run when a source has changed since the bundle was made", async () => {
    for (const source of [
      "shared/protocols.ts",
      "shared/fargateSizes.ts",
      "policy/rules/ec2/insecurePorts.ts",
    ]) {
      const file = join(folder, source);
      const text = readFileSync(file, "utf8");
      writeFileSync(file, `${text}\n`);
      const printed = await refusal();
      assert.match(printed, /index\.js" was made before ".*\.ts" changed: run "npm run build"/);
      writeFileSync(file, text);
    }
  });

  it("says what to run when the bundle is missing", async () => {
    rmSync(join(folder, "policy", "bin"), { recursive: true });
    assert.match(await refusal(), /index\.js" is missing: run "npm run build"/);
    build();
  });
});
