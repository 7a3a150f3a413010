import assert from "node:assert/strict";
import { CancelledError } from "../../automation/errors";
import type { DeploymentEvent } from "../../automation/events";
import { type HealthOptions, healthOf } from "../../automation/health";
import { freeStack, Laptop, missingVersion } from "../runtime/fixtures";
import { account, arns, type Stack } from "../runtime/stack";

const revision = (number: number) =>
  `arn:aws:ecs:ap-southeast-2:${account}:task-definition/media:${number}`;

/** Asks the local runtime by the AWS SDK, as AWS is asked. */
describe("the look at what runs after an update", () => {
  let laptop: Laptop;
  let stack: Stack;
  let client: HealthOptions["client"] & object;

  beforeEach(async () => {
    laptop = new Laptop();
    stack = await freeStack();
    stack.edit("service", { deploymentCircuitBreaker: { enable: true, rollback: true } });
    await laptop.start(stack);
    await laptop.until("running", "media");
    const { AccessKeyId, SecretAccessKey, Token } = laptop.runtime.operatorCredentials();
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
    };
    client = { endpoint: laptop.runtime.apiUrl, credentials };
  });
  afterEach(() => laptop.close());

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
    const found = look(revision(2), { onEvent: (event) => events.push(event) });
    while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(events[0], {
      type: "health",
      waitingFor: ["service media runs media:1 instead of media:2"],
    });
    stack.edit("task", { arn: revision(2) }).edit("service", { taskDefinition: revision(2) });
    await laptop.runtime.apply(stack.list());
    assert.deepEqual((await found).problems, []);
  });

  it("says at once that ECS has rolled the deployment back, which the engine calls a success", async () => {
    const from = laptop.statuses.length;
    stack.edit("task", { arn: revision(2) }).edit("service", { taskDefinition: revision(2) });
    const image = `bluenviron/mediamtx:${missingVersion}`;
    await laptop.runtime.apply(stack.editContainer("mediamtx", { image }).list());
    await laptop.until("problem", "media", from);
    const { problems, taskDefinitionArn } = await look(revision(2));
    assert.equal(taskDefinitionArn, revision(1));
    assert.equal(
      problems[0],
      "service media runs media:1 instead of media:2; ECS has rolled the deployment back",
    );
  });

  it("gives up after its time, naming what is not as deployed", async () => {
    const { problems } = await look(revision(3), { timeoutMs: 50 });
    assert.deepEqual(problems, ["service media runs media:1 instead of media:3"]);
    const none = await look(revision(1), { timeoutMs: 50 }, "other");
    assert.match(none.problems.join(), /service other runs nothing instead of media:1/);
  });

  it("says that it could not look, rather than that all is well", async () => {
    const credentials = { accessKeyId: "AKIANOBODY", secretAccessKey: "x", sessionToken: "x" };
    const { problems } = await look(revision(1), { client: { ...client, credentials } });
    assert.match(problems.join(), /cannot be looked at: .*security token/);
  });

  it("ends with the signal", async () => {
    const controller = new AbortController();
    const found = look(revision(9), {
      signal: controller.signal,
      onEvent: () => controller.abort(),
    });
    await assert.rejects(found, CancelledError);
  });
});
