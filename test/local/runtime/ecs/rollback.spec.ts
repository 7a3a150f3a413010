import assert from "node:assert/strict";
import { Client, freeStack, missingVersion, TestCloud } from "../fixtures";
import { account, arns, Stack } from "../stack";

const broken = `bluenviron/mediamtx:${missingVersion}`;
const withBreaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };

describe("a deployment that fails", () => {
  let cloud: TestCloud;
  let stack: Stack;

  beforeEach(async () => {
    cloud = new TestCloud();
    stack = (await freeStack()).edit("service", withBreaker);
  });
  afterEach(() => cloud.close());

  const told = (from: number) =>
    cloud.statuses
      .slice(from)
      .filter(({ name }) => name === "media")
      .map(({ event, message }) => (event === "stopped" ? event : `${event} ${message}`));

  const deploy = (revision: number, image: string): Promise<void> => {
    const arn = `arn:aws:ecs:ap-southeast-2:${account}:task-definition/media:${revision}`;
    stack.edit("task", { arn }).edit("service", { taskDefinition: arn });
    return cloud.runtime.apply(stack.editContainer("mediamtx", { image }).list());
  };

  /** Resolves when the old task runs again. */
  const rolledBack = async (from: number): Promise<void> => {
    const problem = await cloud.until("problem", "media", from);
    await cloud.until("running", "media", cloud.statuses.indexOf(problem));
  };

  it("is rolled back after three tasks, and the old task definition serves again", async () => {
    await cloud.start(stack);
    const from = cloud.statuses.length;
    await deploy(2, broken);
    await rolledBack(from);
    assert.deepEqual(
      told(from).filter((line) => !line.startsWith("running")),
      [
        "stopped",
        ...Array(3).fill(["starting media:2", "stopped"]).flat(),
        "problem deployment of media:2 failed: tasks failed to start; rolled back to media:1",
        "starting media:1",
      ],
    );
    assert.match(told(from).at(-1) ?? "", /^running task \w+ runs media:1$/);
  });

  it("is rolled back when its image cannot be pulled", async () => {
    await cloud.start(stack);
    const from = cloud.statuses.length;
    await deploy(2, "ghcr.io/example/none:1.0.0");
    await rolledBack(from);
    assert.match(told(from).at(-1) ?? "", /runs media:1$/);
  });

  it("is not tried again until there is another one", async () => {
    await cloud.start(stack);
    const first = cloud.statuses.length;
    await deploy(2, broken);
    await rolledBack(first);
    const second = cloud.statuses.length;
    await cloud.runtime.apply(stack.list());
    assert.deepEqual(told(second), []);

    await deploy(3, "bluenviron/mediamtx:1.20.1");
    const { message } = await cloud.until("running", "media", second);
    assert.match(message, /runs media:3$/);
  });

  it("goes on failing without a circuit breaker", async () => {
    stack = await freeStack();
    await cloud.start(stack);
    const from = cloud.statuses.length;
    await deploy(2, broken);
    while (told(from).length < 12) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      new Set(told(from).filter((line) => !line.startsWith("running"))),
      new Set(["stopped", "starting media:2"]),
    );
  });

  it("leaves a task that was healthy once alone: it is replaced, however often it dies", async () => {
    await cloud.start(stack);
    const from = cloud.statuses.length;
    for (let deaths = 0; deaths < 4; deaths++) {
      const before = cloud.statuses.length;
      const client = Client.tcp(cloud.port("plain"));
      await client.line();
      client.socket.write("die\n");
      await client.closed();
      await cloud.until("healthy", "tcp-target", before);
      await cloud.until("healthy", "udp-target", before);
    }
    assert.equal(told(from).filter((line) => line === "stopped").length, 4);
    assert.ok(
      told(from).every((line) => !line.startsWith("problem")),
      told(from).join("\n"),
    );
  });

  describe("while an update is under way", () => {
    /** What the provider knows of the account: a new revision, and the service that is to run it. */
    const revision = (number: number, image: string) => {
      const definition = `arn:aws:ecs:ap-southeast-2:${account}:task-definition/media:${number}`;
      const made = new Stack(stack.ports).editContainer("mediamtx", { image }).list();
      const outputs = made.find(({ urn }) => urn.endsWith("::task"))?.outputs ?? {};
      const gateway = JSON.parse(containers())[0];
      const [, mediamtx] = JSON.parse(String(outputs.containerDefinitions));
      return {
        definition,
        items: [
          {
            type: "aws:ecs/taskDefinition:TaskDefinition",
            id: "media",
            arn: definition,
            properties: {
              ...outputs,
              arn: definition,
              containerDefinitions: JSON.stringify([gateway, mediamtx]),
            },
          },
          {
            type: "aws:ecs/service:Service",
            id: arns.service,
            arn: "",
            properties: { taskDefinition: definition },
          },
        ],
      };
    };
    const containers = () =>
      String(stack.list().find(({ urn }) => urn.endsWith("::task"))?.outputs.containerDefinitions);
    const deployed = () => cloud.runtime.services[0]?.taskDefinitionArn.split("/").at(-1);

    it("fails with ECS's reason when the task before it is healthy again", async () => {
      await cloud.start(stack);
      const { items } = revision(2, broken);
      assert.equal(
        await cloud.runtime.deployService(arns.service, items),
        "Service deployment rolled back because the circuit breaker threshold was exceeded.",
      );
      assert.equal(deployed(), "media:1");
    });

    it("can be deployed again, and succeeds when its task gets healthy", async () => {
      await cloud.start(stack);
      const failing = revision(2, broken);
      await cloud.runtime.deployService(arns.service, failing.items);
      assert.match(
        (await cloud.runtime.deployService(arns.service, failing.items)) ?? "",
        /circuit breaker/,
        "the same revision is tried again",
      );
      const good = revision(3, "bluenviron/mediamtx:1.20.1");
      assert.equal(await cloud.runtime.deployService(arns.service, good.items), undefined);
      assert.equal(deployed(), "media:3");
    });

    it("leaves the task alone that runs after a roll-back, when the state tells of it, and can be made again", async () => {
      await cloud.start(stack);
      const { definition, items } = revision(2, broken);
      await cloud.runtime.deployService(arns.service, items);
      const from = cloud.statuses.length;
      // The state has the new revision alone, and what the provider has read: that the one before runs.
      const running = stack.list().find(({ urn }) => urn.endsWith("::task"))?.outputs.arn;
      stack.edit("task", { ...items[0]?.properties, arn: definition });
      await cloud.runtime.apply(stack.edit("service", { taskDefinition: running }).list());
      assert.deepEqual(told(from), []);
      assert.equal(deployed(), "media:1");
      assert.equal(cloud.port("plain") > 0, true, "its listener is open");
      assert.match(
        (await cloud.runtime.deployService(arns.service, items)) ?? "",
        /rolled back/,
        "the revision is deployed again",
      );
    });

    it("is not begun where nothing of the task has changed", async () => {
      await cloud.start(stack);
      const from = cloud.statuses.length;
      assert.equal(await cloud.runtime.deployService(arns.service, []), undefined);
      assert.deepEqual(told(from), []);
    });
  });
});
