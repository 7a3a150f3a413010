import assert from "node:assert/strict";
import { type ConnectionHost, SrtConnection } from "../../../gateway/srt/connection";
import { SrtConnections } from "../../../gateway/srt/connections";
import { conclusionPacket } from "./packets";

describe("SRT flows", () => {
  let connections: SrtConnections;
  let sent: number;
  const host: ConnectionHost = {
    mediamtxPort: 1,
    send: () => {
      sent += 1;
    },
    opened: () => {},
    ended: (connection) => connections.delete(connection),
    rejectedByMediamtx: () => {},
  };
  /** True when there was room. */
  const enter = (address: string, socketId: number, refused = false): boolean => {
    const caller = { address, port: 1, socketId };
    if (!connections.makeRoomFor(caller)) return false;
    const connection = new SrtConnection(
      caller,
      conclusionPacket(socketId, 1, []),
      "read",
      false,
      host,
    );
    connections.add(connection);
    if (refused) connection.refuse(1401);
    return true;
  };
  const count = (tries: number, one: (index: number) => boolean) =>
    Array.from({ length: tries }, (_, index) => one(index)).filter(Boolean).length;

  beforeEach(() => {
    connections = new SrtConnections();
    sent = 0;
  });

  it("holds 32 undecided callers of one address and takes others all the same", () => {
    assert.equal(
      count(50, (index) => enter("::ffff:192.0.2.1", index)),
      32,
    );
    assert.equal(enter("::ffff:192.0.2.2", 1), true);
  });

  it("remembers 100 callers of one address, refused ones among them", () => {
    assert.equal(
      count(150, (index) => enter("192.0.2.1", index, true)),
      100,
    );
  });

  it("takes a newcomer when crowds keep all places of the undecided, and no more of the crowds", () => {
    const crowd = (index: number) => `192.0.2.${index % 20}`;
    assert.equal(
      count(700, (index) => enter(crowd(index), index)),
      500,
    );
    assert.equal(enter("203.0.113.9", 1), true);
    assert.equal(connections.all().length, 500);
    assert.equal(connections.of({ address: crowd(0), port: 1, socketId: 0 }), undefined);
    assert.ok(connections.of({ address: "203.0.113.9", port: 1, socketId: 1 }));
    assert.equal(enter(crowd(1), 1_000), false);
  });

  it("exempts loopback", () => {
    assert.equal(
      count(300, (index) => enter("::ffff:127.0.0.1", index)),
      300,
    );
  });

  it("forgets the refused when all places are taken", () => {
    const from = (index: number) => `192.0.${index >> 6}.${index & 63}`;
    assert.equal(
      count(2100, (index) => enter(from(index), index, true)),
      2100,
    );
    assert.equal(connections.all().length, 100);
  });

  it("finds a flow by its caller until it has ended", () => {
    enter("192.0.2.1", 7);
    const caller = { address: "192.0.2.1", port: 1, socketId: 7 };
    assert.equal(connections.of(caller)?.caller.socketId, 7);
    assert.equal(connections.of({ ...caller, port: 2 }), undefined);
    connections.of(caller)?.end("idle");
    assert.equal(connections.of(caller), undefined);
  });

  it("ends a refused caller that stays silent, and not before three seconds", () => {
    enter("192.0.2.1", 7, true);
    const [connection] = connections.all();
    for (let second = 0; second < 3; second++) connection?.tick();
    assert.equal(connections.all().length, 1);
    connection?.tick();
    assert.equal(connections.all().length, 0);
    assert.equal(sent, 1);
  });
});
