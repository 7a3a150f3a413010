import assert from "node:assert/strict";
import { unsupportedReason } from "../../../gateway/hls/carriedCodecs";
import { type ApiSystem, roles, startApiSystem } from "../api/apiSystem";
import { type Ffmpeg, startFfmpeg } from "../support/fixtures";

const codecs: Readonly<Record<string, readonly [string, string]>> = {
  "M-JPEG": ["mjpeg -pix_fmt yuvj420p", "M-JPEG"],
  "MPEG-4 part 2": ["mpeg4", "MPEG-4 Video"],
  "MPEG-2": ["mpeg2video", "MPEG-1/2 Video"],
};

describe("a stream without a codec that HLS carries", () => {
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem();
  });
  after(() => system?.stop());

  for (const [name, [encoder, track]] of Object.entries(codecs)) {
    it(`${name}: is refused for good, on both ports, with its tracks and what plays it`, async () => {
      const publisher: Ffmpeg = startFfmpeg([
        ...`-re -f lavfi -i testsrc=size=160x120:rate=25 -c:v ${encoder} -f rtsp`.split(" "),
        ...["-rtsp_transport", "tcp"],
        `rtsp://ada:canary-password@127.0.0.1:${system.ports.rtsp}/own`,
      ]);
      try {
        await system.mediamtx.untilReady("own");
        const hls = `http://127.0.0.1:${system.ports.hls}/own/index.m3u8`;
        const answers = [
          await fetch(hls, { headers: { authorization: roles.user } }),
          await fetch(`http://127.0.0.1:${system.ports.api}/stream/own/index.m3u8`, {
            headers: { authorization: roles.user },
          }),
        ];
        for (const answer of answers) {
          assert.equal(answer.status, 406);
          assert.equal(answer.headers.has("retry-after"), false);
          const { error } = (await answer.json()) as { error: string };
          assert.equal(
            error,
            `HLS cannot carry the tracks of this stream: ${track}; play it by RTSPS, port 8555`,
          );
        }
        assert.deepEqual(
          system.sessions.list().filter(({ action }) => action === "read"),
          [],
        );
      } finally {
        await publisher.stop();
      }
    });
  }

  it("is none as long as one track is carried, or none is known", () => {
    assert.equal(unsupportedReason(["H264", "G711"]), undefined);
    assert.equal(unsupportedReason([]), undefined);
  });

  it("is told from where it comes when MPEG-TS was pulled", () => {
    assert.match(unsupportedReason(["MPEG-TS"]) ?? "", /pulled by RTSP as MPEG-TS is not unpacked/);
  });
});
