import { strict as assert } from "node:assert";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { until } from "../until";
import { type Publisher, publishing, read, startFfmpeg, untilGone, untilLive } from "./clients";
import { gstreamerPublish, gstreamerRead, srtLiveTransmit, startObs } from "./otherClients";
import type { Program } from "./program";

const stream = "test-stream";
const credentials = "test-user:test-pass";
const key = `${credentials}:${stream}`;
const readUrl = `rtsps://${credentials}@localhost:8555/${stream}`;
const insecure = "tls-validation-flags=0";
const flv = "flvmux streamable=true";
const ts = "mpegtsmux alignment=7";

async function assertPublishes(start: () => Program): Promise<void> {
  await untilGone(stream);
  const program = start();
  try {
    await untilLive(stream, program);
    const { codecs, frames } = await read(readUrl);
    assert.equal(codecs[0], "h264");
    assert.ok(frames >= 10, `${frames} frames`);
    assert.ok(program.isRunning(), program.log());
  } finally {
    await program.stop();
    await untilGone(stream);
  }
}

const publishers: Record<string, () => Program> = {
  "GStreamer's rtmp2sink with the key": () =>
    gstreamerPublish(`${flv} ! rtmp2sink ${insecure} location=rtmps://localhost:1936/live/${key}`),
  "GStreamer's srtsink with the key in the URL": () =>
    gstreamerPublish(`${ts} ! srtsink uri=srt://localhost:8890?streamid=${key}`),
  "GStreamer's srtsink with a publish stream id": () =>
    gstreamerPublish(
      `${ts} ! srtsink uri=srt://localhost:8890 streamid=publish:${stream}:${credentials}`,
    ),
  "GStreamer's rtspclientsink with Basic credentials": () =>
    gstreamerPublish(
      `rtspclientsink ${insecure} protocols=tcp user-id=test-user user-pw=test-pass ` +
        `location=rtsps://localhost:8555/${stream}`,
    ),
  "GStreamer's rtspclientsink with the key in the path": () =>
    gstreamerPublish(
      `rtspclientsink ${insecure} protocols=tcp location=rtsps://localhost:8555/${key}`,
    ),
  "OBS by SRT with the guide's server address": () =>
    startObs(`srt://localhost:8890?streamid=${key}`, ""),
};

/**
 * GStreamer reading by RTMP. flvdemux gives out everything in one thread: without queues behind it, that would wait in the
 * sound's sink for the first picture, for ever.
 */
const rtmpSource = (login: string) =>
  `rtmp2src ${insecure} location=rtmps://localhost:1936/live/${login}:${stream} ! flvdemux name=demux ` +
  "demux.audio ! queue ! fakesink async=false num-buffers=25 demux.video ! queue";

const readers: Record<string, () => Program> = {
  "GStreamer's rtmp2src": () => gstreamerRead(rtmpSource(credentials)),
  "GStreamer's srtsrc": () =>
    gstreamerRead(
      `srtsrc uri=srt://localhost:8890?streamid=read:${stream}:${credentials} ! tsdemux`,
    ),
  "GStreamer's rtspsrc with the key in the path": () =>
    gstreamerRead(
      `rtspsrc ${insecure} protocols=tcp location=rtsps://localhost:8555/${key} ! rtph264depay`,
    ),
};

describe("other clients", () => {
  for (const [name, start] of Object.entries(publishers)) {
    it(`publish: ${name}`, () => assertPublishes(start));
  }

  describe("read", () => {
    let publisher: Publisher;
    before(async () => {
      publisher = await publishing(`rtmps://localhost:1936/live/${key}`, stream);
    });
    after(() => publisher?.stop());

    for (const [name, start] of Object.entries(readers)) {
      it(name, async () => {
        const reader = start();
        assert.equal(await reader.ended, 0, reader.log());
      });
    }

    it("GStreamer's rtmp2src and srtsrc say that a password is wrong", async () => {
      const wrong = "test-user:wrong-pass";
      const rtmp = gstreamerRead(rtmpSource(wrong));
      assert.notEqual(await rtmp.ended, 0);
      assert.match(rtmp.log(), /NetStream\.Play\.Failed|authentication failed/);
      const srt = gstreamerRead(
        `srtsrc auto-reconnect=false uri=srt://localhost:8890?streamid=read:${stream}:${wrong} ! tsdemux`,
      );
      assert.notEqual(await srt.ended, 0);
      assert.match(srt.log(), /reject/);
    });
  });

  it("srt-live-transmit publishes what it gets and reads it back", async () => {
    await untilGone(stream);
    const udp = createSocket("udp4").bind(0, "127.0.0.1");
    await once(udp, "listening");
    const { port } = udp.address();
    await new Promise<void>((resolve) => udp.close(() => resolve()));
    const picture = "-re -f lavfi -i testsrc2=size=320x180:rate=25 -c:v libx264 -preset ultrafast";
    const encoder = startFfmpeg([
      ...`${picture} -pix_fmt yuv420p -g 25 -f mpegts udp://127.0.0.1:${port}?pkt_size=1316`.split(
        " ",
      ),
    ]);
    const sender = srtLiveTransmit(
      `udp://127.0.0.1:${port}`,
      `srt://localhost:8890?streamid=${key}`,
    );
    await untilLive(stream, sender);
    const receiver = srtLiveTransmit(
      `srt://localhost:8890?streamid=read:${stream}:${credentials}`,
      "file://con",
    );
    await until("enough has been read back", () => {
      assert.ok(receiver.isRunning(), receiver.log().slice(-200));
      return receiver.stdout().length >= 50_000;
    });
    await receiver.stop();
    await sender.stop();
    await encoder.stop();
  });
});
