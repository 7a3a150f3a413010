import assert from "node:assert/strict";
import { SrtServer } from "../../../gateway/srt/server";
import { until } from "../../until";
import {
  FakeAuthorizer,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
} from "../support/fixtures";

const secret = "canary:p+s,s";
const passphrase = "a passphrase of the team";

/** With and without a passphrase; the key exchange has to pass through the server untouched. */
for (const encrypted of [false, true]) {
  describe(`SRT server with FFmpeg and MediaMTX, ${encrypted ? "with" : "without"} passphrase`, function () {
    this.timeout(20_000);
    let mediamtx: Mediamtx;
    let authorizer: FakeAuthorizer;
    let server: SrtServer;
    let publisher: Ffmpeg;
    const events: string[] = [];
    const at = (streamId: string, withPassphrase = encrypted) => {
      const key = withPassphrase ? `passphrase=${passphrase}&` : "";
      return `srt://127.0.0.1:${server.port}?${key}streamid=${streamId}`;
    };
    const read = async (url: string) => {
      const reader = startFfmpeg([
        "-probesize",
        "50000",
        "-i",
        url,
        "-frames:v",
        "5",
        "-f",
        "null",
        "-",
      ]);
      return { code: await reader.ended, log: reader.log() };
    };

    before(async () => {
      mediamtx = await startMediamtx(
        encrypted
          ? {
              MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE: passphrase,
              MTX_PATHDEFAULTS_SRTREADPASSPHRASE: passphrase,
            }
          : {},
      );
      authorizer = new FakeAuthorizer(mediamtx.tickets, ({ password }) =>
        password === secret ? { path: "lease/1" } : "bad-credentials",
      );
      server = new SrtServer(authorizer, {
        port: 0,
        mediamtxPort: mediamtx.ports.srt,
        log: (event, detail) => events.push(`${event} ${JSON.stringify(detail)}`),
      });
      await server.listen();
      // FFmpeg sends the plus as a space.
      const streamId = encrypted ? `publish:cam:bob:${secret}` : `bob:${secret}:cam`;
      publisher = startFfmpeg([...testPicture, "-f", "mpegts", at(streamId)]);
      await mediamtx.untilReady("lease/1");
    });
    after(async () => {
      await publisher?.stop();
      await server?.close();
      await mediamtx?.stop();
    });

    it("reads what was published", async () => {
      const { code, log } = await read(at(`read:cam:bob:${secret}`));
      assert.equal(code, 0, log);
      assert.match(log, /Video: h264/);
      assert.match(log, /frame= +5 /);
      assert.doesNotMatch(mediamtx.log() + events.join("\n"), /canary/);
    });

    it("knows under which address MediaMTX lists the caller", async () => {
      const { items } = await mediamtx.api<{ items: { remoteAddr: string }[] }>(
        "/v3/srtconns/list",
      );
      const [session] = authorizer.sessions;
      assert.equal(session?.isConnected, true);
      assert.ok(items.some(({ remoteAddr }) => remoteAddr === session?.mediamtxPeer));
    });

    it("rejects a wrong password at once", async () => {
      const { code, log } = await read(at("read:cam:bob:wrong"));
      assert.equal(code, 1);
      assert.match(log, /Input\/output error/);
    });

    it("rejects a caller who differs about the passphrase and says so", async () => {
      const { code } = await read(at(`read:cam:bob:${secret}`, !encrypted));
      assert.equal(code, 1);
      assert.match(events.at(-1) ?? "", /^connection rejected by mediamtx .*passphrase/);
      const session = authorizer.sessions.at(-1);
      const reason = encrypted ? "upstream-refused" : "bad-passphrase";
      assert.deepEqual([session?.isConnected, session?.endReasons], [false, [reason]]);
    });

    it("ends the session of a publisher who differs about the passphrase as bad-passphrase", async () => {
      if (!encrypted) return;
      const url = at(`publish:cam:bob:${secret}`, false);
      assert.notEqual(await startFfmpeg([...testPicture, "-f", "mpegts", url]).ended, 0);
      const session = authorizer.sessions.at(-1);
      assert.deepEqual([session?.isConnected, session?.endReasons], [false, ["bad-passphrase"]]);
    });

    it("ends a running stream when its session is cut", async () => {
      const [session] = authorizer.sessions;
      assert.ok(session && session.bytesIn > 10_000);
      session.request.disconnect("kicked");
      assert.notEqual(await publisher.ended, 0);
      await until("the path is gone", async () => {
        const found = await mediamtx.api<{ ready?: boolean }>("/v3/paths/get/lease/1");
        return found.ready !== true;
      });
      assert.deepEqual(session.endReasons, ["kicked"]);
    });
  });
}
