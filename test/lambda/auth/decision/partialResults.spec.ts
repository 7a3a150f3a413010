import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { collectPartial } from "../../../../lambda/auth/decision/partialResults";

const inMs = (ms: number) => sleep(ms, ms);
const never = new Promise<number>(() => {});

describe("decisions of one event", () => {
  it("are answered together when all have fallen", async () => {
    assert.deepEqual(await collectPartial([inMs(20), inMs(0)]), [20, 0]);
    assert.deepEqual(await collectPartial([]), []);
  });

  it("are waited for while one follows another, and not for one that does not come", async () => {
    const decisions = [never, inMs(0), inMs(50), inMs(100), inMs(150)];
    assert.deepEqual(await collectPartial(decisions), [null, 0, 50, 100, 150]);
  });

  it("are waited for until the first one falls", async () => {
    assert.deepEqual(await collectPartial([never, inMs(300)]), [null, 300]);
  });

  it("are not waited for without end while one follows another", async () => {
    const times = Array.from({ length: 20 }, (_, index) => index * 50);
    const decided = await collectPartial(times.map(inMs));
    assert(decided.includes(0) && decided.includes(null), String(decided));
    assert.equal(decided.at(-1), null);
  });
});
