import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HealthServer } from "../../../gateway/net/healthServer";

describe("gateway health", () => {
  let mediamtxAnswers = false;
  const health = new HealthServer(async () => mediamtxAnswers);
  let port = 0;
  before(async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    port = await health.listen(0);
  });
  after(async () => {
    await health.close();
    mock.timers.reset();
  });

  const status = async (path = "/health") =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).status;

  /** MediaMTX begins or ceases to answer, and so much time goes by. */
  async function mediamtx(answers: boolean, milliseconds: number) {
    mediamtxAnswers = answers;
    mock.timers.tick(milliseconds);
    await turn();
  }

  it("is 503 until MediaMTX answers, 200 while it does, 503 when it stops and when draining", async () => {
    assert.equal(await status(), 503);
    await mediamtx(true, 999);
    assert.equal(await status(), 503);
    await mediamtx(true, 1);
    assert.equal(await status(), 200);
    assert.equal(await status("/"), 404);
    await mediamtx(false, 9_999);
    assert.equal(await status(), 200);
    await mediamtx(false, 1);
    assert.equal(await status(), 503);
    await mediamtx(true, 1_000);
    assert.equal(await status(), 200);
    health.drain();
    assert.equal(await status(), 503);
  });
});
