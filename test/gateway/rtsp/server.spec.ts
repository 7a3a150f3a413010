import assert from "node:assert/strict";
import type { Refusal } from "../../../gateway/auth/authorizer";
import { until } from "../../until";
import { basic, describeRequest, password } from "./peer";
import { RtspServerUnderTest } from "./serverUnderTest";

describe("RTSP server", () => {
  let test: RtspServerUnderTest;
  beforeEach(async () => {
    test = await RtspServerUnderTest.start();
  });
  afterEach(() => test.stop());

  it("answers OPTIONS itself", async () => {
    await test.open();
    const peer = await test.client();
    peer.socket.write("OPTIONS rtsp://server/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await peer.untilReceived("RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, ANNOUNCE");
    assert.deepEqual(test.authorizer.requests, []);
  });

  it("challenges for Basic, asks nobody, and lets the client try again on the same connection", async () => {
    await test.open();
    const peer = await test.client();
    peer.socket.write(describeRequest(1));
    await peer.untilReceived("\r\n\r\n");
    assert.equal(
      peer.received,
      'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="tak-media", charset="UTF-8"\r\n\r\n',
    );
    peer.socket.write(describeRequest(2, 'Authorization: Digest username="bob"\r\n'));
    await peer.untilReceived("401 Unauthorized\r\nCSeq: 2");
    assert.deepEqual(test.authorizer.requests, []);
    peer.socket.write(describeRequest(3, basic));
    await until("MediaMTX sees the client", () => test.upstreams.length === 1);
  });

  it("asks about a client without credentials when the stream may be open to anybody", async () => {
    test.authorizer.anonymous = true;
    test.authorizer.decide = ({ password: given }) => (given === "" ? "bad-credentials" : "allow");
    await test.open();
    const peer = await test.client();
    peer.socket.write(describeRequest(1));
    await peer.untilReceived("401 Unauthorized\r\nCSeq: 1");
    assert.equal(test.authorizer.requests.length, 1);
    test.authorizer.decide = () => "allow";
    peer.socket.write(describeRequest(2));
    await until("MediaMTX sees the client", () => test.upstreams.length === 1);
  });

  it("shows MediaMTX the client's address, the lease path and the ticket, nothing else", async () => {
    test.authorizer.decide = () => ({ path: "lease/1" });
    await test.open();
    const [peer, upstream] = await test.admitted();
    const { localPort } = peer.socket;
    const [session] = test.authorizer.sessions;
    const ticket = /Authorization: Basic (\S+)/.exec(upstream.received)?.[1] ?? "";
    assert.equal(
      upstream.received,
      `PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} ${test.server.port}\r\n` +
        `DESCRIBE rtsp://server/lease/1 RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Basic ${ticket}\r\n\r\n`,
    );
    assert.match(Buffer.from(ticket, "base64").toString(), /^ticket:/);
    assert.equal(session?.request.clientAddress, "127.0.0.1");
    assert.equal(session?.request.clientPort, localPort);
  });

  it("asks for the decoded password only after the raw one was refused", async () => {
    test.authorizer.decide = (request) =>
      request.password === password ? "allow" : "bad-credentials";
    await test.open();
    const peer = await test.client();
    peer.socket.write(describeRequest(1, "", "rtsp://server/bob:canary-p%40ss:cam"));
    await until(
      "MediaMTX sees the client",
      () => test.upstreams[0]?.received.includes("DESCRIBE") ?? false,
    );
    assert.deepEqual(
      test.authorizer.requests.map((one) => one.password),
      ["canary-p%40ss", password],
    );
    assert.doesNotMatch(test.upstreams[0]?.received ?? "", /canary/);
  });

  it("asks no second time when the refusal was not about credentials", async () => {
    test.authorizer.decide = () => "no-lease";
    await test.open();
    const peer = await test.client();
    peer.socket.write(describeRequest(1, "", "rtsp://server/bob:canary-p%40ss:cam"));
    await peer.untilReceived("404");
    assert.equal(test.authorizer.requests.length, 1);
  });

  const refusals: [Refusal["reason"], string][] = [
    [
      "bad-credentials",
      '401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="tak-media", charset="UTF-8"',
    ],
    ["no-lease", "404 Stream Not Found\r\nCSeq: 1"],
    ["ambiguous-name", "404 Stream Name Is Ambiguous\r\nCSeq: 1"],
    ["expired", "403 Stream Has Expired\r\nCSeq: 1"],
    ["not-permitted", "403 Forbidden\r\nCSeq: 1"],
    ["sso-enforced", "403 Single Sign-On Required\r\nCSeq: 1"],
    ["in-use", "403 Stream Is In Use\r\nCSeq: 1"],
    ["too-many-sessions", "453 Too Many Sessions Of This User\r\nCSeq: 1"],
    ["malformed", "400 Malformed Stream Name\r\nCSeq: 1"],
    ["undecided", "503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5"],
    ["closing", "503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5"],
    ["throttled", "503 Too Many Tries\r\nCSeq: 1\r\nRetry-After: 5"],
  ];
  for (const [reason, expected] of refusals) {
    it(`answers ${reason} with ${expected.split("\r\n", 1)}`, async () => {
      test.authorizer.decide = () => reason;
      await test.open();
      const peer = await test.client();
      peer.socket.write(describeRequest(1, basic));
      await peer.untilReceived("\r\n\r\n");
      assert.equal(peer.received, `RTSP/1.0 ${expected}\r\n\r\n`);
      assert.equal(test.upstreams.length, 0);
    });
  }

  it("closes after the third refusal", async () => {
    test.authorizer.decide = () => "bad-credentials";
    await test.open();
    const peer = await test.client();
    peer.socket.write([1, 2, 3, 4].map((cseq) => describeRequest(cseq, basic)).join(""));
    await until("the server hangs up", () => peer.closed || peer.socket.readableEnded);
    assert.equal(peer.received.match(/401/g)?.length, 3);
  });

  const faults: [what: string, sent: string, answer: string][] = [
    ["media before a stream", "$\0\0\x01x", "RTSP/1.0 400 Bad Request\r\n\r\n"],
    ["a request without CSeq", "OPTIONS * RTSP/1.0\r\n\r\n", "RTSP/1.0 400 Bad Request\r\n\r\n"],
    [
      "another scheme",
      describeRequest(1, basic, "http://server/cam"),
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
      await test.open({ maxPreAuthBytes: 2000 });
      const peer = await test.client();
      peer.socket.write(sent);
      await until("the server hangs up", () => peer.socket.readableEnded);
      assert.equal(peer.received.slice(0, answer.length), answer);
      assert.equal(test.authorizer.requests.length, 0);
      assert.equal(test.events.length, 1);
    });
  }

  it("answers 455 to what has no place before DESCRIBE or ANNOUNCE", async () => {
    await test.open();
    const peer = await test.client();
    peer.socket.write("SETUP rtsp://server/cam/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await peer.untilReceived("RTSP/1.0 455 Method Not Valid in This State\r\nCSeq: 1\r\n\r\n");
  });

  it("hangs up on a client that does not say what it wants in time", async () => {
    await test.open({ preAuthTimeoutMs: 50 });
    const peer = await test.client();
    peer.socket.write("OPTIONS");
    await until("the server hangs up", () => peer.closed || peer.socket.readableEnded);
    assert.match(test.events[0] ?? "", /nothing was asked for in time/);
  });

  it("answers 503 when MediaMTX is not there", async () => {
    const { port } = test.mediamtx.address() as { port: number };
    await test.open({ mediamtxPort: port });
    await new Promise((resolve) => test.mediamtx.close(resolve));
    const peer = await test.client();
    peer.socket.write(describeRequest(1, basic));
    await peer.untilReceived(
      "RTSP/1.0 503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: 5\r\n\r\n",
    );
    await until("the session ends", () => test.authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(test.authorizer.sessions[0]?.endReasons, ["upstream-unreachable"]);
  });

  it("writes no credential to its log", async () => {
    test.authorizer.decide = () => "bad-credentials";
    await test.open();
    const peer = await test.client();
    peer.socket.write(
      `${describeRequest(1, basic, `rtsp://server/u:${password}:cam`)}PLAY ${password}\r\n\r\n`,
    );
    await until("the fault is logged", () => test.events.length > 0);
    assert.doesNotMatch(test.events.join("\n"), /canary|Ym9i/);
  });
});
