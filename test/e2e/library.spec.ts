/** The package as other programs use it: the examples, on local clouds that nothing runs in. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { engineCommand } from "../../automation/engine/command";
import { Network } from "../../components/network/network";
import { checkout, type LocalPaths, localPaths, readToolchain } from "../../local/cloud/paths";
import { pulumi } from "../../local/cloud/pulumiCli";
import { localWorkspace } from "../../local/cloud/workspace";

const toolchain = readToolchain();
const cloudtak = {
  cloudtakUrl: "https://cloudtak.example.org",
  cloudtakSigningSecretArn:
    "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:cloudtak-signing-AbCdEf",
};

/** Node finds "tak-media-infra" in its own checkout by the exports of package.json, which name compiled files. */
function buildLibrary(this: Mocha.Context): void {
  this.timeout(180_000);
  execFileSync("npm", ["run", "--silent", "build:library"], { cwd: checkout, stdio: "inherit" });
}

describe("examples/embed", () => {
  const paths = localPaths("embed");
  const token = "a-token-that-only-the-tests-know-0123";
  const body = { region: "ap-southeast-2", args: { ...cloudtak, environment: "dev" } };
  let url: string;
  let close: () => Promise<void>;

  before(async function () {
    buildLibrary.call(this);
    const { service }: typeof import("../../examples/embed/service") =
      require("../../examples/embed/service");
    const workspace = localWorkspace(paths, toolchain);
    const app = service({ token, workspace, health: false });
    url = await app.listen({ host: "127.0.0.1", port: 0 });
    close = () => app.close();
  });
  after(async () => {
    await close?.();
    rmSync(paths.root, { recursive: true, force: true });
  });

  const post = (path: string, content: unknown, authorization = `Bearer ${token}`) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(content),
    });

  it("does nothing for strangers, and names all faults of a bad request", async () => {
    const stranger = await post("/stacks/team-a/deploy", body, "Bearer guess");
    assert.equal(stranger.status, 401);
    const args = { ...body.args, mediamtxCpu: 300, zone: 2 };
    const bad = await post("/stacks/team-a/preview", { ...body, args });
    assert.equal(bad.status, 422);
    const { faults } = (await bad.json()) as { faults: { key: string }[] };
    assert.deepEqual(faults.map(({ key }) => key).sort(), ["mediamtxCpu", "zone"]);
  });

  it("refuses what the policy pack refuses", async () => {
    const args = {
      ...cloudtak,
      environment: "prod",
      certificateArn:
        "arn:aws:acm:ap-southeast-2:123456789012:certificate/12345678-1234-1234-1234-123456789012",
      enableInsecurePorts: true,
    };
    const refused = await post("/stacks/team-b/preview", { ...body, args });
    assert.equal(refused.status, 422);
    const { violations } = (await refused.json()) as { violations: { policy: string }[] };
    assert.ok(violations.some(({ policy }) => policy.includes("insecure-ports")));
  });

  it("deploys a stack and tells what happens line by line", async () => {
    const deployed = await post("/stacks/team-a/deploy", body);
    assert.equal(deployed.status, 200);
    const lines = (await deployed.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const done = lines.filter(({ type, state }) => type === "resource" && state === "done");
    const result = lines.at(-1);
    assert.equal(result.type, "result", JSON.stringify(result));
    assert.ok(done.some(({ change }) => change.name === "media-service"));
    assert.equal(result.outputs.serviceName, "TAK-Team-a-MediaInfra-MediaMTX");
  });
});

describe("examples/component", () => {
  before(buildLibrary);
  const paths = localPaths("component");
  after(() => rmSync(paths.root, { recursive: true, force: true }));

  it("puts the system into a VPC that exists, below one component of somebody's own program", async () => {
    const workspace = localWorkspace(paths, toolchain);
    const vpc = await existingVpc(paths, workspace.env);
    const folder = project(
      paths,
      "our-own-program",
      join(checkout, "examples/component/index.ts"),
      {
        ...cloudtak,
        ...vpc,
      },
    );
    const env = { PULUMI_OPTION_CWD: folder };
    await pulumi(paths, toolchain, ["stack", "init", "dev"], { env });
    const args = ["up", "--yes", "--skip-preview", "--stack", "dev"];
    const up = await pulumi(paths, toolchain, args, { env });
    assert.equal(up.code, 0, up.stdout + up.stderr);
    const exported = await pulumi(paths, toolchain, ["stack", "export", "--stack", "dev"], { env });
    const { deployment } = JSON.parse(exported.stdout);
    const resources: { urn: string; type: string; inputs?: Record<string, unknown> }[] =
      deployment.resources;
    const own = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.ok(own.length > 30, `${own.length} resources`);
    for (const { urn } of own) assert.match(urn, /::tak-media-infra:index:MediaInfra\$/);
    const images = resources.filter(({ type }) => type === "docker-build:index:Image");
    const contexts = images.map(({ inputs }) => inputs?.context);
    assert.equal(contexts.length, 2);
    for (const location of ["../../gateway/bin", "../../gateway/mediamtx/image"]) {
      assert.ok(
        contexts.some((context) => isDeepStrictEqual(context, { location })),
        location,
      );
    }
    assert.equal(resources.filter(({ type }) => type === "aws:ec2/vpc:Vpc").length, 0);

    const destroyed = await pulumi(paths, toolchain, ["destroy", "--yes", "--stack", "dev"], {
      env,
    });
    assert.equal(destroyed.code, 0, destroyed.stdout + destroyed.stderr);
  });
});

/** A project folder of the local cloud: its Pulumi.yaml with the local providers, and a stack file for dev. */
function project(
  paths: LocalPaths,
  name: string,
  main: string,
  config: Readonly<Record<string, unknown>>,
): string {
  const { plugins } = parse(readFileSync(join(paths.project, "Pulumi.yaml"), "utf8"));
  const folder = join(paths.root, name);
  mkdirSync(folder, { recursive: true });
  const runtime = {
    name: "nodejs",
    options: { typescript: true, tsconfig: join(checkout, "tsconfig.pulumi.json") },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name, runtime, main, plugins }));
  const own = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]);
  writeFileSync(
    join(folder, "Pulumi.dev.yaml"),
    stringify({ config: { "aws:region": "ap-southeast-2", ...Object.fromEntries(own) } }),
  );
  return folder;
}

/** A VPC that another team's stack has made. */
async function existingVpc(paths: LocalPaths, env: NodeJS.ProcessEnv) {
  const program: PulumiFn = async () => {
    const { vpcId, publicSubnetIds, taskSubnetIds } = new Network("network", {
      network: { kind: "new", cidrBlock: "10.0.0.0/16", zones: 2, natGateways: "Single" },
      logRetentionDays: 7,
      kmsKeyArn: undefined,
      rolePath: "/their-network/",
      permissionsBoundaryArn: undefined,
      protect: false,
      tags: {},
    });
    return { vpcId, publicSubnetIds, privateSubnetIds: taskSubnetIds };
  };
  const opened = await LocalWorkspace.create({
    workDir: project(paths, "their-network", join(checkout, "index.ts"), {}),
    program,
    pulumiCommand: await engineCommand({ ...env, PULUMI_OPTION_CWD: undefined }),
  });
  const { outputs } = await (await Stack.createOrSelect("dev", opened)).up();
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
