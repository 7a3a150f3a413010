import { strict as assert } from "node:assert";
import { publish, publishing, publishingWithin, read } from "./clients";
import { system } from "./system";

const stream = "test-stream";
const url = "rtmps://localhost:1936/live/test-user:test-pass:test-stream";
const readUrl = "rtsps://test-user:test-pass@localhost:8555/test-stream";

describe("when something dies", () => {
  it("MediaMTX killed: the task is replaced and publishing works again within 15 s", async () => {
    const running = await system();
    const before = running.runningTasks();
    running.killContainer("mediamtx");
    const publisher = await publishingWithin(url, stream, 15000);
    try {
      assert.notDeepEqual(running.runningTasks(), before);
      assert.ok((await read(readUrl)).frames >= 25);
    } finally {
      await publisher.stop();
    }
  });

  it("CloudTAK down: new sessions are refused within 10 s, running streams go on; back up: all works", async () => {
    const running = await system();
    const publisher = await publishing(url, stream);
    try {
      await running.stopCloudtak();
      const started = Date.now();
      const refused = publish(
        "rtmps://localhost:1936/live/tactical-user:secure-password:field-camera-01",
      );
      assert.notEqual(await refused.ended, 0);
      assert.ok(Date.now() - started < 10000, "the refusal took longer than 10 s");
      assert.ok(publisher.isRunning(), publisher.log());

      await running.startCloudtak();
      const again = await publishing(
        "rtmps://localhost:1936/live/tactical-user:secure-password:field-camera-01",
        "field-camera-01",
      );
      await again.stop();
      assert.ok(publisher.isRunning(), publisher.log());
    } finally {
      await running.startCloudtak();
      await publisher.stop();
    }
  });
});
