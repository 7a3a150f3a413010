import { strict as assert } from "node:assert";
import { publishing, read } from "./clients";
import { curl } from "./curl";
import { isOpen } from "./ports";
import { deploy, setConfig, system } from "./system";

const plain = { RTMP: 1935, RTSP: 8554 };

async function assertPlainPorts(open: boolean): Promise<void> {
  for (const [protocol, port] of Object.entries(plain)) {
    assert.equal(await isOpen(port), open, `${protocol} on ${port}`);
  }
}

/** `rtmp` and `rtsp` of the global configuration, from which CloudTAK makes URLs. */
async function promised(): Promise<boolean[]> {
  const answer = await curl("admin:admin-pass", "https://localhost:9997/v3/config/global/get");
  const { rtmp, rtsp } = JSON.parse(answer.body);
  return [rtmp, rtsp];
}

describe("the insecure ports", () => {
  after(async () => {
    await setConfig("enableInsecurePorts", "false");
    await deploy();
  });

  it("open and close with enableInsecurePorts while running streams go on", async () => {
    await assertPlainPorts(false);
    assert.deepEqual(await promised(), [false, false]);
    const before = await publishing(
      "rtmps://localhost:1936/live/tactical-user:secure-password:field-camera-01",
      "field-camera-01",
    );
    const task = (await system()).runningTasks();
    try {
      await setConfig("enableInsecurePorts", "true");
      await deploy();
      await assertPlainPorts(true);
      const viaPlain = await publishing(
        "rtmp://localhost:1935/live/test-user:test-pass:test-stream",
        "test-stream",
      );
      try {
        const media = await read("rtsp://test-user:test-pass@localhost:8554/test-stream");
        assert.deepEqual(media.codecs, ["h264", "aac"]);
        assert.deepEqual(await promised(), [true, true]);
      } finally {
        await viaPlain.stop();
      }
      await setConfig("enableInsecurePorts", "false");
      await deploy();
      await assertPlainPorts(false);

      assert.ok(before.isRunning(), before.log());
      const media = await read(
        "rtsps://tactical-user:secure-password@localhost:8555/field-camera-01",
      );
      assert.ok(media.frames >= 25, `${media.frames} frames`);
      assert.deepEqual(await promised(), [false, false]);
      assert.deepEqual((await system()).runningTasks(), task, "the task was replaced");
    } finally {
      await before.stop();
    }
  });
});
