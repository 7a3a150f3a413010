import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mock } from "node:test";
import { HlsServer } from "../../../gateway/hls/server";
import { HlsSession, HlsSessions, maxPerAddress, maxSessions } from "../../../gateway/hls/sessions";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { closeServer, listenOn } from "../../../gateway/net/listen";
import { until } from "../../until";
import { type Clocks, mockClocks } from "../support/clocks";
import { FakeAuthorizer } from "../support/fixtures";

const secret = "5f0c4a3e-8a1c-4d7b-9a55-5a3a0f1f1c11";

describe("HLS sessions", () => {
  let clocks: Clocks;
  let sessions: HlsSessions;
  beforeEach(() => {
    clocks = mockClocks(["setInterval"]);
    sessions = new HlsSessions();
  });
  afterEach(() => {
    sessions.close();
    mock.restoreAll();
    mock.timers.reset();
  });

  /** A registered session, and the reasons it ended for. */
  function open() {
    const reasons: string[] = [];
    const session = new HlsSession("cam", "203.0.113.9");
    const end = (reason: string) => reasons.push(reason);
    session.admitted({
      id: "1",
      path: "cam",
      handle: "",
      bytesIn: 0,
      bytesOut: 0,
      connected: () => {},
      end,
    });
    sessions.add({ session, client: "client", secret, playlist: "#EXTM3U" });
    return { session, reasons };
  }

  it("end 30 s after their last request", () => {
    const { session, reasons } = open();
    clocks.tick(29_000);
    session.requestStarted();
    session.requestEnded();
    clocks.tick(29_000);
    assert.deepEqual(reasons, []);
    assert.equal(sessions.ofId("1")?.session, session);
    clocks.tick(1_000);
    assert.deepEqual(reasons, ["idle"]);
    assert.equal(sessions.ofId("1"), undefined);
    assert.equal(sessions.ofClient("client"), undefined);
  });

  it("do not end while a transfer is under way", () => {
    const { session, reasons } = open();
    session.requestStarted();
    clocks.tick(120_000);
    assert.deepEqual(reasons, []);
    session.requestEnded();
    clocks.tick(30_000);
    assert.deepEqual(reasons, ["idle"]);
  });

  describe("without number", () => {
    let number = 0;
    /** A session of an address; the reasons for which sessions ended by their number. */
    const ended = new Map<number, string>();
    beforeEach(() => {
      number = 0;
      ended.clear();
    });
    function openFor(address: string): HlsSession {
      const own = ++number;
      const session = new HlsSession("cam", address);
      const end = (reason: string) => void ended.set(own, reason);
      session.admitted({
        id: String(own),
        path: "cam",
        handle: "",
        bytesIn: 0,
        bytesOut: 0,
        connected: () => {},
        end,
      });
      sessions.add({ session, client: `client-${own}`, secret, playlist: "#EXTM3U" });
      clocks.tick(1);
      return session;
    }

    it("cost an address those that it used least lately", () => {
      const playback = openFor("203.0.113.9");
      playback.requestStarted();
      const other = openFor("203.0.113.10");
      for (let count = 0; count < maxPerAddress; count++) openFor("203.0.113.9");
      assert.deepEqual([...ended], [[3, "evicted"]]);
      assert.equal(playback.ended || other.ended, false);
      assert.equal(sessions.ofClient("client-3"), undefined);
    });

    it("of one address leave room for others, loopback included", () => {
      for (let count = 0; count < maxSessions; count++) openFor("127.0.0.1");
      openFor("203.0.113.9");
      assert.deepEqual([...ended], [[1, "evicted"]]);
    });
  });

  it("end once", () => {
    const { session, reasons } = open();
    session.end("kicked");
    session.end("idle");
    sessions.close();
    assert.deepEqual(reasons, ["kicked"]);
  });
});

describe("HLS transfers", () => {
  let upstream: Server;
  let authorizer: FakeAuthorizer;
  let server: HlsServer;
  let base: string;
  let segment: string;
  let upstreamClosed: Promise<unknown>;
  /** What the media playlist has besides a segment. */
  let filler = "";
  beforeEach(async () => {
    filler = "";
    upstream = createServer(({ url = "" }, response) => {
      if (url.includes("index.m3u8")) response.end(`#EXTM3U\nv.m3u8?session=${secret}\n`);
      else if (url.includes(".m3u8")) response.end(`${filler}\nseg1.mp4?session=${secret}\n`);
      else {
        upstreamClosed = once(response, "close");
        response.writeHead(200, { "content-type": "video/mp4" }).write("half a segment");
      }
    });
    const mediamtxPort = await listenOn(upstream, 0, "127.0.0.1");
    authorizer = new FakeAuthorizer(new Tickets(), () => "allow");
    server = new HlsServer(authorizer, { port: 0, mediamtxPort });
    await server.listen();
    base = `http://127.0.0.1:${server.port}/cam`;
    const playlist = await child(`${base}/index.m3u8?token=t`);
    segment = await child(playlist);
  });
  afterEach(async () => {
    await server.close();
    await closeServer(upstream);
  });

  /** The last URL in a playlist. */
  async function child(playlist: string): Promise<string> {
    const text = await (await fetch(playlist)).text();
    return `${base}/${text.trim().split("\n").at(-1)}`;
  }

  it("break off when their session is cut", async () => {
    const [session = assert.fail()] = authorizer.sessions;
    const before = session.bytesOut;
    const reading = assert.rejects((await fetch(segment)).arrayBuffer());
    await until("half of it is there", () => session.bytesOut > before);
    session.request.disconnect("kicked");
    await reading;
    assert.deepEqual(session.endReasons, ["kicked"]);
    assert.equal((await fetch(segment)).status, 404);
  });

  it("are 8 at a time for one session at most", async () => {
    const player = new AbortController();
    const get = () => fetch(segment, { signal: player.signal });
    const first = await Promise.all(Array.from({ length: 8 }, get));
    assert.deepEqual(new Set(first.map(({ status }) => status)), new Set([200]));
    assert.equal((await get()).status, 429);
    player.abort();
    await until(
      "one is over",
      async () => (await fetch(segment, { method: "HEAD" })).status !== 429,
    );
  });

  it("end at MediaMTX when the player goes away", async () => {
    const player = new AbortController();
    await fetch(segment, { signal: player.signal });
    player.abort();
    await upstreamClosed;
  });

  it("take no playlist of more than 1 MiB", async () => {
    filler = "#".repeat(1024 * 1024);
    assert.equal((await fetch(await child(`${base}/index.m3u8?token=t`))).status, 503);
  });
});
