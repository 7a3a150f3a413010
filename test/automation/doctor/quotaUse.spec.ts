import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { AwsClients } from "../../../automation/doctor/awsClients";
import {
  elasticIps,
  fargateVcpus,
  networkLoadBalancers,
  type QuotaUse,
  targetGroups,
  usedByOthers,
  vpcs,
} from "../../../automation/doctor/quotaUse";
import type { StackResource } from "../../../automation/stackResources";
import { AccountStore } from "../../../local/account/accountStore";
import { TestCloud } from "../../local/runtime/fixtures";
import { account } from "../../local/runtime/stack";
import { region } from "./fixtures";

const clusterArn = `arn:aws:ecs:${region}:${account}:cluster/TAK`;
const taskArn = `arn:aws:ecs:${region}:${account}:task-definition/TAK:1`;
const arnOf = (id: string) => `arn:aws:elasticloadbalancing:${region}:${account}:${id}`;

/** [what is counted, type, own resource, resource of another stack]. */
const rows: readonly [string, QuotaUse, string, string, Record<string, string>?][] = [
  ["Elastic IP addresses", elasticIps, "eipalloc-own", "eipalloc-other"],
  ["VPCs", vpcs, "vpc-own", "vpc-other"],
  [
    "load balancers",
    networkLoadBalancers,
    arnOf("loadbalancer/net/own/1"),
    arnOf("loadbalancer/net/other/1"),
    { loadBalancerType: "network" },
  ],
  ["target groups", targetGroups, arnOf("targetgroup/own/1"), arnOf("targetgroup/other/1")],
];

const own = (type: string, id: string, properties: Record<string, unknown>): StackResource => ({
  urn: `urn:pulumi:prod::p::${type}::own`,
  type,
  name: "own",
  parent: "",
  id,
  custom: true,
  properties,
  dependencies: {},
});

describe("what others than the stack use of a quota", () => {
  let cloud: TestCloud;
  let aws: AwsClients;
  before(async () => {
    cloud = new TestCloud();
    await cloud.runtime.apply([]);
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
    };
    aws = new AwsClients({ endpoint: cloud.runtime.apiUrl, credentials }, region);
  });
  after(async () => {
    aws.destroy();
    await cloud.close();
  });

  const usedOf = (use: QuotaUse, stack: readonly StackResource[]) =>
    usedByOthers(
      use,
      aws,
      async (type) => stack.filter((resource) => resource.type === type),
      AbortSignal.timeout(10_000),
    );

  for (const [what, use, ownId, otherId, properties = {}] of rows) {
    it(`counts ${what}, without the stack's own`, async () => {
      await new AccountStore(cloud.root).transaction((inventory) => {
        for (const id of [ownId, otherId]) {
          inventory.put({ type: use.ownType, id, arn: id, region, properties });
        }
      });
      const before = await usedOf(use, []);
      assert.equal(await usedOf(use, [own(use.ownType, ownId, properties)]), before - 1);
      assert.ok(before >= 2);
    });
  }

  it("counts the vCPUs of tasks, without those of the stack's service", async () => {
    const service = { cluster: clusterArn, name: "TAK-Media", taskDefinition: taskArn };
    await new AccountStore(cloud.root).transaction((inventory) => {
      const task = {
        type: "aws:ecs/taskDefinition:TaskDefinition",
        id: "TAK",
        arn: taskArn,
        region,
      };
      inventory.put({ ...task, properties: { cpu: "2048" } });
      const type = fargateVcpus.ownType;
      const properties = { ...service, launchType: "FARGATE" };
      inventory.put({ type, id: "service", arn: "service", region, properties });
    });
    const group = "service:TAK-Media";
    const others = {
      tasks: [
        { group, cpu: 512 },
        { group: "family:other", cpu: 1024 },
      ],
    };
    writeFileSync(join(cloud.root, "account.yaml"), stringify(others));
    assert.equal(await usedOf(fargateVcpus, []), 3.5);
    // A service of this name in another cluster is somebody else's.
    assert.equal(await usedOf(fargateVcpus, [own(fargateVcpus.ownType, "service", service)]), 1.5);
  });
});
