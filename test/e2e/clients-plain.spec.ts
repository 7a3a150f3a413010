import { strict as assert } from "node:assert";
import { until } from "../until";
import { publishing, read, untilGone, untilLive } from "./clients";
import { gstreamerPublish, startObs } from "./otherClients";
import type { Program } from "./program";
import { deploy, setConfig } from "./system";

const stream = "test-stream";
const key = `test-user:test-pass:${stream}`;

const publishers: Record<string, () => Program> = {
  "OBS with the guide's server and stream key": () => startObs("rtmp://localhost:1935/live", key),
  "OBS with a percent-encoded stream key": () =>
    startObs("rtmp://localhost:1935/live", `test-user:test%2Dpass:${stream}`),
  "GStreamer's rtmp2sink": () =>
    gstreamerPublish(
      `flvmux streamable=true ! rtmp2sink location=rtmp://localhost:1935/live/${key}`,
    ),
  "GStreamer's rtspclientsink": () =>
    gstreamerPublish(`rtspclientsink protocols=tcp location=rtsp://localhost:8554/${key}`),
};

describe("without TLS", () => {
  before(async () => {
    await setConfig("enableInsecurePorts", "true");
    await deploy();
  });
  after(async () => {
    await setConfig("enableInsecurePorts", "false");
    await deploy();
  });

  for (const [name, start] of Object.entries(publishers)) {
    it(`publishes: ${name}`, async () => {
      await untilGone(stream);
      const program = start();
      try {
        await untilLive(stream, program, 30000);
        const { frames } = await read(`rtmp://localhost:1935/live/${key}`);
        assert.ok(frames >= 5, `${frames} frames`);
      } finally {
        await program.stop();
      }
    });
  }

  it("publishes and reads: FFmpeg by RTSP", async () => {
    await untilGone(stream);
    const publisher = await publishing(`rtsp://localhost:8554/${key}`, stream);
    try {
      assert.ok((await read(`rtsp://localhost:8554/${key}`)).frames >= 25);
    } finally {
      await publisher.stop();
    }
  });

  it("OBS logs why its key is refused", async () => {
    const obs = startObs("rtmp://localhost:1935/live", `test-user:wrong-pass:${stream}`);
    const isTold = () => {
      assert.ok(obs.isRunning(), obs.log().slice(-2000));
      return obs.log().includes("NetStream.Publish.Unauthorized");
    };
    await until("OBS logs the refusal", isTold, 30_000);
    await obs.stop();
  });
});
