import { strict as assert } from "node:assert";
import { publishing, read } from "./clients";

const credentials = "test-user:test-pass";
const stream = "test-stream";

const publishUrls = {
  "RTMPS with the guide's stream key": `rtmps://localhost:1936/live/${credentials}:${stream}`,
  "RTMPS with user and pass in the query":
    "rtmps://localhost:1936/test-stream?user=test-user&pass=test-pass",
  "RTSPS with Basic credentials": `rtsps://${credentials}@localhost:8555/${stream}`,
  "SRT with the guide's stream key": `srt://localhost:8890?streamid=${credentials}:${stream}`,
  "SRT with a publish stream id": `srt://localhost:8890?streamid=publish:${stream}:${credentials}`,
};

const readUrls = {
  RTSPS: `rtsps://${credentials}@localhost:8555/${stream}`,
  HLS: `https://${credentials}@localhost:8888/${stream}/index.m3u8`,
  "HLS by CloudTAK's URL": `https://${credentials}@localhost:9997/stream/${stream}/index.m3u8`,
  SRT: `srt://localhost:8890?streamid=read:${stream}:${credentials}`,
};

describe("a stream published over", () => {
  for (const [way, url] of Object.entries(publishUrls)) {
    it(`${way} is read back over ${Object.keys(readUrls).join(", ")}`, async () => {
      const publisher = await publishing(url, stream);
      try {
        const reading = Object.entries(readUrls).map(async ([protocol, from]) => {
          const media = await read(from);
          assert.deepEqual(media.codecs, ["h264", "aac"], protocol);
          assert.ok(media.frames >= 25, `${protocol}: ${media.frames} frames decoded`);
        });
        await Promise.all(reading);
        assert.ok(publisher.isRunning(), publisher.log());
      } finally {
        await publisher.stop();
      }
    });
  }
});
