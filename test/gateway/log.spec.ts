import assert from "node:assert/strict";
import { memoryLog } from "./support/memoryLog";

describe("gateway log", () => {
  it("writes one JSON object per line with level, time and message", () => {
    const { log, text } = memoryLog();
    log.info({ user: "user:ada" }, "auth allowed");
    const line = JSON.parse(text()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(line), ["level", "time", "user", "msg"]);
    assert.equal(line.level, "info");
    assert.match(String(line.time), /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  for (const key of ["password", "token", "ticket", "handle", "authorization"]) {
    it(`censors ${key} at up to three levels`, () => {
      const { log, text } = memoryLog();
      log.info({ [key]: "canary", a: { [key]: "canary", b: { [key]: "canary" } } }, "x");
      assert.equal(text().includes("canary"), false);
      assert.equal(text().split("<redacted>").length, 4);
    });

    it(`censors ${key} in a list and in an error`, () => {
      const { log, text } = memoryLog();
      const error = Object.assign(new Error("went wrong"), { [key]: "canary" });
      log.info({ err: error, list: [{ [key]: "canary" }] }, "x");
      assert.equal(text().includes("canary"), false);
      assert.equal(text().split("<redacted>").length, 3);
      assert.match(text(), /went wrong/);
    });
  }
});
