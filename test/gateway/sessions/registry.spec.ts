import assert from "node:assert/strict";
import { mock } from "node:test";
import { type SessionDetails, SessionRegistry } from "../../../gateway/sessions/registry";
import { type Clocks, mockClocks } from "../support/clocks";
import { memoryLog } from "../support/memoryLog";

const details: SessionDetails = {
  protocol: "rtmp",
  action: "publish",
  path: "cam",
  subject: "user:ada",
  handle: "sealed-canary",
  notAfter: null,
  decidedAt: 0,
  decisionKey: "key",
  clientAddress: "203.0.113.9",
  clientPort: 40_000,
};

describe("sessions", () => {
  let memory = memoryLog();
  let clocks: Clocks;
  let sessions: SessionRegistry;
  beforeEach(() => {
    clocks = mockClocks(["setInterval"]);
    memory = memoryLog();
    sessions = new SessionRegistry(memory.log);
  });
  afterEach(() => {
    sessions.close();
    mock.restoreAll();
    mock.timers.reset();
  });

  it("are known from open to end, and log both without the handle", () => {
    const session = sessions.open(details, () => {});
    assert.deepEqual(sessions.list(), [session]);
    session.connected();
    session.connected();
    session.bytesIn += 7;
    session.bytesOut += 5;
    clocks.tick(2_500);
    session.end("client-closed");
    session.end("idle");
    assert.deepEqual(sessions.list(), []);
    const who = {
      level: "info",
      session: session.id,
      protocol: "rtmp",
      action: "publish",
      user: "user:ada",
      stream: "cam",
      clientAddress: "203.0.113.9",
    };
    const sums = { reason: "client-closed", bytesIn: 7, bytesOut: 5, durationMs: 2_500 };
    assert.deepEqual(memory.lines(), [
      { ...who, msg: "connected" },
      { ...who, ...sums, msg: "disconnected" },
    ]);
    assert.equal(memory.text().includes("canary"), false);
  });

  it("are not logged as connected when MediaMTX has not accepted the client", () => {
    const session = sessions.open(details, () => {});
    session.end("bad-passphrase");
    session.connected();
    assert.deepEqual(
      memory.lines().map(({ msg, reason }) => [msg, reason]),
      [["not connected", "bad-passphrase"]],
    );
  });

  it("are all logged as ended when the gateway closes, also those that their servers have left", () => {
    for (const path of ["a", "b"]) sessions.open({ ...details, path }, () => {}).connected();
    sessions.disconnectAll("shutting-down");
    sessions.close();
    const ended = memory.lines().filter(({ msg }) => msg === "disconnected");
    assert.deepEqual(
      ended.map(({ stream, reason }) => [stream, reason]),
      [
        ["a", "shutting-down"],
        ["b", "shutting-down"],
      ],
    );
  });

  it("are cut once by id, and end with the reason of the cut", () => {
    const cuts: string[] = [];
    const session = sessions.open(details, (reason) => cuts.push(reason));
    assert.equal(sessions.disconnect(session.id, "kicked"), true);
    assert.equal(sessions.disconnect(session.id, "expired"), false);
    assert.equal(sessions.disconnect("unknown", "kicked"), false);
    assert.deepEqual(cuts, ["kicked"]);
    assert.equal(sessions.size, 1, "the server has not ended it yet");
    session.end("client-closed");
    assert.equal(sessions.size, 0);
    assert.equal(memory.lines().at(-1)?.reason, "kicked");
  });

  it("are cut within a second after their notAfter", () => {
    const cuts: string[] = [];
    const cut = (reason: string) => cuts.push(reason);
    sessions.open({ ...details, notAfter: Date.now() + 5_000 }, cut);
    sessions.open({ ...details, action: "read" }, () => cuts.push("another"));
    clocks.tick(4_000);
    assert.deepEqual(cuts, []);
    clocks.tick(1_000);
    assert.deepEqual(cuts, ["expired"]);
    clocks.tick(5_000);
    assert.deepEqual(cuts, ["expired"]);
  });

  it("are known by MediaMTX's ids until they are cut or ended", () => {
    const [one, two, three] = ["a", "b", "c"].map((id) => {
      const session = sessions.open({ ...details, action: "read" }, () => {});
      session.mediamtxIds.add(id).add(`${id}-2`);
      return session;
    });
    assert.ok(one && two && three);
    sessions.disconnect(one.id, "expired");
    two.end("client-closed");
    assert.deepEqual(sessions.mediamtxIds(), new Set(["c", "c-2"]));
  });

  it("are cut by the notAfter of the latest decision", () => {
    const cuts: string[] = [];
    const session = sessions.open({ ...details, notAfter: Date.now() + 5_000 }, (reason) =>
      cuts.push(reason),
    );
    session.notAfter = Date.now() + 8_000;
    clocks.tick(7_000);
    assert.deepEqual(cuts, []);
    clocks.tick(1_000);
    assert.deepEqual(cuts, ["expired"]);
  });

  it("tell who publishes on a path: the last one that was neither ended nor cut", () => {
    sessions.open({ ...details, action: "read" }, () => {});
    assert.equal(sessions.publisherOf("cam"), undefined);
    const first = sessions.open(details, () => {});
    assert.equal(sessions.publisherOf("cam"), first);
    sessions.disconnect(first.id, "taken-over");
    assert.equal(sessions.publisherOf("cam"), undefined);
    const second = sessions.open(details, () => {});
    first.end("client-closed");
    assert.equal(sessions.publisherOf("cam"), second);
    second.end("client-closed");
    assert.equal(sessions.publisherOf("cam"), undefined);
  });

  it("are all cut at once, even when a server fails", () => {
    const cuts: string[] = [];
    sessions.open(details, () => {
      throw new Error("server fault");
    });
    sessions.open({ ...details, path: "cam2" }, (reason) => cuts.push(reason));
    sessions.disconnectAll("shutting-down");
    assert.deepEqual(cuts, ["shutting-down"]);
    assert.equal(memory.lines().at(-1)?.msg, "session not disconnected: its server failed");
  });
});
