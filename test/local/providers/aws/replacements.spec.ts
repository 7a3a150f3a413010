import assert from "node:assert/strict";
import { aws } from "../../../../local/providers/aws";
import type { Properties } from "../../../../local/providers/engine/wire";
import { type Deployed, Provider } from "../client";
import { archive, container, good, permissions, tokens, trustPolicy } from "../fixtures";

/** [what changes, type, inputs before, inputs after, properties that replace]. */
const cases: [string, keyof typeof tokens, Properties, Properties, string[]][] = [
  [
    "a VPC's range",
    "vpc",
    { cidrBlock: "10.0.0.0/16" },
    { cidrBlock: "10.1.0.0/16" },
    ["cidrBlock"],
  ],
  ["a VPC's DNS names", "vpc", good.vpc, { ...good.vpc, enableDnsHostnames: true }, []],
  ["the region", "vpc", good.vpc, { ...good.vpc, region: "us-east-1" }, ["region"]],
  [
    "the first security group of an NLB",
    "loadBalancer",
    good.loadBalancer,
    { ...good.loadBalancer, securityGroups: ["sg-1"] },
    ["securityGroups"],
  ],
  [
    "the last security group of an NLB",
    "loadBalancer",
    { ...good.loadBalancer, securityGroups: ["sg-1"] },
    { ...good.loadBalancer, securityGroups: [] },
    ["securityGroups[0]"],
  ],
  [
    "one security group of an NLB for another",
    "loadBalancer",
    { ...good.loadBalancer, securityGroups: ["sg-1"] },
    { ...good.loadBalancer, securityGroups: ["sg-2", "sg-3"] },
    [],
  ],
  [
    "a subnet less on an NLB",
    "loadBalancer",
    { ...good.loadBalancer, subnets: ["subnet-1", "subnet-2"] },
    { ...good.loadBalancer, subnets: ["subnet-1"] },
    ["subnets[1]"],
  ],
  [
    "a subnet more on an NLB",
    "loadBalancer",
    { ...good.loadBalancer, subnets: ["subnet-1"] },
    { ...good.loadBalancer, subnets: ["subnet-1", "subnet-2"] },
    [],
  ],
  [
    "an NLB that turns internal",
    "loadBalancer",
    good.loadBalancer,
    { ...good.loadBalancer, internal: true },
    ["internal"],
  ],
  ...(["port", "protocol", "targetType", "vpcId"] as const).map(
    (name): [string, keyof typeof tokens, Properties, Properties, string[]] => [
      `a target group's ${name}`,
      "targetGroup",
      good.targetGroup,
      {
        ...good.targetGroup,
        [name]: { port: 1, protocol: "TLS", targetType: "alb", vpcId: "vpc-1" }[name],
      },
      [name],
    ],
  ),
  [
    "a target group's health check",
    "targetGroup",
    good.targetGroup,
    { ...good.targetGroup, healthCheck: { port: "19990" }, preserveClientIp: "true" },
    [],
  ],
  [
    "a task definition's containers",
    "taskDefinition",
    good.taskDefinition(),
    good.taskDefinition({}, container({ image: "app:2" })),
    ["containerDefinitions"],
  ],
  [
    "a task definition's size",
    "taskDefinition",
    good.taskDefinition(),
    good.taskDefinition({ cpu: "512", memory: "1024" }),
    ["cpu", "memory"],
  ],
  [
    "a task definition's tags",
    "taskDefinition",
    good.taskDefinition(),
    good.taskDefinition({ tags: { A: "1" } }),
    [],
  ],
  [
    "a security group's description",
    "securityGroup",
    { description: "a" },
    { description: "b" },
    ["description"],
  ],
  [
    "a role's name",
    "role",
    { name: "a", assumeRolePolicy: trustPolicy("a.amazonaws.com") },
    { name: "b", assumeRolePolicy: trustPolicy("a.amazonaws.com") },
    ["name"],
  ],
  [
    "a role's trust",
    "role",
    { name: "a", assumeRolePolicy: trustPolicy("a.amazonaws.com") },
    { name: "a", assumeRolePolicy: trustPolicy("b.amazonaws.com") },
    [],
  ],
  ["a log group's retention", "logGroup", { name: "a" }, { name: "a", retentionInDays: 7 }, []],
  ["a log group's name", "logGroup", { name: "a" }, { name: "b" }, ["name"]],
  ["a cluster's settings", "cluster", { name: "a" }, { name: "a", settings: [] }, []],
];

