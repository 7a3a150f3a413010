import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aws } from "../../../../local/providers/aws";
import { secret, unknown } from "../../../../local/providers/engine/wire";
import { checkoutOf, localRoot } from "../../../../local/providers/localRoot";
import { Provider } from "../client";
import { archive, good, tokens, trustPolicy } from "../fixtures";

describe("the provider protocol", () => {
  let provider: Provider;

  before(async () => {
    provider = await Provider.start(aws, {
      region: "ap-southeast-2",
      defaultTags: '{"tags":{"Project":"p","Name":"default"}}',
    });
  });
  after(() => provider.stop());

  describe("configuration", () => {
    it("accepts secrets, resources, outputs and previews", async () => {
      const response = await provider.configure({ region: "ap-southeast-2" });
      const accepted = response.toObject();
      assert.equal(accepted.acceptsecrets, true);
      assert.equal(accepted.acceptresources, true);
      assert.equal(accepted.acceptoutputs, true);
      assert.equal(accepted.supportspreview, true);
      await provider.configure({
        region: "ap-southeast-2",
        defaultTags: '{"tags":{"Project":"p","Name":"default"}}',
      });
    });

    it("names a missing and a malformed region", async () => {
      assert.match((await provider.checkConfig({}))[0] ?? "", /pulumi config set aws:region/);
      assert.match(
        (await provider.checkConfig({ region: "mars" }))[0] ?? "",
        /InvalidRegion.*mars/,
      );
      assert.deepEqual(await provider.checkConfig({ region: "us-gov-west-1" }), []);
    });

    const refused = [
      undefined,
      "s3://bucket",
      "https://api.pulumi.com",
      "file:///tmp/state",
      "file:///checkout/.local/../state",
      "file:///checkout/.local",
      "file:///checkout/.local/other",
      "file:///checkout/.localstate/state",
      "file://host/checkout/.local/state",
      "file://~",
    ];
    for (const url of refused) {
      it(`refuses to work with the backend ${url}`, () => {
        assert.throws(
          () => localRoot(url, "/checkout"),
          /only with a backend inside \/checkout\/\.local/,
        );
      });
    }

    it("takes the folder above the state as the account's root", () => {
      assert.equal(localRoot("file:///checkout/.local/state", "/checkout"), "/checkout/.local");
      assert.equal(
        localRoot("file:///checkout/.local/e2e/state", "/checkout"),
        "/checkout/.local/e2e",
      );
    });

    it("refuses at Configure", async () => {
      await assert.rejects(
        Provider.start(aws, {}, "s3://bucket"),
        /PULUMI_BACKEND_URL is "s3:\/\/bucket"/,
      );
    });

    it("finds the checkout from a folder inside it", () => {
      assert.equal(checkoutOf(__dirname), join(__dirname, "../../../.."));
    });
  });

  describe("check", () => {
    it("reports all unknown and missing inputs at once, by property", async () => {
      const { faults } = await provider.check(tokens.listener, "l", { prot: "TLS", ports: 1 });
      assert.deepEqual(faults.map((fault) => fault.split(":")[0]).sort(), [
        "defaultActions",
        "loadBalancerArn",
        "ports",
        "prot",
      ]);
    });

    it("names a resource by its name and seven digits, the same for the same seed", async () => {
      const first = await provider.check(tokens.logGroup, "logs", {}, {}, "seed");
      const second = await provider.check(tokens.logGroup, "logs", {}, {}, "seed");
      assert.match(first.inputs.name, /^logs-[0-9a-f]{7}$/);
      assert.equal(second.inputs.name, first.inputs.name);
    });

    it("keeps an automatic name, but not one that the program has dropped", async () => {
      const first = await provider.check(tokens.logGroup, "logs", {});
      const kept = await provider.check(tokens.logGroup, "logs", {}, first.inputs);
      assert.equal(kept.inputs.name, first.inputs.name);
      const chosen = await provider.check(tokens.logGroup, "logs", { name: "mine" });
      const dropped = await provider.check(tokens.logGroup, "logs", {}, chosen.inputs);
      assert.match(dropped.inputs.name, /^logs-/);
    });

    it("refuses an automatic name that is too long, and lowers that of a repository", async () => {
      const { faults } = await provider.check(
        tokens.targetGroup,
        "a-name-of-more-than-24-letters",
        good.targetGroup,
      );
      assert.match(faults[0] ?? "", /^name: .*longer than maximum length 32/);
      const { inputs } = await provider.check(tokens.repository, "Gateway", {});
      assert.match(inputs.name, /^gateway-/);
    });

    it("names a bucket in the same way", async () => {
      const { inputs } = await provider.check(tokens.bucket, "Logs", {});
      assert.match(inputs.bucket, /^logs-[0-9a-f]{7}$/);
      assert.equal("name" in inputs, false);
      const { inputs: prefixed } = await provider.check(tokens.bucket, "Logs", {
        bucketPrefix: "of-mine-",
      });
      assert.equal("bucket" in prefixed, false);
    });

    it("merges default tags under the resource's own into tagsAll", async () => {
      const { inputs } = await provider.check(tokens.vpc, "v", {
        ...good.vpc,
        tags: { Name: "v" },
      });
      assert.deepEqual(inputs.tagsAll, { Project: "p", Name: "v" });
      const { inputs: bare } = await provider.check(tokens.vpc, "v", good.vpc);
      assert.deepEqual(bare.tagsAll, { Project: "p", Name: "default" });
      const { inputs: later } = await provider.check(tokens.vpc, "v", {
        ...good.vpc,
        tags: unknown,
      });
      assert.equal(later.tagsAll, unknown);
      const { inputs: hidden } = await provider.check(tokens.vpc, "v", {
        ...good.vpc,
        tags: secret({ Name: "s" }),
      });
      assert.deepEqual(hidden.tagsAll, secret({ Project: "p", Name: "s" }));
    });

    it("judges nothing that is unknown", async () => {
      const { faults } = await provider.check(tokens.listener, "l", {
        loadBalancerArn: unknown,
        port: unknown,
        protocol: unknown,
        certificateArn: unknown,
        sslPolicy: unknown,
        defaultActions: unknown,
      });
      assert.deepEqual(faults, []);
    });

    it("does not show a secret in a fault", async () => {
      const { faults } = await provider.check(tokens.logGroup, "l", { name: secret("ca nary") });
      assert.match(faults[0] ?? "", /Value '\[secret\]' at/);
    });

    it("names an unknown type and what is served", async () => {
      await assert.rejects(
        provider.check("aws:sqs/queue:Queue", "q", {}),
        /does not serve the resource type aws:sqs\/queue:Queue; it serves aws:acm/,
      );
    });
  });

  describe("preview", () => {
    it("keeps known inputs and leaves unknown what the account would make", async () => {
      const { id, outputs } = await provider.create(
        tokens.targetGroup,
        "g",
        { ...good.targetGroup, name: "g", vpcId: unknown },
        true,
      );
      assert.equal(id, "");
      assert.equal(outputs.arn, unknown);
      assert.equal(outputs.vpcId, unknown);
      assert.equal(outputs.name, "g");
      assert.equal(outputs.healthCheck.port, "traffic-port");
      assert.equal("__defaults" in outputs, false);
    });

    it("writes nothing into the account", async () => {
      const vpc = await provider.deploy(tokens.vpc, "preview", good.vpc);
      const before = readFileSync(join(provider.root, "cloud.json"), "utf8");
      await provider.create(tokens.vpc, "other", vpc.inputs, true);
      await provider.update(vpc, { ...good.vpc, enableDnsHostnames: true }, true);
      assert.equal(readFileSync(join(provider.root, "cloud.json"), "utf8"), before);
      await provider.delete(vpc);
    });

    it("derives from known values in an update and not from unknown ones", async () => {
      const group = await provider.deploy(tokens.targetGroup, "u", good.targetGroup);
      const known = await provider.update(group, { ...good.targetGroup, slowStart: 30 }, true);
      assert.equal(known.outputs.arn, group.outputs.arn);
      assert.equal(known.outputs.slowStart, 30);
      const open = await provider.update(
        group,
        { ...good.targetGroup, healthCheck: { port: unknown } },
        true,
      );
      assert.equal(open.outputs.healthCheck, unknown);
      await provider.delete(group);
    });
  });

  describe("secrets", () => {
    it("come back wrapped and never reach the inventory", async () => {
      const role = await provider.deploy(tokens.role, "secret", {
        assumeRolePolicy:
          '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}',
        description: secret("canary"),
      });
      assert.deepEqual(role.outputs.description, secret("canary"));
      const inventory = readFileSync(join(provider.root, "cloud.json"), "utf8");
      assert.ok(inventory.includes(role.id) && !inventory.includes("canary"));
      await provider.delete(role);
    });

    it("mark what is derived in their place", async () => {
      const { outputs } = await provider.create(tokens.targetGroup, "s", {
        ...good.targetGroup,
        name: "s",
        healthCheck: secret({ path: "/canary", protocol: "HTTP" }),
      });
      assert.equal(outputs.healthCheck["4dabf18193072939515e22adb298388d"].length, 32);
      assert.equal(outputs.healthCheck.value.path, "/canary");
    });
  });

  describe("diff", () => {
    it("finds nothing between equal inputs, and counts a number as its text", async () => {
      const group = await provider.deploy(tokens.targetGroup, "d", good.targetGroup);
      assert.equal((await provider.diff(group, good.targetGroup)).changed, false);
      assert.equal(
        (await provider.diff(group, { ...good.targetGroup, port: "18888" })).changed,
        false,
      );
      await provider.delete(group);
    });

    it("gives paths and kinds of additions, changes and removals", async () => {
      const group = await provider.deploy(tokens.targetGroup, "d", {
        ...good.targetGroup,
        healthCheck: { port: "19990", interval: 10 },
        tags: { "a.b": "1" },
      });
      const { kinds, replaces } = await provider.diff(group, {
        ...good.targetGroup,
        healthCheck: { port: "19991", timeout: 5 },
        tags: { "a.b": "2" },
      });
      assert.deepEqual(kinds, {
        "healthCheck.port": 4,
        "healthCheck.interval": 2,
        "healthCheck.timeout": 0,
        'tags["a.b"]': 4,
        'tagsAll["a.b"]': 4,
      });
      assert.deepEqual(replaces, []);
      await provider.delete(group);
    });

    it("takes an unknown value for a change", async () => {
      const group = await provider.deploy(tokens.targetGroup, "d", good.targetGroup);
      const { replaces } = await provider.diff(group, { ...good.targetGroup, vpcId: unknown });
      assert.deepEqual(replaces, ["vpcId"]);
      await provider.delete(group);
    });

    it("deletes first when a chosen name stays, not when it is automatic", async () => {
      const fixed = await provider.deploy(tokens.targetGroup, "d", {
        ...good.targetGroup,
        name: "fixed",
      });
      const change = { ...good.targetGroup, port: 1 };
      assert.equal(
        (await provider.diff(fixed, { ...change, name: "fixed" })).deleteBeforeReplace,
        true,
      );
      assert.equal(
        (await provider.diff(fixed, { ...change, name: "new" })).deleteBeforeReplace,
        false,
      );
      const auto = await provider.deploy(tokens.targetGroup, "d", good.targetGroup);
      const { replaces, deleteBeforeReplace } = await provider.diff(auto, change);
      assert.deepEqual([replaces, deleteBeforeReplace], [["port"], false]);
    });
  });

  describe("read", () => {
    it("finds no drift in what exists", async () => {
      const vpc = await provider.deploy(tokens.vpc, "r", good.vpc);
      const found = await provider.read(tokens.vpc, "r", vpc.id, vpc.outputs, vpc.inputs);
      assert.deepEqual(found, { id: vpc.id, outputs: vpc.outputs, inputs: vpc.inputs });
      await provider.delete(vpc);
    });

    it("answers where an archive is, of which the engine tells only the content's hash", async () => {
      const role = await provider.deploy(tokens.role, "r", {
        assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
      });
      const made = await provider.deploy(tokens.function, "r", good.function(role.outputs.arn));
      const { path: _, ...code } = archive("1");
      const told = { ...made.outputs, code };
      const found = await provider.read(tokens.function, "r", made.id, told, made.inputs);
      assert.deepEqual(found.outputs, made.outputs);
      await provider.delete(made);
      await provider.delete(role);
    });

    it("answers no id for what is gone", async () => {
      const vpc = await provider.deploy(tokens.vpc, "r", good.vpc);
      await provider.delete(vpc);
      assert.equal((await provider.read(tokens.vpc, "r", vpc.id, vpc.outputs)).id, "");
    });

    it("refuses to import", async () => {
      await assert.rejects(
        provider.read(tokens.vpc, "r", "vpc-1", {}),
        /cannot import aws:ec2\/vpc:Vpc "vpc-1"/,
      );
    });
  });

  it("keeps what was made once through an update, and drops a removed input", async () => {
    const vpc = await provider.deploy(tokens.vpc, "u", { ...good.vpc, tags: { A: "1" } });
    const updated = await provider.update(vpc, { ...good.vpc, enableDnsSupport: false });
    assert.equal(updated.outputs.arn, vpc.outputs.arn);
    assert.equal(updated.outputs.enableDnsSupport, false);
    assert.equal("tags" in updated.outputs, false);
    await provider.delete(updated);
  });

  it("deletes what is already gone without complaint", async () => {
    const vpc = await provider.deploy(tokens.vpc, "gone", good.vpc);
    await provider.delete(vpc);
    await provider.delete(vpc);
  });
});
