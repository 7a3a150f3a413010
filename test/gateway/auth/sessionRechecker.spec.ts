import assert from "node:assert/strict";
import { mock } from "node:test";
import { SessionRechecker } from "../../../gateway/auth/sessionRechecker";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { type SessionDetails, SessionRegistry } from "../../../gateway/sessions/registry";
import type { Decision, RunningSession } from "../../../shared/authContract";
import { type Clocks, mockClocks, monotonicStart } from "../support/clocks";
import { allow } from "../support/fakeLambda";
import { memoryLog } from "../support/memoryLog";

const details: SessionDetails = {
  protocol: "rtsp",
  action: "read",
  path: "cam",
  subject: "user:ada",
  handle: "sealed-canary",
  notAfter: null,
  decidedAt: monotonicStart,
  decisionKey: "key",
  clientAddress: "203.0.113.9",
  clientPort: 40_000,
};

describe("recheck", () => {
  let memory = memoryLog();
  let sessions: SessionRegistry;
  let clocks: Clocks;
  let rechecker: SessionRechecker;
  let asked: (readonly RunningSession[])[];
  let revoked: string[];
  let cuts: string[];
  let decide: (running: RunningSession) => Decision | Promise<Decision>;

  beforeEach(() => {
    clocks = mockClocks(["setInterval"]);
    memory = memoryLog();
    sessions = new SessionRegistry(memory.log);
    [asked, revoked, cuts] = [[], [], []];
    decide = () => allow({ handle: "fresh" });
    rechecker = new SessionRechecker({
      sessions,
      auth: {
        recheck: async (running) => {
          asked.push(running);
          return Promise.all(running.map(decide));
        },
      },
      cache: { revoke: (key, reason) => revoked.push(`${key} ${reason}`) },
      log: memory.log,
      intervalMs: 30_000,
    });
  });
  afterEach(() => {
    rechecker.close();
    sessions.close();
    mock.restoreAll();
    mock.timers.reset();
  });

  const open = (over: Partial<SessionDetails> = {}) =>
    sessions.open({ ...details, ...over }, (reason) => cuts.push(reason));

  const listed = (...paths: string[]) => new Map(paths.map((path) => [path, {}]));

  /** Lets time pass and answers arrive. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clocks.tick(1_000);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  }

  it("asks within the interval, with handle, action and path, and goes on with the fresh handle", async () => {
    const session = open();
    await pass(24_000);
    assert.deepEqual(asked, []);
    await pass(6_000);
    assert.deepEqual(asked, [[{ handle: "sealed-canary", action: "read", path: "cam" }]]);
    assert.equal(session.handle, "fresh");
    await pass(30_000);
    assert.deepEqual(asked.slice(1).flat(), [{ handle: "fresh", action: "read", path: "cam" }]);
    assert.deepEqual(cuts, []);
  });

  it("counts from when the auth function was asked, not from the session's begin", async () => {
    clocks.tick(25_000);
    asked.length = 0;
    open();
    await pass(1_000);
    await pass(4_000);
    assert.equal(asked.length, 1);
  });

  it("takes over the new notAfter", async () => {
    const session = open();
    decide = () => allow({ notAfter: 2_000_000 });
    await pass(30_000);
    assert.equal(session.notAfter, 2_000_000);
  });

  it("cuts a refused session, revokes its decision and logs the reason without a secret", async () => {
    const session = open();
    session.connected();
    decide = () => ({ allow: false, reason: "no-lease" });
    await pass(30_000);
    session.end("client-closed");
    assert.deepEqual([cuts, revoked], [["no-lease"], ["key no-lease"]]);
    const lines = memory.lines().filter(({ reason }) => reason === "no-lease");
    assert.deepEqual(
      lines.map(({ level, msg, stream, user }) => [level, msg, stream, user]),
      [
        ["warn", "auth revoked", "cam", "user:ada"],
        ["info", "disconnected", "cam", "user:ada"],
      ],
    );
    assert.equal(memory.text().includes("canary"), false);
  });

  it("cuts nobody while undecided, asks again after half the interval, and cuts at notAfter", async () => {
    const session = open({ notAfter: 1_000_000 + 100_000 });
    decide = () => ({ allow: false, reason: "undecided" });
    await pass(99_000);
    assert.deepEqual(cuts, []);
    assert.ok(asked.length >= 4 && asked.length <= 8, `${asked.length} times`);
    assert.equal(session.handle, "sealed-canary");
    await pass(1_000);
    assert.deepEqual(cuts, ["expired"]);
  });

  it("sends what is due at the same time in batches of 100", async () => {
    for (let n = 0; n < 250; n++) open();
    await pass(30_000);
    assert.deepEqual(
      asked.map(({ length }) => length),
      [100, 100, 50],
    );
  });

  it("does not ask again while an answer is under way", async () => {
    open();
    decide = () => new Promise(() => {});
    await pass(120_000);
    assert.equal(asked.length, 1);
  });

  for (const other of [{ path: "cam2" }, { subject: "user:eve" }]) {
    it(`cuts a session whose answer tells another ${Object.keys(other)}`, async () => {
      open();
      decide = () => allow(other);
      await pass(30_000);
      assert.deepEqual(cuts, ["malformed"]);
    });
  }

  it("asks at once about the sessions on paths that it is told of, about no others", async () => {
    open();
    open({ path: "gone", handle: "h-gone" });
    decide = () => ({ allow: false, reason: "no-lease" });
    rechecker.follow(listed("cam", "gone"), monotonicMs(), new Set(["gone", "unknown"]));
    await pass(1_000);
    assert.deepEqual(asked, [[{ handle: "h-gone", action: "read", path: "gone" }]]);
    assert.deepEqual(cuts, ["no-lease"]);
    rechecker.follow(listed("cam", "gone"), monotonicMs(), new Set());
    await pass(1_000);
    assert.equal(asked.length, 1);
  });

  it("asks once, at once, about a session whose lease was deleted before it was ever listed", async () => {
    clocks.tick(1_000);
    open();
    open({ path: "late", decidedAt: monotonicMs() });
    open({ path: "doomed", handle: "h-doomed" });
    open({ path: "slipped", handle: "h-slipped" });
    decide = ({ path }) =>
      path === "doomed" ? { allow: false, reason: "no-lease" } : allow({ path });
    rechecker.follow(listed("cam"), monotonicMs(), new Set());
    await pass(1_000);
    assert.deepEqual(
      asked.flat().map(({ path }) => path),
      ["doomed", "slipped"],
    );
    assert.deepEqual(cuts, ["no-lease"]);
    rechecker.follow(listed("cam", "late"), monotonicMs(), new Set());
    await pass(1_000);
    assert.equal(asked.length, 1);
  });

  it("forgets a session that ended", async () => {
    open().end("client-closed");
    await pass(60_000);
    assert.deepEqual(asked, []);
  });
});
