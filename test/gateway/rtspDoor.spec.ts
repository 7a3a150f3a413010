import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { mock } from "node:test";
import type { Refusal } from "../../gateway/gatekeeper";
import { RtspDoor, type RtspDoorOptions } from "../../gateway/rtsp/door";
import { Tickets } from "../../gateway/tickets";
import { FakeGatekeeper, until } from "./fixtures";
import { basic, describeRequest, Peer, password } from "./rtspPeer";

describe("RTSP door", () => {
  let mediamtx: Server;
  let upstreams: Peer[];
  let gatekeeper: FakeGatekeeper;
  let door: RtspDoor;
  let clients: Peer[];
  let events: string[];
  const portOf = (server: Server) => (server.address() as { port: number }).port;

  const open = async (options: Partial<RtspDoorOptions> = {}) => {
    door = new RtspDoor(gatekeeper, {
      port: 0,
      mediamtxPort: portOf(mediamtx),
      log: (event, detail) => events.push(`${event} ${JSON.stringify(detail)}`),
      ...options,
    });
    await door.listen();
  };
  const client = async (): Promise<Peer> => {
    const socket = connect({ port: door.port, host: "127.0.0.1", allowHalfOpen: true });
    const peer = new Peer(socket);
    clients.push(peer);
    await once(socket, "connect");
    return peer;
  };
  /** A client that has been let through, and MediaMTX's side of it. */
  const admitted = async (): Promise<[Peer, Peer]> => {
    const peer = await client();
    peer.socket.write(describeRequest(1, basic));
    await until(
      "MediaMTX sees the request",
      () => upstreams[0]?.received.includes("\r\n\r\n") ?? false,
    );
    return [peer, upstreams[0] as Peer];
  };

  beforeEach(async () => {
    upstreams = [];
    clients = [];
    events = [];
    gatekeeper = new FakeGatekeeper(new Tickets(), () => "allow");
    mediamtx = createServer({ allowHalfOpen: true }, (socket) => upstreams.push(new Peer(socket)));
    mediamtx.listen(0, "127.0.0.1");
    await once(mediamtx, "listening");
  });
  afterEach(async () => {
    for (const { socket } of [...clients, ...upstreams]) socket.destroy();
    await door.close();
    await new Promise((resolve) => mediamtx.close(resolve));
  });

  it("answers OPTIONS itself", async () => {
    await open();
    const peer = await client();
    peer.socket.write("OPTIONS rtsp://door/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await peer.untilReceived("RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, ANNOUNCE");
    assert.deepEqual(gatekeeper.requests, []);
  });

  it("challenges for Basic, asks nobody, and lets the client try again on the same connection", async () => {
    await open();
    const peer = await client();
    peer.socket.write(describeRequest(1));
    await peer.untilReceived("\r\n\r\n");
    assert.equal(
      peer.received,
      'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="tak-media"\r\n\r\n',
    );
    peer.socket.write(describeRequest(2, 'Authorization: Digest username="bob"\r\n'));
    await peer.untilReceived("401 Unauthorized\r\nCSeq: 2");
    assert.deepEqual(gatekeeper.requests, []);
    peer.socket.write(describeRequest(3, basic));
    await until("MediaMTX sees the client", () => upstreams.length === 1);
  });

  it("asks about a client without credentials when the stream may be open to anybody", async () => {
    gatekeeper.anonymous = true;
    gatekeeper.decide = ({ password: given }) => (given === "" ? "bad-credentials" : "allow");
    await open();
    const peer = await client();
    peer.socket.write(describeRequest(1));
    await peer.untilReceived("401 Unauthorized\r\nCSeq: 1");
    assert.equal(gatekeeper.requests.length, 1);
    gatekeeper.decide = () => "allow";
    peer.socket.write(describeRequest(2));
    await until("MediaMTX sees the client", () => upstreams.length === 1);
  });

  it("shows MediaMTX the client's address, the lease path and the ticket, nothing else", async () => {
    gatekeeper.decide = () => ({ path: "lease/1" });
    await open();
    const [peer, upstream] = await admitted();
    const { localPort } = peer.socket;
    const [session] = gatekeeper.sessions;
    const ticket = /Authorization: Basic (\S+)/.exec(upstream.received)?.[1] ?? "";
    assert.equal(
      upstream.received,
      `PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} ${door.port}\r\n` +
        `DESCRIBE rtsp://door/lease/1 RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Basic ${ticket}\r\n\r\n`,
    );
    assert.match(Buffer.from(ticket, "base64").toString(), /^ticket:/);
    assert.equal(session?.request.clientAddress, "127.0.0.1");
    assert.equal(session?.request.clientPort, localPort);
  });

  it("asks for the decoded password only after the raw one was refused", async () => {
    gatekeeper.decide = (request) => (request.password === password ? "allow" : "bad-credentials");
    await open();
    const peer = await client();
    peer.socket.write(describeRequest(1, "", "rtsp://door/bob:canary-p%40ss:cam"));
    await until(
      "MediaMTX sees the client",
      () => upstreams[0]?.received.includes("DESCRIBE") ?? false,
    );
    assert.deepEqual(
      gatekeeper.requests.map((one) => one.password),
      ["canary-p%40ss", password],
    );
    assert.doesNotMatch(upstreams[0]?.received ?? "", /canary/);
  });

  it("asks no second time when the refusal was not about credentials", async () => {
    gatekeeper.decide = () => "no-lease";
    await open();
    const peer = await client();
    peer.socket.write(describeRequest(1, "", "rtsp://door/bob:canary-p%40ss:cam"));
    await peer.untilReceived("404");
    assert.equal(gatekeeper.requests.length, 1);
  });

  const refusals: [Refusal["reason"], string][] = [
    ["bad-credentials", '401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="tak-media"'],
    ["no-lease", "404 Stream Not Found\r\nCSeq: 1"],
    ["ambiguous-name", "404 Stream Name Is Ambiguous\r\nCSeq: 1"],
    ["expired", "403 Stream Has Expired\r\nCSeq: 1"],
    ["not-permitted", "403 Forbidden\r\nCSeq: 1"],
    ["sso-enforced", "403 Single Sign-On Required\r\nCSeq: 1"],
    ["in-use", "403 Stream Is In Use\r\nCSeq: 1"],
    ["malformed", "400 Malformed Stream Name\r\nCSeq: 1"],
    ["undecided", "503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5"],
    ["closing", "503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5"],
  ];
  for (const [reason, expected] of refusals) {
    it(`answers ${reason} with ${expected.split("\r\n", 1)}`, async () => {
      gatekeeper.decide = () => reason;
      await open();
      const peer = await client();
      peer.socket.write(describeRequest(1, basic));
      await peer.untilReceived("\r\n\r\n");
      assert.equal(peer.received, `RTSP/1.0 ${expected}\r\n\r\n`);
      assert.equal(upstreams.length, 0);
    });
  }

  it("closes after the third refusal", async () => {
    gatekeeper.decide = () => "bad-credentials";
    await open();
    const peer = await client();
    peer.socket.write([1, 2, 3, 4].map((cseq) => describeRequest(cseq, basic)).join(""));
    await until("the door hangs up", () => peer.closed || peer.socket.readableEnded);
    assert.equal(peer.received.match(/401/g)?.length, 3);
  });

  it("loses nothing that came with the request or while it was decided about", async () => {
    let decided = () => {};
    gatekeeper.decide = () =>
      new Promise((resolve) => {
        decided = () => resolve("allow");
      });
    await open();
    const peer = await client();
    const setup = "SETUP rtsp://door/cam/trackID=0 RTSP/1.0\r\nCSeq: 2\r\n\r\n";
    const play = "PLAY rtsp://door/cam/ RTSP/1.0\r\nCSeq: 3\r\n\r\n";
    peer.socket.write(`OPTIONS * RTSP/1.0\r\nCSeq: 0\r\n\r\n${describeRequest(1, basic)}${setup}`);
    await until("the gatekeeper is asked", () => gatekeeper.requests.length === 1);
    peer.socket.write(`${play}$\0\0\x04beef`);
    decided();
    await until("all arrives", () => upstreams[0]?.received.endsWith("$\0\0\x04beef") ?? false);
    const methods = upstreams[0]?.received.match(/^[A-Z]+ rtsp:\S+/gm);
    assert.deepEqual(methods, [
      "DESCRIBE rtsp://door/cam",
      "SETUP rtsp://door/cam/trackID=0",
      "PLAY rtsp://door/cam/",
    ]);
  });

  it("passes everything from MediaMTX on as it is and counts both directions", async () => {
    await open();
    const [peer, upstream] = await admitted();
    upstream.socket.write("RTSP/1.0 200 OK\r\n\r\n$\0\0\x02hi");
    await peer.untilReceived("hi");
    assert.equal(peer.received, "RTSP/1.0 200 OK\r\n\r\n$\0\0\x02hi");
    peer.socket.write("$\0\0\x05hello");
    await upstream.untilReceived("hello");
    const [session] = gatekeeper.sessions;
    assert.deepEqual([session?.bytesIn, session?.bytesOut], [9, peer.received.length]);
  });

  it("ends a client that turns to another stream", async () => {
    await open();
    const [peer, upstream] = await admitted();
    peer.socket.write(describeRequest(2, basic, "rtsp://door/other"));
    await until(
      "both sides are closed",
      () => peer.socket.readableEnded && upstream.socket.readableEnded,
    );
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["fault of the client"]);
    assert.doesNotMatch(upstream.received, /other/);
  });

  const faults: [what: string, sent: string, answer: string][] = [
    ["media before a stream", "$\0\0\x01x", "RTSP/1.0 400 Bad Request\r\n\r\n"],
    ["a request without CSeq", "OPTIONS * RTSP/1.0\r\n\r\n", "RTSP/1.0 400 Bad Request\r\n\r\n"],
    [
      "another scheme",
      describeRequest(1, basic, "http://door/cam"),
      "RTSP/1.0 400 Bad Request\r\nCSeq: 1\r\n\r\n",
    ],
    ["RTSP over HTTP", "GET /cam HTTP/1.0\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"],
    [
      "more than the allowed bytes",
      `${describeRequest(1)}${"OPTIONS ".repeat(300)}`,
      "RTSP/1.0 400 Bad Request\r\n\r\n",
    ],
  ];
  for (const [what, sent, answer] of faults) {
    it(`answers ${what} with ${answer.split("\r\n", 1)} and hangs up`, async () => {
      await open({ maxHelloBytes: 2000 });
      const peer = await client();
      peer.socket.write(sent);
      await until("the door hangs up", () => peer.socket.readableEnded);
      assert.equal(peer.received.slice(0, answer.length), answer);
      assert.equal(gatekeeper.requests.length, 0);
      assert.equal(events.length, 1);
    });
  }

  it("answers 455 to what has no place before DESCRIBE or ANNOUNCE", async () => {
    await open();
    const peer = await client();
    peer.socket.write("SETUP rtsp://door/cam/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await peer.untilReceived("RTSP/1.0 455 Method Not Valid in This State\r\nCSeq: 1\r\n\r\n");
  });

  it("hangs up on a client that does not say what it wants in time", async () => {
    await open({ helloTimeoutMs: 50 });
    const peer = await client();
    peer.socket.write("OPTIONS");
    await until("the door hangs up", () => peer.closed || peer.socket.readableEnded);
    assert.match(events[0] ?? "", /nothing was asked for in time/);
  });

  it("answers 503 when MediaMTX is not there", async () => {
    const { port } = mediamtx.address() as { port: number };
    await open({ mediamtxPort: port });
    await new Promise((resolve) => mediamtx.close(resolve));
    const peer = await client();
    peer.socket.write(describeRequest(1, basic));
    await peer.untilReceived(
      "RTSP/1.0 503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5\r\n\r\n",
    );
    await until("the session ends", () => gatekeeper.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["mediamtx not reachable"]);
  });

  it("answers a client that has half-closed, then ends", async () => {
    await open();
    const peer = await client();
    peer.socket.end(describeRequest(1, basic));
    await until("MediaMTX sees the end", () => upstreams[0]?.socket.readableEnded ?? false);
    upstreams[0]?.socket.end("RTSP/1.0 200 OK\r\n\r\n");
    await until("the client has all", () => peer.socket.readableEnded);
    assert.equal(peer.received, "RTSP/1.0 200 OK\r\n\r\n");
    await until("the session ends", () => gatekeeper.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["client closed"]);
  });

  it("hands over MediaMTX's last bytes before it closes the client", async () => {
    await open();
    const [peer, upstream] = await admitted();
    const last = "x".repeat(300_000);
    upstream.socket.end(last);
    await until("the client sees the end", () => peer.socket.readableEnded);
    assert.equal(peer.received, last);
    peer.socket.destroy();
    await until("the session ends", () => gatekeeper.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["mediamtx closed"]);
  });

  it("ends the session of a client that left while it was decided about", async () => {
    let decided = () => {};
    gatekeeper.decide = () =>
      new Promise((resolve) => {
        decided = () => resolve("allow");
      });
    await open();
    const peer = await client();
    peer.socket.write(describeRequest(1, basic));
    await until("the gatekeeper is asked", () => gatekeeper.requests.length === 1);
    peer.socket.destroy();
    decided();
    await until("MediaMTX sees the end", () => upstreams[0]?.socket.readableEnded ?? false);
    upstreams[0]?.socket.end();
    await until("the session ends", () => gatekeeper.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["client closed"]);
  });

  it("cuts both sides and ends the session once", async () => {
    await open();
    const [peer, upstream] = await admitted();
    gatekeeper.sessions[0]?.request.cut("revoked");
    await until(
      "both sides are closed",
      () => peer.socket.readableEnded && upstream.socket.readableEnded,
    );
    await door.close();
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["revoked"]);
  });

  it("stops reading from a side when the other does not keep up", async () => {
    await open();
    const [peer, upstream] = await admitted();
    const media = Buffer.alloc(64 * 1024 * 1024, "$\0\x03\xfc".padEnd(1024, "x"), "latin1");
    upstream.socket.pause();
    peer.socket.write(media);
    peer.socket.pause();
    upstream.socket.write(media);
    const session = gatekeeper.sessions[0];
    assert.ok(session);
    let before = -1;
    await until("nothing moves any more", async () => {
      const still = before === session.bytesIn + session.bytesOut;
      before = session.bytesIn + session.bytesOut;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return still;
    });
    assert.ok(session.bytesIn > 0 && session.bytesIn < media.length / 2, `${session.bytesIn}`);
    assert.ok(session.bytesOut > 0 && session.bytesOut < media.length / 2, `${session.bytesOut}`);
    upstream.socket.resume();
    peer.socket.resume();
    await until(
      "all has passed",
      () => session.bytesIn === media.length && session.bytesOut === media.length,
    );
  });

  for (const side of ["client", "mediamtx"] as const) {
    it(`ends a session whose ${side} has stopped reading`, async () => {
      await open();
      const [peer, upstream] = await admitted();
      const session = gatekeeper.sessions[0];
      const [sender, stalled] = side === "client" ? [upstream, peer] : [peer, upstream];
      mock.timers.enable({ apis: ["setTimeout"] });
      try {
        stalled.socket.pause();
        sender.socket.write(
          Buffer.alloc(16 * 1024 * 1024, "$\0\x03\xfc".padEnd(1024, "x"), "latin1"),
        );
        const started = performance.now();
        while (session?.endReasons.length === 0 && performance.now() - started < 5000) {
          await new Promise((resolve) => setImmediate(resolve));
          mock.timers.tick(5);
        }
      } finally {
        mock.timers.reset();
      }
      assert.deepEqual(session?.endReasons, [`${side} stopped reading`]);
      await until(
        "the sender is closed",
        () => sender.socket.destroyed || sender.socket.readableEnded,
      );
    });
  }

  it("refuses new clients when draining and keeps those it has, until it is closed", async () => {
    await open();
    const { port } = door;
    const [peer, upstream] = await admitted();
    door.drain();
    await assert.rejects(once(connect(port, "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
    upstream.socket.write("still here");
    await peer.untilReceived("still here");
    await door.close();
    assert.deepEqual(gatekeeper.sessions[0]?.endReasons, ["client closed"]);
  });

  it("writes no credential to its log", async () => {
    gatekeeper.decide = () => "bad-credentials";
    await open();
    const peer = await client();
    peer.socket.write(
      `${describeRequest(1, basic, `rtsp://door/u:${password}:cam`)}PLAY ${password}\r\n\r\n`,
    );
    await until("the fault is logged", () => events.length > 0);
    assert.doesNotMatch(events.join("\n"), /canary|Ym9i/);
  });
});
