import assert from "node:assert/strict";
import type { Refusal } from "../../../gateway/auth/authorizer";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import {
  destinationOf,
  inductionResponse,
  isShutdown,
  readConclusion,
  readHandshake,
  rejection,
  shutdown,
} from "../../../gateway/srt/handshake";
import { SrtServer } from "../../../gateway/srt/server";
import { until } from "../../until";
import { FakeAuthorizer } from "../support/fixtures";
import { conclusionPacket, extension, inductionPacket, streamIdExtension } from "./packets";
import { bound, type Peer } from "./peer";

const mediamtxCookie = 0xc00c1e;
const mediamtxSocketId = 0xfeed0001;
const keyMaterial = extension(3, Buffer.alloc(40, 7));

describe("SRT server", () => {
  let mediamtx: Peer;
  let authorizer: FakeAuthorizer;
  let server: SrtServer;
  let events: string[];
  let peers: Peer[];

  const caller = async () => {
    const peer = await bound();
    peers.push(peer);
    return peer;
  };
  const toDoor = (peer: Peer, packet: Buffer) => peer.socket.send(packet, server.port, "127.0.0.1");
  const toCaller = (packet: Buffer) =>
    mediamtx.socket.send(packet, mediamtx.from?.port ?? 0, "127.0.0.1");
  /** Sends a CONCLUSION with the server's cookie; returns the packet. */
  const conclude = async (peer: Peer, streamId: string, socketId = 77): Promise<Buffer> => {
    toDoor(peer, inductionPacket(socketId));
    const answer = await peer.next(peer.received.length + 1);
    const cookie = readHandshake(answer)?.cookie ?? 0;
    const packet = conclusionPacket(socketId, cookie, [streamIdExtension(streamId), keyMaterial]);
    toDoor(peer, packet);
    return packet;
  };
  /** MediaMTX accepts; returns its answer and the CONCLUSION it got. */
  const accept = async (): Promise<[Buffer, Buffer]> => {
    const already = mediamtx.received.length;
    toCaller(inductionResponse(mediamtx.received[already - 1] as Buffer, mediamtxCookie));
    const conclusion = await mediamtx.next(already + 1);
    const answer = conclusionPacket(mediamtxSocketId, mediamtxCookie, [keyMaterial]);
    answer.writeUInt32BE(77, 12);
    toCaller(answer);
    return [answer, conclusion];
  };
  const data = (destination: number, text: string) => {
    const packet = Buffer.concat([Buffer.alloc(16), Buffer.from(text)]);
    packet.writeUInt32BE(destination, 12);
    return packet;
  };
  const opened = async (): Promise<Peer> => {
    const peer = await caller();
    await conclude(peer, "bob:secret:cam");
    await mediamtx.next(1);
    await accept();
    await peer.next(2);
    return peer;
  };

  beforeEach(async () => {
    events = [];
    peers = [];
    authorizer = new FakeAuthorizer(new Tickets(), () => "allow");
    mediamtx = await bound();
    server = new SrtServer(authorizer, {
      port: 0,
      mediamtxPort: mediamtx.socket.address().port,
      log: (event, detail) => events.push(`${event} ${JSON.stringify(detail)}`),
    });
    await server.listen();
  });
  afterEach(async () => {
    await server.close();
    for (const { socket } of peers) socket.close();
    if (mediamtx.socket.listenerCount("message") > 0) mediamtx.socket.close();
  });

  it("answers INDUCTION by itself", async () => {
    const peer = await caller();
    toDoor(peer, inductionPacket(77));
    assert.equal(readHandshake(await peer.next(1))?.kind, "induction");
    assert.deepEqual([authorizer.requests.length, mediamtx.received.length], [0, 0]);
  });

  it("is deaf to a CONCLUSION whose cookie it has not issued to that address", async () => {
    const [peer, thief] = [await caller(), await caller()];
    toDoor(peer, inductionPacket(77));
    const cookie = readHandshake(await peer.next(1))?.cookie ?? 0;
    const packet = conclusionPacket(77, cookie, [streamIdExtension("u:p:cam")]);
    toDoor(thief, packet);
    toDoor(peer, conclusionPacket(77, (cookie ^ 1) >>> 0, [streamIdExtension("u:p:cam")]));
    await conclude(peer, "u:p:cam");
    await mediamtx.next(1);
    assert.equal(authorizer.requests.length, 1);
    assert.equal(thief.received.length, 0);
  });

  it("gives MediaMTX the caller's own CONCLUSION with its cookie, the lease path and the ticket", async () => {
    authorizer.decide = () => ({ path: "lease/1" });
    const peer = await caller();
    await conclude(peer, "bob:secret:cam");
    assert.deepEqual(await mediamtx.next(1), inductionPacket(77));
    const [answer, got] = await accept();
    assert.match(readConclusion(got)?.streamId ?? "", /^publish:lease\/1:ticket:[\w-]+$/);
    const ticketed = streamIdExtension(readConclusion(got)?.streamId ?? "");
    assert.deepEqual(got, conclusionPacket(77, mediamtxCookie, [ticketed, keyMaterial]));
    assert.deepEqual(await peer.next(2), answer);
    const { action, stream, user, password, clientAddress, clientPort } =
      authorizer.sessions[0]?.request ?? {};
    assert.deepEqual(
      { action, stream, user, password, clientAddress, clientPort },
      {
        action: "publish",
        stream: "cam",
        user: "bob",
        password: "secret",
        clientAddress: "127.0.0.1",
        clientPort: peer.socket.address().port,
      },
    );
  });

  it("relays datagrams both ways untouched and counts them", async () => {
    const peer = await opened();
    toDoor(peer, data(mediamtxSocketId, "up"));
    assert.deepEqual(await mediamtx.next(3), data(mediamtxSocketId, "up"));
    toCaller(data(77, "down!"));
    assert.deepEqual(await peer.next(3), data(77, "down!"));
    const [session] = authorizer.sessions;
    assert.deepEqual([session?.bytesIn, session?.bytesOut], [18, 21]);
  });

  it("relays from the caller's address only", async () => {
    const peer = await opened();
    toDoor(await caller(), data(mediamtxSocketId, "forged"));
    toDoor(peer, data(mediamtxSocketId, "real"));
    assert.deepEqual(await mediamtx.next(3), data(mediamtxSocketId, "real"));
  });

  it("asks once, however often the CONCLUSION comes before the decision", async () => {
    let decided = () => {};
    authorizer.decide = () =>
      new Promise((resolve) => {
        decided = () => resolve("allow");
      });
    const peer = await caller();
    const packet = await conclude(peer, "bob:secret:cam");
    for (let i = 0; i < 5; i++) toDoor(peer, packet);
    toDoor(peer, inductionPacket(78));
    await peer.next(2);
    decided();
    await mediamtx.next(1);
    assert.equal(authorizer.requests.length, 1);
  });

  it("gives MediaMTX's answer again when the caller did not hear it", async () => {
    const peer = await caller();
    const packet = await conclude(peer, "bob:secret:cam");
    await mediamtx.next(1);
    const [answer] = await accept();
    await peer.next(2);
    toDoor(peer, packet);
    assert.deepEqual(await peer.next(3), answer);
    assert.deepEqual([mediamtx.received.length, authorizer.requests.length], [2, 1]);
  });

  const refusals: [Refusal["reason"], number][] = [
    ["bad-credentials", 2401],
    ["no-lease", 2404],
    ["ambiguous-name", 2404],
    ["expired", 2403],
    ["not-permitted", 2403],
    ["sso-enforced", 2403],
    ["in-use", 2423],
    ["too-many-sessions", 2402],
    ["malformed", 2400],
    ["undecided", 2503],
    ["closing", 2503],
    ["throttled", 2402],
  ];
  for (const [reason, type] of refusals) {
    it(`rejects ${reason} with ${type}, again without asking again`, async () => {
      authorizer.decide = () => reason;
      const peer = await caller();
      const packet = await conclude(peer, "read:cam:bob:secret");
      assert.equal(readHandshake(await peer.next(2))?.type, type);
      toDoor(peer, packet);
      assert.deepEqual(await peer.next(3), await peer.next(2));
      assert.deepEqual([authorizer.requests.length, mediamtx.received.length], [1, 0]);
    });
  }

  it("asks for the decoded password only after the raw one was refused", async () => {
    authorizer.decide = ({ password }) => (password === "p+s@" ? "allow" : "bad-credentials");
    await conclude(await caller(), "bob:p s%40:cam");
    await mediamtx.next(1);
    assert.deepEqual(
      authorizer.requests.map(({ password }) => password),
      ["p s%40", "p+s@"],
    );
  });

  const faults: [what: string, type: number, change: (packet: Buffer) => Buffer][] = [
    [
      "a stream id of no known form",
      2400,
      (packet) => conclusionPacket(5, packet.readUInt32BE(44), [streamIdExtension("secret")]),
    ],
    [
      "version 4",
      1008,
      (packet) => {
        packet.writeUInt32BE(4, 16);
        return packet;
      },
    ],
    ["broken extensions", 1004, (packet) => packet.subarray(0, packet.length - 2)],
  ];
  for (const [what, type, change] of faults) {
    it(`rejects ${what} with ${type} and asks nobody`, async () => {
      const peer = await caller();
      toDoor(peer, inductionPacket(77));
      const cookie = readHandshake(await peer.next(1))?.cookie ?? 0;
      toDoor(peer, change(conclusionPacket(77, cookie, [streamIdExtension("u:p:cam")])));
      assert.equal(readHandshake(await peer.next(2))?.type, type);
      assert.equal(authorizer.requests.length, 0);
      assert.doesNotMatch(events.join(), /secret/);
    });
  }

  it("lets a caller wait that comes back at once after each refusal", async () => {
    authorizer.decide = () => "bad-credentials";
    const peer = await caller();
    for (let socketId = 1; socketId <= 3; socketId++) {
      const already = peer.received.length;
      await conclude(peer, "bob:secret:cam", socketId);
      assert.equal(readHandshake(await peer.next(already + 2))?.type, 2401);
    }
    const already = peer.received.length;
    await conclude(peer, "no known form", 4);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(peer.received.length, already + 1);
    assert.equal(readHandshake(await peer.next(already + 2))?.type, 2400);
  });

  it("lets nobody through whose caller has given up before the decision", async () => {
    let decided = () => {};
    authorizer.decide = () =>
      new Promise((resolve) => {
        decided = () => resolve("allow");
      });
    await conclude(await caller(), "bob:secret:cam");
    await until("the authorizer is asked", () => authorizer.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    decided();
    await until("the session ends", () => authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["client-gave-up"]);
    assert.equal(mediamtx.received.length, 0);
  });

  it("passes MediaMTX's rejection on and says what may be the cause", async () => {
    const peer = await caller();
    await conclude(peer, "bob:secret:cam");
    const rejected = rejection(await mediamtx.next(1), 2);
    toCaller(rejected);
    assert.deepEqual(await peer.next(2), rejected);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["bad-passphrase"]);
    assert.equal(authorizer.sessions[0]?.isConnected, false);
    assert.deepEqual(events, [
      'connection rejected by mediamtx {"clientAddress":"127.0.0.1","action":"publish","code":2,' +
        '"encrypted":true,"hint":"the passphrase is wrong, or MediaMTX has none set"}',
    ]);
  });

  for (const [action, code, reason] of [
    ["publish", 10, "bad-passphrase"],
    ["read", 11, "bad-passphrase"],
    ["read", 2, "upstream-refused"],
    ["publish", 1402, "upstream-refused"],
  ] as const) {
    it(`ends the session of who may ${action} and is rejected with ${code} as "${reason}"`, async () => {
      const peer = await caller();
      await conclude(peer, `${action}:cam:bob:secret`);
      toCaller(rejection(await mediamtx.next(1), code));
      await peer.next(2);
      assert.deepEqual(authorizer.sessions[0]?.endReasons, [reason]);
    });
  }

  it("rejects with 2503 when MediaMTX is not there", async () => {
    mediamtx.socket.removeAllListeners("message").close();
    const peer = await caller();
    await conclude(peer, "bob:secret:cam");
    assert.equal(readHandshake(await peer.next(2))?.type, 2503);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["upstream-unreachable"]);
  });

  it("ends the session on the caller's SHUTDOWN", async () => {
    const peer = await opened();
    toDoor(peer, shutdown(mediamtxSocketId));
    assert.deepEqual(await mediamtx.next(3), shutdown(mediamtxSocketId));
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["client-closed"]);
  });

  it("ends the session on MediaMTX's SHUTDOWN", async () => {
    const peer = await opened();
    toCaller(shutdown(77));
    assert.deepEqual(await peer.next(3), shutdown(77));
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["upstream-closed"]);
  });

  it("ends the session and tells the caller when MediaMTX is gone", async () => {
    const peer = await opened();
    mediamtx.socket.removeAllListeners("message").close();
    toDoor(peer, data(mediamtxSocketId, "up"));
    assert.deepEqual(await peer.next(3), shutdown(77));
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["upstream-closed"]);
  });

  it("goes on relaying and takes new callers during a flood of INDUCTIONs and made-up cookies", async () => {
    const peer = await opened();
    const flooder = await caller();
    flooder.socket.removeAllListeners("message");
    for (let round = 1; round <= 50; round++) {
      for (let i = 0; i < 100; i++) {
        toDoor(flooder, inductionPacket(round * 1000 + i));
        toDoor(flooder, conclusionPacket(i, round, [streamIdExtension("u:p:cam")]));
      }
      toDoor(peer, data(mediamtxSocketId, `${round}`));
      assert.deepEqual(await mediamtx.next(2 + round), data(mediamtxSocketId, `${round}`));
    }
    assert.equal(authorizer.requests.length, 1);
    await conclude(await caller(), "bob:secret:cam", 78);
    await until("a new caller is asked about", () => authorizer.requests.length === 2);
  });

  it("tells both sides when it cuts a session, and ends it once", async () => {
    const peer = await opened();
    authorizer.sessions[0]?.request.disconnect("kicked");
    assert.ok(isShutdown(await peer.next(3)));
    assert.equal(destinationOf(await peer.next(3)), 77);
    assert.ok(isShutdown(await mediamtx.next(3)));
    assert.equal(destinationOf(await mediamtx.next(3)), mediamtxSocketId);
    toDoor(peer, data(mediamtxSocketId, "late"));
    await server.close();
    assert.equal(mediamtx.received.length, 3);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["kicked"]);
  });

  it("holds at most 500 undecided callers and tells the next one to come back", async () => {
    let decided = () => {};
    const decision = new Promise<"no-lease">((resolve) => {
      decided = () => resolve("no-lease");
    });
    authorizer.decide = () => decision;
    const peer = await caller();
    for (let i = 1; i <= 500; i++) await conclude(peer, "bob:secret:cam", i);
    await until("all are asked about", () => authorizer.requests.length === 500);
    const before = peer.received.length;
    await conclude(peer, "bob:secret:cam", 501);
    assert.equal(readHandshake(await peer.next(before + 2))?.type, 2402);
    decided();
    await peer.next(before + 3);
    authorizer.decide = () => "allow";
    await conclude(await caller(), "bob:secret:cam");
    await mediamtx.next(1);
  });

  it("refuses new callers when draining and keeps those it has, until it is closed", async () => {
    const peer = await opened();
    server.drain();
    const late = await caller();
    await conclude(late, "bob:secret:cam", 78);
    assert.equal(readHandshake(await late.next(2))?.type, 2503);
    toDoor(peer, data(mediamtxSocketId, "up"));
    await mediamtx.next(3);
    await server.close();
    assert.ok(isShutdown(await peer.next(3)));
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["shutting-down"]);
  });
});
