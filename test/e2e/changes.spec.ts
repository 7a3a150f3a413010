import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { publicPorts } from "../../shared/protocols";
import { type Change, changes, goOn } from "./changes";
import { publishingWithin, read, untilGone } from "./clients";
import { stepsOf } from "./emptyCloud";
import { isOpen } from "./ports";
import { deploy, editStackFile, paths, pulumiIn, reports, system } from "./system";

const stream = "test-stream";
const url = "rtmps://localhost:1936/live/test-user:test-pass:test-stream";
const readUrl = "rtsps://test-user:test-pass@localhost:8555/test-stream";

const publishing = () => publishingWithin(url, stream, 60_000);

async function readable(): Promise<void> {
  const { frames } = await read(readUrl);
  assert.ok(frames >= 25, `${frames} frames`);
}

const flags = ({ replace }: Change): string[] => (replace ? ["--replace", replace] : []);

/** Merged into one deployment. */
const together = (some: readonly Change[]) =>
  Object.assign({}, ...some.map(({ config }) => config));

describe("a change of a running stack", () => {
  let putBack: () => void;
  before(() => {
    putBack = editStackFile({});
  });
  after(async () => {
    putBack();
    await deploy();
    await (await system()).ready();
  });

  for (const change of changes) {
    it(`${change.title}: touches what it must and nothing else`, async () => {
      const restore = editStackFile(change.config);
      try {
        const args = ["preview", "--json", "--stack", "dev", ...flags(change)];
        const { code, stdout, stderr } = await pulumiIn(args);
        assert.equal(code, 0, stdout + stderr);
        const steps = Object.entries(stepsOf(stdout)).map(([op, names]) => [
          op,
          typeof change.steps[op] === "number" ? names.length : names,
        ]);
        assert.deepEqual(Object.fromEntries(steps), change.steps);
      } finally {
        restore();
      }
    });
  }

  it("lets streams go on through all that do not touch the task", async () => {
    const publisher = await publishing();
    try {
      const task = (await system()).runningTasks();
      const harmless = changes.filter(({ streams }) => streams === goOn);
      editStackFile(together(harmless));
      await deploy(...harmless.flatMap(flags));
      assert.ok(publisher.isRunning(), publisher.log());
      assert.deepEqual((await system()).runningTasks(), task);
      assert.ok(await isOpen(1935));
      await readable();
    } finally {
      await publisher.stop();
    }
  });

  for (const title of ["another zone", "more CPU and memory"]) {
    it(`cuts streams once for ${title}: the next task takes them`, async () => {
      const publisher = await publishing();
      const task = (await system()).runningTasks();
      const change = changes.find((each) => each.title === title);
      editStackFile(change?.config ?? {});
      await deploy();
      await publisher.ended;
      const again = await publishing();
      try {
        await readable();
        const now = (await system()).runningTasks();
        assert.equal(now.length, 1);
        assert.notDeepEqual(now, task);
      } finally {
        await again.stop();
      }
    });
  }

  it("fails when its task cannot start: the task before it runs again, and the same values fail too", async () => {
    const publisher = await publishing();
    const told = reports().length;
    const restore = editStackFile({ mediamtxVersion: "1.99.0" });
    const up = "up --yes --skip-preview --stack dev".split(" ");
    const failed = await pulumiIn(up);
    assert.notEqual(failed.code, 0);
    assert.match(
      failed.stdout + failed.stderr,
      /waiting for ECS Service \(.*\) update: Service deployment rolled back because the circuit breaker threshold was exceeded\./,
    );
    await publisher.ended;
    const again = await publishing();
    try {
      await readable();
      assert.match(reports().slice(told), /deployment of (\S+) failed: .*; rolled back to (\S+)/);
      // The state holds the new values, so the provider only reads what runs.
      const tasks = (await system()).runningTasks();
      const repeated = await pulumiIn(up);
      assert.notEqual(repeated.code, 0, repeated.stdout);
      assert.match(
        repeated.stdout + repeated.stderr,
        /the service runs \S+ instead of \S+: ECS has rolled the deployment back/,
      );
      await (await system()).follow();
      assert.deepEqual((await system()).runningTasks(), tasks, "nothing was deployed");
    } finally {
      await again.stop();
    }
    restore();
    await deploy();
    await untilGone(stream);
  });

  it("to nothing at all leaves nothing: no resource, no process, no port", async () => {
    const { code, stdout, stderr } = await pulumiIn([
      ..."destroy --yes --skip-preview --stack dev".split(" "),
    ]);
    assert.equal(code, 0, stdout + stderr);
    await (await system()).follow();
    assert.deepEqual(JSON.parse(readFileSync(paths.inventory, "utf8")).items, []);
    assert.deepEqual((await system()).runningTasks(), []);
    for (const { public: port } of publicPorts(true)) {
      if (port.listener !== "UDP") assert.equal(await isOpen(port.port), false, `${port.port}`);
    }
  });
});