describe("replacements as AWS's schemas and the real provider plan them", () => {
  let provider: Provider;
  before(async () => {
    provider = await Provider.start(aws);
  });
  after(() => provider.stop());

  for (const [what, type, before, after, replaces] of cases) {
    it(`${replaces.length > 0 ? "replaces for" : "updates in place"} ${what}`, async () => {
      const old = await provider.deploy(tokens[type], what.replace(/\W/g, "").slice(0, 20), before);
      const diff = await provider.diff(old, after);
      assert.deepEqual([diff.changed, [...diff.replaces].sort()], [true, [...replaces].sort()]);
      await provider.delete(old);
    });
  }

  describe("of a security group rule", () => {
    let group: Deployed;
    let rule: Deployed;
    const ports = { ipProtocol: "tcp", fromPort: 1, toPort: 1 };
    before(async () => {
      group = await provider.deploy(tokens.securityGroup, "rules", {});
      rule = await provider.deploy(tokens.ingress, "rule", {
        ...ports,
        securityGroupId: group.id,
        cidrIpv4: "10.0.0.0/8",
      });
    });

    it("happens when the kind of source changes", async () => {
      const { replaces } = await provider.diff(rule, {
        ...ports,
        securityGroupId: group.id,
        referencedSecurityGroupId: group.id,
      });
      assert.deepEqual([...replaces].sort(), ["cidrIpv4", "referencedSecurityGroupId"]);
    });

    it("does not happen when the source's value or a port changes", async () => {
      const { changed, replaces } = await provider.diff(rule, {
        ...ports,
        toPort: 2,
        securityGroupId: group.id,
        cidrIpv4: "10.0.0.0/9",
      });
      assert.deepEqual([changed, replaces], [true, []]);
    });
  });

  it("makes each task definition the next revision of its family", async () => {
    const first = await provider.deploy(tokens.taskDefinition, "t", good.taskDefinition());
    const second = await provider.deploy(tokens.taskDefinition, "t", good.taskDefinition());
    assert.equal(second.outputs.revision, first.outputs.revision + 1);
    assert.equal(
      second.outputs.arn,
      `${first.outputs.arnWithoutRevision}:${second.outputs.revision}`,
    );
    await provider.delete(first);
    assert.equal(
      (await provider.read(tokens.taskDefinition, "t", "app", second.outputs)).id,
      "app",
    );
    assert.equal((await provider.read(tokens.taskDefinition, "t", "app", first.outputs)).id, "");
  });

  it("publishes a function version for new code and for new configuration only", async () => {
    const role = await provider.deploy(tokens.role, "fn", {
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
    });
    await provider.deploy(tokens.rolePolicy, "fn", { role: role.id, policy: permissions() });
    const inputs = good.function(role.outputs.arn, { publish: true });
    const first = await provider.deploy(tokens.function, "fn", inputs);
    assert.equal(first.outputs.version, "1");
    assert.equal(first.outputs.qualifiedArn, `${first.outputs.arn}:1`);
    const tagged = await provider.update(first, { ...inputs, tags: { A: "1" } });
    assert.equal(tagged.outputs.version, "1");
    const coded = await provider.update(tagged, { ...inputs, code: archive("2") });
    assert.equal(coded.outputs.version, "2");
    assert.notEqual(coded.outputs.codeSha256, first.outputs.codeSha256);
    const configured = await provider.update(coded, {
      ...inputs,
      code: archive("2"),
      timeout: 9,
    });
    assert.equal(configured.outputs.version, "3");
  });
});
