import { strict as assert } from "node:assert";
import { join } from "node:path";
import {
  isLive,
  type Publisher,
  publish,
  publishing,
  read,
  startFfmpeg,
  untilGone,
  untilLive,
} from "./clients";
import { addToCloudtak, gatewayLog, logIn, paths, textBelow } from "./system";

const rtmps = "rtmps://localhost:1936";
const rtsps = "rtsps://localhost:8555";
const srt = "srt://localhost:8890";

/** Everything that is special in some URL or key, but for the space, at which FFmpeg cuts RTMP URLs. */
const odd = { user: "odd-user", password: "p:%s&a#b?c@d+e,ü/=", stream: "grp/odd-stream" };
const encoded = encodeURIComponent(odd.password);
const oddKey = (password: string) => `${odd.user}:${password}:${odd.stream}`;

interface Way {
  readonly stream: string;
  readonly url: () => string;
}

const guide = (url: string): Way => ({ stream: "test-stream", url: () => url });
const oddly = (url: string): Way => ({ stream: odd.stream, url: () => url });
let token = "";
const withToken = (url: () => string): Way => ({ stream: "test-stream", url });

const publishers: Record<string, Way> = {
  "RTMPS, key under live": guide(`${rtmps}/live/test-user:test-pass:test-stream`),
  "RTMPS, key without an application": guide(`${rtmps}/test-user:test-pass:test-stream`),
  "RTMPS, parameters under live": guide(`${rtmps}/live/test-stream?user=test-user&pass=test-pass`),
  "RTMPS, odd password as typed": oddly(`${rtmps}/live/${oddKey(odd.password)}`),
  "RTMPS, odd password percent-encoded": oddly(`${rtmps}/live/${oddKey(encoded)}`),
  "RTMPS, odd password in parameters": oddly(
    `${rtmps}/${odd.stream}?user=${odd.user}&pass=${encoded}`,
  ),
  "RTMPS, token": withToken(() => `${rtmps}/live/test-stream?token=${token}`),
  "RTMPS, token as the password": withToken(() => `${rtmps}/live/test-user:${token}:test-stream`),
  "RTSPS, Basic credentials": oddly(`rtsps://${odd.user}:${encoded}@localhost:8555/${odd.stream}`),
  "RTSPS, key in the path": guide(`${rtsps}/test-user:test-pass:test-stream`),
  "RTSPS, odd password in the path": oddly(`${rtsps}/${oddKey(encoded)}`),
  "RTSPS, parameters": guide(`${rtsps}/test-stream?user=test-user&pass=test-pass`),
  "RTSPS, token": withToken(() => `${rtsps}/test-stream?jwt=${token}`),
  "SRT, key": guide(`${srt}?streamid=test-user:test-pass:test-stream`),
  "SRT, odd password in a key": oddly(`${srt}?streamid=${oddKey(encoded)}`),
  "SRT, publish with user and password": oddly(
    `${srt}?streamid=publish:${odd.stream}:${odd.user}:${encoded}`,
  ),
  "SRT, standard form": guide(
    `${srt}?streamid=#!::r=test-stream,m=publish,u=test-user,s=test-pass`,
  ),
};

const readers: Record<string, Way> = {
  "RTMPS, key": guide(`${rtmps}/live/test-user:test-pass:test-stream`),
  "RTMPS, parameters": guide(`${rtmps}/test-stream?user=test-user&pass=test-pass`),
  "RTSPS, key in the path": guide(`${rtsps}/test-user:test-pass:test-stream`),
  "RTSPS, parameters": guide(`${rtsps}/test-stream?user=test-user&pass=test-pass`),
  "RTSPS, token": withToken(() => `${rtsps}/test-stream?token=${token}`),
  "SRT, standard form": guide(`${srt}?streamid=#!::r=test-stream,u=test-user,s=test-pass`),
};

