import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { mock } from "node:test";
import { RtspServer } from "../../../gateway/rtsp/server";
import { until } from "../../until";
import { mockClocks } from "../support/clocks";
import {
  FakeAuthorizer,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
  toRtsp,
} from "../support/fixtures";
import { Peer } from "./peer";

const secret = "canary-p@ss:w+rd";

describe("RTSP server with FFmpeg and MediaMTX", function () {
  this.timeout(20_000);
  let mediamtx: Mediamtx;
  let authorizer: FakeAuthorizer;
  let server: RtspServer;
  let publisher: Ffmpeg;
  const events: string[] = [];
  const at = (rest: string) => `rtsp://127.0.0.1:${server.port}/${rest}`;
  const read = async (url: string, ...options: string[]) => {
    const reader = startFfmpeg([...options, "-i", url, "-frames:v", "5", "-f", "null", "-"]);
    return { code: await reader.ended, log: reader.log() };
  };

  before(async () => {
    mediamtx = await startMediamtx();
    authorizer = new FakeAuthorizer(mediamtx.tickets, ({ stream, password }) => {
      if (password !== secret) return "bad-credentials";
      return stream === "cam" ? { path: "lease/1" } : "no-lease";
    });
    server = new RtspServer(authorizer, {
      port: 0,
      mediamtxPort: mediamtx.ports.rtsp,
      log: (event, detail) => events.push(`${event} ${JSON.stringify(detail)}`),
    });
    await server.listen();
    // The stream key of the guide, for devices that take only a URL; FFmpeg does not decode it.
    const url = at("bob:canary-p%40ss:w%2Brd:cam");
    publisher = startFfmpeg([...testPicture, ...toRtsp(url)]);
    await mediamtx.untilReady("lease/1");
  });
  after(async () => {
    await publisher?.stop();
    await server?.close();
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
    const candidates = await Promise.all(urls.map((url) => read(url, "-rtsp_transport", "tcp")));
    for (const { code, log } of candidates) {
      assert.equal(code, 0, log);
      assert.match(log, /frame= +5 /);
    }
  });

  it("keeps a session playing through all that a client may send at any time", async () => {
    const peer = new Peer(connect(server.port, "127.0.0.1"));
    let cseq = 0;
    const ask = async (method: string, url: string, headers = "") => {
      const login = `Authorization: Basic ${Buffer.from(`bob:${secret}`).toString("base64")}\r\n`;
      cseq += 1;
      peer.socket.write(`${method} ${url} RTSP/1.0\r\nCSeq: ${cseq}\r\n${login}${headers}\r\n`);
      const answer = new RegExp(
        `RTSP/1\\.0 (\\d+) [^\\r]*\\r\\n(?:[^\\r]+\\r\\n)*?CSeq: ${cseq}\\r\\n`,
      );
      await until(`${method} ${url} is answered`, () => answer.test(peer.received));
      return Number(answer.exec(peer.received)?.[1]);
    };
    assert.equal(await ask("GET_PARAMETER", at("")), 200);
    assert.equal(await ask("SET_PARAMETER", "*"), 200);
    assert.equal(await ask("DESCRIBE", at("cam")), 200);
    assert.equal(await ask("GET_PARAMETER", at("cam")), 200);
    const transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
    assert.equal(await ask("SETUP", at("lease/1/trackID=0"), transport), 200);
    const session = `Session: ${/Session: ([^;\r]+)/.exec(peer.received)?.[1]}\r\n`;
    assert.equal(await ask("PLAY", at("lease/1/"), session), 200);
    for (const url of ["*", at(""), at("cam"), at("lease/1/"), at("other")]) {
      for (const method of ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"]) {
        assert.equal(await ask(method, url, session), 200, `${method} ${url}`);
        assert.equal(await ask(method, url), 200, `${method} ${url} without a session`);
      }
    }
    assert.equal(await ask("DESCRIBE", at("other"), session), 501);
    assert.equal(await ask("PLAY", at(""), session), 200);
    const before = peer.received.length;
    await until("media goes on", () => peer.received.length > before + 2_000);
    peer.socket.destroy();
  });

  it("shows a refusal to reader and publisher", async () => {
    const publishing = startFfmpeg([...testPicture, ...toRtsp(at("bob:wrong:cam"))]);
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
    const request = authorizer.sessions[0]?.request;
    const { items } = await mediamtx.api<{ items: { state: string; remoteAddr: string }[] }>(
      "/v3/rtspsessions/list",
    );
    const publishing = items.find(({ state }) => state === "publish");
    assert.equal(publishing?.remoteAddr, `127.0.0.1:${request?.clientPort}`);
    assert.doesNotMatch(mediamtx.log() + events.join("\n"), /canary|wrong/);
  });

  it("lets a reader set up late, describe again, and begin anew on the same connection", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    const peer = new Peer(socket);
    const login = Buffer.from(`bob:${secret}`).toString("base64");
    let cseq = 0;
    const ask = async (method: string, url: string, headers = ""): Promise<string> => {
      cseq += 1;
      const head = `${method} ${url} RTSP/1.0\r\nCSeq: ${cseq}\r\n${headers}`;
      socket.write(`${head}Authorization: Basic ${login}\r\n\r\n`);
      // MediaMTX sends frames between its answers; none holds the beginning of one.
      const answer = new RegExp(
        `RTSP/1\\.0 (\\d+) ((?!RTSP/1\\.0)[^])*?CSeq: ${cseq}\r\n((?!RTSP/1\\.0)[^])*?\r\n\r\n`,
      );
      await until(`${method} is answered`, () => answer.test(peer.received) || peer.closed);
      const [whole = "", status] = answer.exec(peer.received) ?? [];
      assert.equal(status, "200", `${method} ${cseq}: ${whole}`);
      return whole;
    };
    const transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
    const setUp = async () => {
      const setup = await ask("SETUP", at("cam/trackID=0"), transport);
      return `Session: ${/^Session: ([^;\r]+)/m.exec(setup)?.[1]}\r\n`;
    };
    // Longer than a ticket lives.
    const clocks = mockClocks();
    const wait = () => clocks.tick(11_000);
    try {
      await ask("DESCRIBE", at("cam"));
      wait();
      await ask("DESCRIBE", at("cam"));
      wait();
      await ask("TEARDOWN", at("cam/"), await setUp());
      wait();
      await ask("DESCRIBE", at("cam"));
      wait();
      const session = await setUp();
      await ask("PLAY", at("cam/"), session);
      await ask("TEARDOWN", at("cam/"), session);
      wait();
      await ask("DESCRIBE", at("cam"));
      // MediaMTX plays once on a connection, but lets the client in.
      await setUp();
    } finally {
      mock.restoreAll();
      socket.destroy();
    }
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
