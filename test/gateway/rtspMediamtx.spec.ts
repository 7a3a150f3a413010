import assert from "node:assert/strict";
import { RtspDoor } from "../../gateway/rtsp/door";
import {
  FakeGatekeeper,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
  until,
} from "./fixtures";

const secret = "canary-p@ss:w+rd";

describe("RTSP door with FFmpeg and MediaMTX", function () {
  this.timeout(20_000);
  let mediamtx: Mediamtx;
  let gatekeeper: FakeGatekeeper;
  let door: RtspDoor;
  let publisher: Ffmpeg;
  const events: string[] = [];
  const at = (rest: string) => `rtsp://127.0.0.1:${door.port}/${rest}`;
  const read = async (url: string, ...options: string[]) => {
    const reader = startFfmpeg([...options, "-i", url, "-frames:v", "5", "-f", "null", "-"]);
    return { code: await reader.ended, log: reader.log() };
  };

  before(async () => {
    mediamtx = await startMediamtx();
    gatekeeper = new FakeGatekeeper(mediamtx.tickets, ({ stream, password }) => {
      if (password !== secret) return "bad-credentials";
      return stream === "cam" ? { path: "lease/1" } : "no-lease";
    });
    door = new RtspDoor(gatekeeper, {
      port: 0,
      mediamtxPort: mediamtx.ports.rtsp,
      log: (event, detail) => events.push(`${event} ${JSON.stringify(detail)}`),
    });
    await door.listen();
    // The stream key of the guide, for devices that take only a URL; FFmpeg does not decode it.
    const url = at("bob:canary-p%40ss:w%2Brd:cam");
    publisher = startFfmpeg([...testPicture, "-f", "rtsp", "-rtsp_transport", "tcp", url]);
    await mediamtx.untilReady("lease/1");
  });
  after(async () => {
    await publisher?.stop();
    await door?.close();
    await mediamtx?.stop();
  });

  it("reads by name with Basic credentials, asking for UDP first as players do", async () => {
    const { code, log } = await read(at("cam").replace("//", "//bob:canary-p%40ss%3Aw%2Brd@"));
    assert.equal(code, 0, log);
    assert.match(log, /Video: h264/);
    assert.match(log, /Audio: aac/);
    assert.match(log, /frame= +5 /);
  });

  it("reads with the stream key and with ?user=&pass=", async () => {
    const urls = [at(`bob:${secret}:cam`), at("cam?user=bob&pass=canary-p%40ss%3Aw%2Brd")];
    const readings = await Promise.all(urls.map((url) => read(url, "-rtsp_transport", "tcp")));
    for (const { code, log } of readings) {
      assert.equal(code, 0, log);
      assert.match(log, /frame= +5 /);
    }
  });

  it("shows a refusal to reader and publisher", async () => {
    const target = ["-f", "rtsp", "-rtsp_transport", "tcp", at("bob:wrong:cam")];
    const publishing = startFfmpeg([...testPicture, ...target]);
    const [wrong, unknown, published] = await Promise.all([
      read(at("cam").replace("//", "//bob:wrong@")),
      read(at(`bob:${secret}:nothing`)),
      publishing.ended.then((code) => ({ code, log: publishing.log() })),
    ]);
    assert.match(wrong.log, /401 Unauthorized/);
    assert.match(unknown.log, /404/);
    assert.match(published.log, /401 Unauthorized/);
    assert.deepEqual([wrong.code, unknown.code, published.code], [1, 1, 1]);
  });

  it("leaves the client's address in MediaMTX and no credential anywhere", async () => {
    const request = gatekeeper.sessions[0]?.request;
    const { items } = await mediamtx.api<{ items: { state: string; remoteAddr: string }[] }>(
      "/v3/rtspsessions/list",
    );
    const publishing = items.find(({ state }) => state === "publish");
    assert.equal(publishing?.remoteAddr, `127.0.0.1:${request?.clientPort}`);
    assert.doesNotMatch(mediamtx.log() + events.join("\n"), /canary|wrong/);
  });

  it("ends a running stream when its session is cut", async () => {
    const [session] = gatekeeper.sessions;
    assert.ok(session && session.bytesIn > 10_000);
    session.request.cut("revoked");
    assert.notEqual(await publisher.ended, 0);
    await until("the path is gone", async () => {
      const found = await mediamtx.api<{ ready?: boolean }>("/v3/paths/get/lease/1");
      return found.ready !== true;
    });
    assert.deepEqual(session.endReasons, ["revoked"]);
  });
});
