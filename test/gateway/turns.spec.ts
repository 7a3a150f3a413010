import { strict as assert } from "node:assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Turns } from "../../gateway/turns";

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
  it("lets a few on at once", async () => {
    const turns = new Turns();
    assert.equal(await isSameTurn(() => turns.next()), true);
    assert.equal(await isSameTurn(() => turns.next()), true);
  });

  it("lets a crowd on in its order, a few per turn of the event loop", async () => {
    const turns = new Turns();
    const seen: number[] = [];
    const all = Array.from({ length: 50 }, (_, index) => turns.next().then(() => seen.push(index)));
    let before = 0;
    for (let turn = 0; turn < 50 && seen.length < 50; turn++) {
      await nextTurn();
      assert(seen.length - before <= 8, `${seen.length - before} in one turn`);
      before = seen.length;
    }
    await Promise.all(all);
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  it("lets a few on at once again after a crowd", async () => {
    const turns = new Turns();
    await Promise.all(Array.from({ length: 50 }, () => turns.next()));
    await nextTurn();
    await nextTurn();
    assert.equal(await isSameTurn(() => turns.next()), true);
  });
});
