import { strict as assert } from "node:assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { TimeSliceQueue } from "../../../gateway/net/timeSlices";

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
    const timeSlices = new TimeSliceQueue();
    assert.equal(await isSameTurn(() => timeSlices.wait()), true);
  });

  it("lets the second one wait", async () => {
    const timeSlices = new TimeSliceQueue();
    const two = async () => {
      void timeSlices.wait();
      await timeSlices.wait();
    };
    assert.equal(await isSameTurn(two), false);
  });

  it("lets a crowd on in its order, and no second one in a turn that has taken its time", async () => {
    const timeSlices = new TimeSliceQueue();
    const seen: number[] = [];
    const step = async (index: number) => {
      await timeSlices.wait();
      seen.push(index);
      const end = performance.now() + 1;
      while (performance.now() < end);
    };
    void timeSlices.wait();
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
    const timeSlices = new TimeSliceQueue();
    await Promise.all(Array.from({ length: 50 }, () => timeSlices.wait()));
    await nextTurn();
    await nextTurn();
    assert.equal(await isSameTurn(() => timeSlices.wait()), true);
  });
});
