import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { EventLoopDelay } from "../../../gateway/process/eventLoopDelay";

describe("the delay of the event loop", () => {
  it("is the longest step since it was taken last", async () => {
    const delay = new EventLoopDelay();
    // Its own timer has to run before and after the step.
    await sleep(60);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await sleep(60);
    const held = delay.take();
    assert.ok(held >= 170, `measured ${held} ms`);
    await sleep(60);
    assert.ok(delay.take() < held);
    delay.close();
  });

  it("is 0 before there is anything to measure", () => {
    const delay = new EventLoopDelay();
    assert.equal(delay.take(), 0);
    delay.close();
  });
});