describe("FFmpeg", () => {
  before(async () => {
    addToCloudtak(odd.user, odd.password, odd.stream);
    token = await logIn("test-user", "test-pass");
  });

  for (const [name, { stream, url }] of Object.entries(publishers)) {
    it(`publishes: ${name}`, async () => {
      const publisher = await publishing(url(), stream);
      await publisher.stop();
      await untilGone(stream);
    });
  }

  describe("reads", () => {
    let publisher: Publisher;
    before(async () => {
      publisher = await publishing(`${rtmps}/live/test-user:test-pass:test-stream`, "test-stream");
    });
    after(() => publisher?.stop());

    for (const [name, { url }] of Object.entries(readers)) {
      it(name, async () => {
        const { codecs, frames } = await read(url());
        assert.deepEqual(codecs, ["h264", "aac"]);
        assert.ok(frames >= 25, `${frames} frames`);
      });
    }
  });

  it("publishes a file and records with the guide's own command lines", async () => {
    await untilGone("test-stream");
    const [input, output] = [join(paths.root, "input.mp4"), join(paths.root, "output.mp4")];
    const picture = "-f lavfi -i testsrc2=size=320x180:rate=25 -f lavfi -i sine -t 20";
    const codecs = "-pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 25 -c:a aac";
    const made = startFfmpeg(["-y", ...`${picture} ${codecs}`.split(" "), input]);
    assert.equal(await made.ended, 0, made.log());

    // With -g, as x264 by itself makes a key frame every 10 s, before which nothing can be decoded.
    const commands = [
      `-re -i ${input} -c:v libx264 -g 25 -c:a aac -f flv ${rtmps}/live/test-user:test-pass:test-stream`,
      `-re -i ${input} -c copy -f mpegts ${srt}?streamid=test-user:test-pass:test-stream`,
    ];
    for (const command of commands) {
      const publisher = startFfmpeg(command.split(" "));
      await untilLive("test-stream", publisher);
      const url = "rtsps://test-user:test-pass@localhost:8555/test-stream";
      const recorder = startFfmpeg(["-y", "-t", "4", "-i", url, "-c", "copy", output]);
      assert.equal(await recorder.ended, 0, recorder.log());
      assert.ok((await read(output)).frames >= 25);
      await publisher.stop();
      await untilGone("test-stream");
    }
  });

  it("takes a live stream over from the same user, and from nobody else", async () => {
    const first = await publishing(`${rtmps}/live/test-user:test-pass:test-stream`, "test-stream");
    const stranger = publish(`${rtmps}/live/admin:admin-pass:test-stream`);
    assert.notEqual(await stranger.ended, 0);
    assert.match(stranger.log(), /another user is publishing/);
    assert.ok(first.isRunning(), first.log());

    const second = publish(`${srt}?streamid=test-user:test-pass:test-stream`);
    assert.notEqual(await first.ended, 0);
    await untilLive("test-stream", second);
    await second.stop();
    await untilGone("test-stream");
  });

  const impossible = {
    "..": "live/../../v3/config",
    "a control character": "cam\u0007era",
    "another script": "камера",
    "10 kB": "n".repeat(10_000),
  };
  for (const [what, stream] of Object.entries(impossible)) {
    it(`is told what is wrong with a stream name that is or holds ${what}`, async () => {
      const publisher = publish(`${rtmps}/live/test-user:test-pass:${stream}`);
      assert.notEqual(await publisher.ended, 0);
      assert.match(publisher.log(), /malformed stream key/);
      assert.equal(await isLive(stream.slice(0, 50)), false);
    });
  }

  it("leaves no password and no token in any log", () => {
    const logs = textBelow(paths.logs);
    const secrets = ["test-pass", odd.password, encoded, token];
    assert.ok(gatewayLog().includes(odd.stream));
    assert.deepEqual(
      secrets.filter((secret) => logs.includes(secret)),
      [],
    );
  });
});
