import assert from "node:assert/strict";
import { changedService } from "../../automation/ecsService";
import { CancelledError } from "../../automation/errors";
import type { DeploymentEvent } from "../../automation/events";
import { type HealthOptions, healthOf } from "../../automation/health";
import { freeStack, missingVersion, TestCloud } from "../local/runtime/fixtures";
import { account, arns, type Stack } from "../local/runtime/stack";

const revision = (number: number) =>
  `arn:aws:ecs:ap-southeast-2:${account}:task-definition/media:${number}`;

/** Asks the local runtime by the AWS SDK, as AWS is asked. */
describe("the look at what runs after an update", () => {
  let cloud: TestCloud;
  let stack: Stack;
  let client: HealthOptions["client"] & object;

  beforeEach(async () => {
    cloud = new TestCloud();
    stack = await freeStack();
    stack.edit("service", { deploymentCircuitBreaker: { enable: true, rollback: true } });
    await cloud.start(stack);
    await cloud.until("running", "media");
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
    };
    client = { endpoint: cloud.runtime.apiUrl, credentials };
  });
  afterEach(() => cloud.close());

  const look = (
    taskDefinitionArn: string,
    options: Partial<Parameters<typeof healthOf>[1]> = {},
    serviceName = "media",
  ) =>
    healthOf(
      {
        clusterName: "media-cluster",
        serviceName,
        taskDefinitionArn,
        targetGroupArns: { rtmp: arns.tcpGroup, srt: arns.udpGroup },
      },
      { client, pollIntervalMs: 20, onEvent: () => {}, signal: undefined, ...options },
    );

  it("finds the deployed task definition and a healthy target behind each protocol", async () => {
    assert.deepEqual(await look(revision(1)), {
      taskDefinitionArn: revision(1),
      targets: [
        { protocol: "rtmp", healthy: 1 },
        { protocol: "srt", healthy: 1 },
      ],
      problems: [],
    });
  });

  it("waits for a deployment that is under way, and tells for what", async () => {
    const events: DeploymentEvent[] = [];
    stack.edit("task", { arn: revision(2) }).edit("service", { taskDefinition: revision(2) });
    await cloud.runtime.apply(stack.list());
    const found = await look(revision(2), { onEvent: (event) => events.push(event) });
    assert.deepEqual(found.problems, []);
    const [first] = events;
    assert.ok(first?.type === "health");
    // How far the new task has come by then depends on the machine.
    assert.match(
      `${first.waitingFor}`,
      /0 of 1 tasks of service media are running|no healthy target/,
    );
  });

  it("says at once that another revision runs, after which no deployment is under way", async () => {
    const { problems } = await look(revision(3));
    assert.deepEqual(problems, ["service media runs media:1 instead of media:3"]);
  });

  it("says at once that ECS has rolled the deployment back", async () => {
    const from = cloud.statuses.length;
    stack.edit("task", { arn: revision(2) }).edit("service", { taskDefinition: revision(2) });
    const image = `bluenviron/mediamtx:${missingVersion}`;
    await cloud.runtime.apply(stack.editContainer("mediamtx", { image }).list());
    await cloud.until("problem", "media", from);
    const { problems, taskDefinitionArn } = await look(revision(2));
    assert.equal(taskDefinitionArn, revision(1));
    assert.equal(
      problems[0],
      "service media runs media:1 instead of media:2; ECS has rolled the deployment back",
    );
  });

  it("gives up after its time, naming what is not as deployed", async () => {
    const none = await look(revision(1), { timeoutMs: 50 }, "other");
    assert.match(none.problems.join(), /service other runs nothing instead of media:1/);
  });

  it("says that it could not look, rather than that all is well", async () => {
    const credentials = { accessKeyId: "AKIANOBODY", secretAccessKey: "x", sessionToken: "x" };
    const { problems } = await look(revision(1), { client: { ...client, credentials } });
    assert.match(problems.join(), /cannot be looked at: .*security token/);
  });

  describe("before an update", () => {
    const type = "aws:ecs/service:Service";
    const urn = `urn:pulumi:dev::p::${type}::media-service`;
    const exported = (taskDefinition: string) => ({
      deployment: {
        resources: [
          { urn, type, outputs: { cluster: arns.cluster, name: "media", taskDefinition } },
        ],
      },
    });

    it("finds the service that runs another revision than the state names", async () => {
      const changed = await changedService(exported(revision(2)), client);
      assert.equal(changed?.urn, urn);
      assert.match(changed.message, /ECS runs media:1 instead of media:2/);
      assert.equal(await changedService(exported(revision(1)), client), undefined);
    });

    it("finds none where nothing is deployed, and where ECS cannot be asked", async () => {
      assert.equal(await changedService({ deployment: {} }, client), undefined);
      const credentials = { accessKeyId: "AKIANOBODY", secretAccessKey: "x", sessionToken: "x" };
      const nobody = { ...client, credentials };
      assert.equal(await changedService(exported(revision(2)), nobody), undefined);
    });
  });

  it("ends with the signal", async () => {
    const controller = new AbortController();
    const watch = { signal: controller.signal, onEvent: () => controller.abort() };
    const found = look(revision(1), watch, "other");
    await assert.rejects(found, CancelledError);
  });
});
