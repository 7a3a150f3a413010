import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { pulumiCli } from "../cli";
import { program } from "../program";

const checkout = join(__dirname, "../../../..");

describe("the local providers under the real engine", function () {
  this.timeout(180_000);
  let root: string;
  let stack: Stack;

  before(async () => {
    execFileSync(process.execPath, [join(checkout, "tools/build.mjs"), "providers"], {
      stdio: "ignore",
    });
    mkdirSync(join(checkout, ".local"), { recursive: true });
    root = mkdtempSync(join(checkout, ".local/test-"));
    mkdirSync(join(root, "state"));
    mkdirSync(join(root, "context"));
    writeFileSync(join(root, "context/Dockerfile"), "FROM scratch\nCOPY app /app\n");
    writeFileSync(join(root, "context/app"), "1");
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "dev", projectName: "providers-test", program: program(join(root, "context")) },
      {
        pulumiCommand: await PulumiCommand.get({ root: pulumiCli() }),
        envVars: {
          PATH: [join(checkout, "local/bin"), process.env.PATH].join(delimiter),
          PULUMI_BACKEND_URL: pathToFileURL(join(root, "state")).href,
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
    await stack.setConfig("aws:region", { value: "ap-southeast-2" });
    await stack.setConfig("aws:defaultTags", { value: '{"tags":{"Project":"test"}}' });
  });

  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("previews, deploys, changes nothing twice, finds no drift and destroys", async () => {
    const preview = await stack.preview();
    assert.deepEqual(Object.keys(preview.changeSummary), ["create"]);

    const up = await stack.up();
    assert.equal(up.summary.result, "succeeded");
    assert.equal(up.summary.resourceChanges?.create, preview.changeSummary.create);
    assert.equal(up.outputs.host?.value, "localhost");
    assert.match(
      String(up.outputs.image?.value),
      /^123456789012\.dkr\.ecr\..*@sha256:[0-9a-f]{64}$/,
    );
    assert.equal(up.outputs.privateSubnetIds?.value.length, 2);
    assert.deepEqual(up.outputs.tags?.value, { Project: "test", Part: "network", Name: "net" });

    const again = await stack.preview();
    assert.deepEqual(Object.keys(again.changeSummary), ["same"]);

    const refresh = await stack.refresh();
    assert.deepEqual(Object.keys(refresh.summary.resourceChanges ?? {}), ["same"]);

    for (const file of ["cloud.json", "state/.pulumi/stacks/providers-test/dev.json"]) {
      const content = readFileSync(join(root, file), "utf8");
      assert.ok(content.includes("aws:ecs/taskDefinition:TaskDefinition"), file);
      assert.ok(!content.includes("PRIVATE KEY") && !content.includes("canary"), file);
    }

    const destroy = await stack.destroy();
    assert.deepEqual(Object.keys(destroy.summary.resourceChanges ?? {}), ["delete"]);
    assert.deepEqual(JSON.parse(readFileSync(join(root, "cloud.json"), "utf8")).items, []);
    assert.ok(!existsSync(join(root, "cloud.json.lock")));
  });

  it("says what AWS refuses, in the words of a failed preview", async () => {
    await stack.setConfig("sslPolicy", { value: "ELBSecurityPolicy-none" });
    await assert.rejects(
      stack.preview(),
      /SSLPolicyNotFound: "sslPolicy" is "ELBSecurityPolicy-none"/,
    );
  });
});
