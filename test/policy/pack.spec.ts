import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { toPolicy } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { finding, request } from "./analyzer";

const root = join(__dirname, "..", "..");
const runPolicyPack = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");

describe("the list of rules", () => {
  it("is this one, with these levels in production and in development", () => {
    assert.deepEqual(
      rules.map((rule) => [
        rule.name,
        toPolicy(rule, "production").enforcementLevel,
        toPolicy(rule, "development").enforcementLevel,
      ]),
      [
        ["environment-matches-stack", "mandatory", "mandatory"],
        ["insecure-ports", "mandatory", "advisory"],
      ],
    );
  });

  it("tells of each rule what it is about and what to do", () => {
    for (const { name, description, remediationSteps } of rules) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      assert.match(description, /^Prohibits .*\.$/);
      assert.match(remediationSteps, /^Run "pulumi config .*\.$/);
    }
  });
});

describe("the compiled pack, as the Pulumi engine starts it", () => {
  let folder: string;
  let running: ChildProcess | undefined;

  /** A copy of the pack in a place of its own, so that no other build is touched. */
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-pack-"));
    const own = (file: string) => !/node_modules|[\\/]bin$/.test(file);
    cpSync(join(root, "policy"), join(folder, "policy"), { recursive: true, filter: own });
    mkdirSync(join(folder, "components"));
    cpSync(join(root, "components", "ports.ts"), join(folder, "components", "ports.ts"));
    cpSync(join(root, "tools", "build.mjs"), join(folder, "tools", "build.mjs"));
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

  function start(environment: NodeJS.ProcessEnv): ChildProcess {
    const { PULUMI_CONFIG: _config, PULUMI_NODEJS_PROJECT: _project, ...rest } = process.env;
    running = spawn(process.execPath, [runPolicyPack, "127.0.0.1:1", "."], {
      cwd: join(folder, "policy"),
      env: { ...rest, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return running;
  }

  /** Name and level of every rule, and what they say about a plaintext listener. */
  async function ask(environment: NodeJS.ProcessEnv) {
    const { stdout } = start(environment);
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

  const stack = (config: object) => ({
    PULUMI_NODEJS_PROJECT: "media",
    PULUMI_CONFIG: JSON.stringify(config),
  });

  it("blocks a plaintext listener in production", async () => {
    assert.deepEqual(await ask(stack({ "media:environment": "prod" })), {
      pack: "tak-media-infra@0.1.0",
      rules: ["environment-matches-stack", "insecure-ports"],
      findings: [["insecure-ports", "mandatory"]],
    });
  });

  it("advises against it in development", async () => {
    const { findings } = await ask(stack({ "media:environment": "dev" }));
    assert.deepEqual(findings, [["insecure-ports", "advisory"]]);
  });

  it("takes a stack of which it knows nothing for production", async () => {
    assert.deepEqual((await ask({})).findings, [["insecure-ports", "mandatory"]]);
  });

  it("does not take another project's environment for its own", async () => {
    const { findings } = await ask(
      stack({ "other:environment": "dev", "media:environment": "DEV" }),
    );
    assert.deepEqual(findings, [["insecure-ports", "mandatory"]]);
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

  it("says what to run when a source is newer than the bundle", async () => {
    for (const source of ["components/ports.ts", "policy/rules/ports.ts"]) {
      const later = Date.now() / 1000 + 60;
      utimesSync(join(folder, source), later, later);
      const printed = await refusal();
      assert.match(printed, /index\.js" is older than ".*ports\.ts": run "npm run build"/);
      utimesSync(join(folder, source), 0, 0);
    }
  });

  it("says what to run when the bundle is missing", async () => {
    rmSync(join(folder, "policy", "bin"), { recursive: true });
    assert.match(await refusal(), /index\.js" is missing: run "npm run build"/);
    build();
  });
});
