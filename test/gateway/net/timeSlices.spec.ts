import { strict as assert } from "node:assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Turns } from "../../../gateway/net/timeSlices";

/** Whether it is over before the event loop turns. */
async function isSameTurn(step: () => Promise<void>): Promise<boolean> {
  let hasTurned = false;
  setImmediate(() => {
    hasTurned = true;
  });
  await step();
  return !hasTurned;
}

describe("turns", () => {
  it("lets one on at once", async () => {
    const turns = new Turns();
    assert.equal(await isSameTurn(() => turns.next()), true);
  });

  it("lets the second one wait", async () => {
    const turns = new Turns();
    const two = async () => {
      void turns.next();
      await turns.next();
    };
    assert.equal(await isSameTurn(two), false);
  });

  it("lets a crowd on in its order, and no second one in a turn that has taken its time", async () => {
    const turns = new Turns();
    const seen: number[] = [];
    const step = async (index: number) => {
      await turns.next();
      seen.push(index);
      const end = performance.now() + 1;
      while (performance.now() < end);
    };
    void turns.next();
    const all = Array.from({ length: 50 }, (_, index) => step(index));
    let before = 0;
    for (let turn = 0; turn < 100 && seen.length < 50; turn++) {
      await nextTurn();
      assert(seen.length - before <= 1, `${seen.length - before} in one turn`);
      before = seen.length;
    }
    await Promise.all(all);
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  it("lets one on at once again after a crowd", async () => {
    const turns = new Turns();
    await Promise.all(Array.from({ length: 50 }, () => turns.next()));
    await nextTurn();
    await nextTurn();
    assert.equal(await isSameTurn(() => turns.next()), true);
  });
});
