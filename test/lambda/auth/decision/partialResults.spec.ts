import { strict as assert } from "node:assert";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { collectPartial } from "../../../../lambda/auth/decision/partialResults";

const never = Number.POSITIVE_INFINITY;
const stepMs = 10;

/** What is collected of decisions that fall after these milliseconds, and after how many it is. */
async function collect(...afterMs: number[]): Promise<[(number | null)[], number]> {
  const decisions = afterMs.map((ms) =>
    ms === never
      ? new Promise<number>(() => {})
      : new Promise<number>((resolve) => setTimeout(resolve, ms, ms)),
  );
  let results: (number | null)[] | undefined;
  void collectPartial(decisions).then((all) => {
    results = all;
  });
  await turn();
  for (let nowMs = 0; nowMs < 5_000; nowMs += stepMs) {
    if (results) return [results, nowMs];
    mock.timers.tick(stepMs);
    await turn();
  }
  return assert.fail("nothing was collected");
}

describe("decisions of one event", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("are answered together when all have fallen", async () => {
    assert.deepEqual(await collect(20, 10), [[20, 10], 20]);
    assert.deepEqual(await collect(), [[], 0]);
  });

  it("are waited for while one follows another, and not for one that does not come", async () => {
    const falling = [10, 50, 100, 150];
    assert.deepEqual(await collect(never, ...falling), [[null, ...falling], 250]);
  });

  it("are waited for until the first one falls", async () => {
    assert.deepEqual(await collect(never, 300), [[null, 300], 400]);
  });

  it("are not waited for without end while one follows another", async () => {
    const falling = Array.from({ length: 20 }, (_, index) => (index + 1) * 50);
    const [decided, afterMs] = await collect(...falling);
    assert.equal(afterMs, 550, "half a second after the first one");
    assert.deepEqual(
      decided.map((decision) => decision !== null),
      falling.map((ms) => ms <= 550),
    );
  });
});
