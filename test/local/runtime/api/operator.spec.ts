import assert from "node:assert/strict";
import { DescribeServicesCommand, ECSClient, ListServicesCommand } from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { freeStack, TestCloud } from "../fixtures";
import { arns } from "../stack";

const nobody = { accessKeyId: "AKIANOBODY", secretAccessKey: "x", sessionToken: "x" };

describe("local AWS API, asked by an operator", () => {
  let cloud: TestCloud;
  const clients: { destroy(): void }[] = [];

  const config = (credentials = operator()) => ({
    endpoint: cloud.runtime.apiUrl,
    region: "ap-southeast-2",
    maxAttempts: 1,
    credentials,
  });
  const operator = () => {
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
  };
  const ecs = (credentials?: typeof nobody) => {
    const client = new ECSClient(config(credentials));
    clients.push(client);
    return client;
  };
  const balancing = (credentials?: typeof nobody) => {
    const client = new ElasticLoadBalancingV2Client(config(credentials));
    clients.push(client);
    return client;
  };

  before(async () => {
    cloud = new TestCloud();
    await cloud.start(await freeStack());
    await cloud.until("running", "media", 0);
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.close();
  });

  it("describes a service that runs, by name or by ARN", async () => {
    const asked = { cluster: "media-cluster", services: ["media", arns.service, "other"] };
    const { services, failures } = await ecs().send(new DescribeServicesCommand(asked));
    assert.equal(services?.length, 2);
    for (const service of services ?? []) {
      const taskDefinition = "arn:aws:ecs:ap-southeast-2:123456789012:task-definition/media:1";
      assert.equal(service.serviceArn, arns.service);
      assert.equal(service.taskDefinition, taskDefinition);
      assert.equal(service.runningCount, 1);
      const [deployment] = service.deployments ?? [];
      assert.equal(deployment?.status, "PRIMARY");
      assert.equal(deployment?.rolloutState, "COMPLETED");
      assert.equal(deployment?.taskDefinition, taskDefinition);
    }
    assert.deepEqual(failures, [{ arn: "other", reason: "MISSING" }]);
  });

  it("tells the health of a group's target", async () => {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: arns.tcpGroup });
    const { TargetHealthDescriptions } = await balancing().send(command);
    assert.equal(TargetHealthDescriptions?.length, 1);
    assert.equal(TargetHealthDescriptions?.[0]?.TargetHealth?.State, "healthy");
    assert.equal(TargetHealthDescriptions?.[0]?.Target?.Id, "127.0.0.1");
  });

  it("refuses what does not exist with AWS's errors", async () => {
    const cluster = new DescribeServicesCommand({ cluster: "none", services: ["media"] });
    await assert.rejects(ecs().send(cluster), { name: "ClusterNotFoundException" });
    const group = new DescribeTargetHealthCommand({ TargetGroupArn: arns.alias });
    await assert.rejects(balancing().send(group), { name: "TargetGroupNotFoundException" });
  });

  it("refuses credentials that it did not give out, and calls that it does not know", async () => {
    const services = new DescribeServicesCommand({ cluster: "media-cluster", services: ["media"] });
    await assert.rejects(ecs(nobody).send(services), { name: "UnrecognizedClientException" });
    const health = new DescribeTargetHealthCommand({ TargetGroupArn: arns.tcpGroup });
    await assert.rejects(balancing(nobody).send(health), /security token/);
    await assert.rejects(ecs().send(new ListServicesCommand({})), /only DescribeServices/);
  });
});
