import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { mock } from "node:test";
import { until } from "../../until";
import { basic, describeRequest } from "./peer";
import { RtspServerUnderTest } from "./serverUnderTest";

describe("RTSP server, between client and MediaMTX", () => {
  let test: RtspServerUnderTest;
  beforeEach(async () => {
    test = await RtspServerUnderTest.start();
  });
  afterEach(() => test.stop());

  it("loses nothing that came with the request or while it was decided about", async () => {
    const decide = test.holdDecision();
    await test.open();
    const peer = await test.client();
    const setup = "SETUP rtsp://server/cam/trackID=0 RTSP/1.0\r\nCSeq: 2\r\n\r\n";
    const play = "PLAY rtsp://server/cam/ RTSP/1.0\r\nCSeq: 3\r\n\r\n";
    peer.socket.write(`OPTIONS * RTSP/1.0\r\nCSeq: 0\r\n\r\n${describeRequest(1, basic)}${setup}`);
    await until("the authorizer is asked", () => test.authorizer.requests.length === 1);
    peer.socket.write(`${play}$\0\0\x04beef`);
    decide();
    await until(
      "all arrives",
      () => test.upstreams[0]?.received.endsWith("$\0\0\x04beef") ?? false,
    );
    const methods = test.upstreams[0]?.received.match(/^[A-Z]+ rtsp:\S+/gm);
    assert.deepEqual(methods, [
      "DESCRIBE rtsp://server/cam",
      "SETUP rtsp://server/cam/trackID=0",
      "PLAY rtsp://server/cam/",
    ]);
  });

  it("passes everything from MediaMTX on as it is and counts both directions", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    upstream.socket.write("RTSP/1.0 200 OK\r\n\r\n$\0\0\x02hi");
    await peer.untilReceived("hi");
    assert.equal(peer.received, "RTSP/1.0 200 OK\r\n\r\n$\0\0\x02hi");
    peer.socket.write("$\0\0\x05hello");
    await upstream.untilReceived("hello");
    const [session] = test.authorizer.sessions;
    assert.deepEqual([session?.bytesIn, session?.bytesOut], [9, peer.received.length]);
  });

  it("has connected a client when MediaMTX answers with 200, and tells why it did not", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    const session = test.authorizer.sessions[0];
    upstream.socket.write("RTSP/1.0 404 Not Found\r\n\r\n");
    await peer.untilReceived("404");
    assert.equal(session?.isConnected, false);
    peer.socket.end();
    upstream.socket.end();
    await until("the session ends", () => session?.endReasons.length === 1);
    assert.deepEqual(session?.endReasons, ["not-live"]);

    const other = await test.client();
    other.socket.write(describeRequest(1, basic));
    await until("MediaMTX sees it", () => test.upstreams.length === 2);
    assert.equal(test.authorizer.sessions[1]?.isConnected, false);
    test.upstreams[1]?.socket.write("RTSP/1.0 200 OK\r\n\r\n");
    await other.untilReceived("200");
    assert.equal(test.authorizer.sessions[1]?.isConnected, true);
  });

  it("lets MediaMTX answer 501 to a client that turns to another stream, which MediaMTX does not hear of", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    peer.socket.write(describeRequest(2, basic, "rtsp://server/other"));
    peer.socket.write("$\0\0\x04beef");
    await upstream.untilReceived("beef");
    assert.match(upstream.received, /REFUSED rtsp:\/\/server\/cam RTSP\/1.0\r\nCSeq: 2\r\n/);
    assert.doesNotMatch(upstream.received, /other/);
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, []);
  });

  it("answers a client that has half-closed, then ends", async () => {
    await test.open();
    const peer = await test.client();
    peer.socket.end(describeRequest(1, basic));
    await until("MediaMTX sees the end", () => test.upstreams[0]?.socket.readableEnded ?? false);
    test.upstreams[0]?.socket.end("RTSP/1.0 200 OK\r\n\r\n");
    await until("the client has all", () => peer.socket.readableEnded);
    assert.equal(peer.received, "RTSP/1.0 200 OK\r\n\r\n");
    await until("the session ends", () => test.authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["client-closed"]);
  });

  it("hands over MediaMTX's last bytes before it closes the client", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    const last = "x".repeat(300_000);
    upstream.socket.end(last);
    await until("the client sees the end", () => peer.socket.readableEnded);
    assert.equal(peer.received, last);
    peer.socket.destroy();
    await until("the session ends", () => test.authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["upstream-closed"]);
  });

  it("ends the session of a client that left while it was decided about", async () => {
    const decide = test.holdDecision();
    await test.open();
    const peer = await test.client();
    peer.socket.write(describeRequest(1, basic));
    await until("the authorizer is asked", () => test.authorizer.requests.length === 1);
    peer.socket.destroy();
    decide();
    await until("MediaMTX sees the end", () => test.upstreams[0]?.socket.readableEnded ?? false);
    test.upstreams[0]?.socket.end();
    await until("the session ends", () => test.authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["client-closed"]);
  });

  it("cuts both sides and ends the session once", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    test.authorizer.sessions[0]?.request.disconnect("kicked");
    await until(
      "both sides are closed",
      () => peer.socket.readableEnded && upstream.socket.readableEnded,
    );
    await test.server.close();
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["kicked"]);
  });

  it("stops reading from a side when the other does not keep up", async () => {
    await test.open();
    const [peer, upstream] = await test.admitted();
    const media = Buffer.alloc(64 * 1024 * 1024, "$\0\x03\xfc".padEnd(1024, "x"), "latin1");
    upstream.socket.pause();
    peer.socket.write(media);
    peer.socket.pause();
    upstream.socket.write(media);
    const session = test.authorizer.sessions[0];
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

  for (const side of ["client", "upstream"] as const) {
    it(`ends a session whose ${side} has stopped reading`, async () => {
      await test.open();
      const [peer, upstream] = await test.admitted();
      const session = test.authorizer.sessions[0];
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
      assert.deepEqual(session?.endReasons, [`${side}-stalled`]);
      await until(
        "the sender is closed",
        () => sender.socket.destroyed || sender.socket.readableEnded,
      );
    });
  }

  it("refuses new clients when draining and keeps those it has, until it is closed", async () => {
    await test.open();
    const { port } = test.server;
    const [peer, upstream] = await test.admitted();
    test.server.drain();
    await assert.rejects(once(connect(port, "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
    upstream.socket.write("still here");
    await peer.untilReceived("still here");
    await test.server.close();
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["shutting-down"]);
  });
});
