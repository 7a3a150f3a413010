import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { mock } from "node:test";
import { HlsDoor } from "../../gateway/hls/door";
import { HlsSession, HlsSessions } from "../../gateway/hls/sessions";
import { closeServer, listenOn } from "../../gateway/httpServer";
import { Tickets } from "../../gateway/tickets";
import { FakeGatekeeper, until } from "./fixtures";

const secret = "5f0c4a3e-8a1c-4d7b-9a55-5a3a0f1f1c11";

describe("HLS sessions", () => {
  let sessions: HlsSessions;
  beforeEach(() => {
    mock.timers.enable({ apis: ["Date", "setInterval"] });
    sessions = new HlsSessions();
  });
  afterEach(() => {
    sessions.close();
    mock.timers.reset();
  });

  /** A registered session, and the reasons it ended for. */
  function open() {
    const reasons: string[] = [];
    const session = new HlsSession("cam", "203.0.113.9");
    const end = (reason: string) => reasons.push(reason);
    session.admitted({ id: "1", path: "cam", bytesIn: 0, bytesOut: 0, end });
    sessions.add(secret, { session, client: "client", index: "#EXTM3U" });
    return { session, reasons };
  }

  it("end 30 s after their last request", () => {
    const { session, reasons } = open();
    mock.timers.tick(29_000);
    session.requestStarted();
    session.requestEnded();
    mock.timers.tick(29_000);
    assert.deepEqual(reasons, []);
    assert.equal(sessions.ofChild(secret, "cam"), session);
    mock.timers.tick(1_000);
    assert.deepEqual(reasons, ["idle"]);
    assert.equal(sessions.ofChild(secret, "cam"), undefined);
    assert.equal(sessions.ofClient("client"), undefined);
  });

  it("do not end while a transfer is under way", () => {
    const { session, reasons } = open();
    session.requestStarted();
    mock.timers.tick(120_000);
    assert.deepEqual(reasons, []);
    session.requestEnded();
    mock.timers.tick(30_000);
    assert.deepEqual(reasons, ["idle"]);
  });

  it("end once", () => {
    const { session, reasons } = open();
    session.end("revoked");
    session.end("again");
    sessions.close();
    assert.deepEqual(reasons, ["revoked"]);
  });
});

describe("HLS transfers", () => {
  it("break off when their session is cut", async () => {
    const upstream = createServer((request, response) => {
      if (request.url?.includes("index.m3u8")) response.end(`#EXTM3U\nv.m3u8?session=${secret}\n`);
      else response.writeHead(200, { "content-type": "video/mp4" }).write("half a segment");
    });
    const mediamtxPort = await listenOn(upstream, 0, "127.0.0.1");
    const gatekeeper = new FakeGatekeeper(new Tickets(), () => "allow");
    const door = new HlsDoor(gatekeeper, { port: 0, mediamtxPort });
    await door.listen();
    try {
      const base = `http://127.0.0.1:${door.port}/cam`;
      await fetch(`${base}/index.m3u8?token=t`);
      const segment = await fetch(`${base}/seg1.mp4?session=${secret}`);
      const reading = assert.rejects(segment.arrayBuffer());
      const [session = assert.fail()] = gatekeeper.sessions;
      await until("half of it is there", () => session.bytesOut > "half a segment".length);
      session.request.cut("revoked");
      await reading;
      assert.deepEqual(session.endReasons, ["revoked"]);
      assert.equal((await fetch(`${base}/seg1.mp4?session=${secret}`)).status, 401);
    } finally {
      await door.close();
      await closeServer(upstream);
    }
  });

  it("end at MediaMTX when the player goes away", async () => {
    let upstreamClosed: Promise<unknown> = Promise.reject(new Error("no transfer"));
    upstreamClosed.catch(() => {});
    const upstream = createServer((request, response) => {
      if (request.url?.includes("index.m3u8")) response.end(`#EXTM3U\nv.m3u8?session=${secret}\n`);
      else {
        upstreamClosed = once(response, "close");
        response.writeHead(200, { "content-type": "video/mp4" }).write("half a segment");
      }
    });
    const mediamtxPort = await listenOn(upstream, 0, "127.0.0.1");
    const door = new HlsDoor(new FakeGatekeeper(new Tickets(), () => "allow"), {
      port: 0,
      mediamtxPort,
    });
    await door.listen();
    try {
      const base = `http://127.0.0.1:${door.port}/cam`;
      await fetch(`${base}/index.m3u8?token=t`);
      const player = new AbortController();
      await fetch(`${base}/seg1.mp4?session=${secret}`, { signal: player.signal });
      player.abort();
      await upstreamClosed;
    } finally {
      await door.close();
      await closeServer(upstream);
    }
  });
});
