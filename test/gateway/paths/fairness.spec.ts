import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { RetryBackoff } from "../../../gateway/paths/retryBackoff";
import { PathSync } from "../../../gateway/paths/sync";
import { SourceError } from "../../../gateway/sources/source";
import type { OpenSource } from "../../../gateway/sources/sourceRelays";
import type { ListedLease } from "../../../shared/authContract";
import { mockClocks, monotonicStart } from "../support/clocks";
import { memoryLog } from "../support/memoryLog";

const lease = (path: string, over: Partial<ListedLease>): ListedLease => ({
  path,
  name: null,
  expiration: null,
  recording: false,
  open: false,
  owner: null,
  proxy: null,
  ...over,
});

const mute = (index: number, owner: string) =>
  lease(`mute-${index}`, { proxy: `rtsp://mute-${index}.example/x`, owner });
const recording = lease("recording", { recording: true, owner: "user:ann" });
const proxy = lease("proxy", { proxy: "rtsp://camera.example/x", owner: "user:ann" });

describe("the turn of each path", () => {
  let log = memoryLog();
  let paths: PathConfigurations;
  let sync: PathSync;
  let nowMs = 0;
  let backoff: RetryBackoff;
  /** Sources that were asked for and have no answer, by URL, in order. */
  let pending: Map<string, { answer: () => void; refuse: () => void }>;
  let opened: string[];
  let closed: string[];
  let calls: string[];

  beforeEach(() => {
    // Nothing takes any time, so nothing rests.
    mockClocks();
    log = memoryLog();
    nowMs = 0;
    pending = new Map();
    opened = [];
    closed = [];
    calls = [];
    const mediamtx = async (method: string, target: string) => {
      calls.push(`${method} ${target.split("/").at(-1)}`);
      return { status: 200, body: {} };
    };
    const open = (_path: string, url: string) => {
      opened.push(url);
      return new Promise<OpenSource>((resolve, reject) => {
        pending.set(url, {
          answer: () => resolve({ url, port: 1, close: () => closed.push(url) }),
          refuse: () => reject(new SourceError("the name server does not answer")),
        });
        if (url === proxy.proxy) pending.get(url)?.answer();
      });
    };
    paths = new PathConfigurations({ forward: mediamtx }, { open });
    backoff = new RetryBackoff(() => nowMs);
    const get = async () => ({ started: "once" });
    sync = new PathSync(paths, { get }, log.log, backoff);
  });
  afterEach(() => {
    sync.close();
    paths.close();
    mock.restoreAll();
  });

  const follow = (...leases: ListedLease[]) =>
    sync.follow(new Map(leases.map((one) => [one.path, one])), monotonicStart + 1);
  /** Lets everything happen that waits for no name server. */
  const settle = async () => {
    for (let round = 0; round < 50; round++) await turn();
  };
  const refuseAll = () => {
    for (const [url, { refuse }] of pending) {
      pending.delete(url);
      refuse();
    }
  };
  const mutes = (owner: (index: number) => string) =>
    Array.from({ length: 300 }, (_, index) => mute(index, owner(index)));

  it("comes at once for a recording and a proxy behind 300 sources of one user without a name server", async () => {
    follow(...mutes(() => "user:mallory"), recording, proxy);
    await settle();
    assert.deepEqual(calls.sort(), ["POST proxy", "POST recording"]);
    assert.equal(opened.filter((url) => url.includes("mute")).length, 4);
  });

  it("comes within ten rounds of name servers when each of the 300 is another user's", async () => {
    follow(...mutes((index) => `user:${index}`), recording, proxy);
    await settle();
    assert.deepEqual(calls, ["POST recording"]);
    let rounds = 0;
    while (calls.length < 2) {
      assert.ok(rounds++ < 10, "too many rounds");
      assert.ok(pending.size <= 32);
      refuseAll();
      await settle();
    }
    assert.deepEqual(calls, ["POST recording", "POST proxy"]);
  });

  it("comes for what has never been tried before what was refused", async () => {
    const all = mutes((index) => `user:${index}`);
    follow(...all);
    for (let round = 0; round < 20; round++) {
      await settle();
      refuseAll();
    }
    assert.equal(opened.length, 300);
    nowMs = 60_001;
    follow(...all);
    await settle();
    assert.equal(opened.length, 316, "retries take half of the room");
    follow(...all, proxy, recording);
    await settle();
    assert.deepEqual(calls.sort(), ["POST proxy", "POST recording"]);
  });

  it("comes again after a minute, then after twice as long each time, up to 16 minutes", async () => {
    const waits: number[] = [];
    let triedAt = 0;
    for (let tries = 0; tries < 7; nowMs += 10_000) {
      follow(mute(1, "user:ann"));
      await settle();
      if (pending.size === 0) continue;
      waits.push((nowMs - triedAt) / 60_000);
      triedAt = nowMs;
      tries++;
      refuseAll();
      await settle();
    }
    assert.deepEqual(waits, [0, 1, 2, 4, 8, 16, 16]);
    follow({ ...mute(1, "user:ann"), proxy: "rtsp://other.example/x" });
    await settle();
    assert.equal(pending.size, 1, "another source is a first try");
  });

  it("leaves no relay behind for a lease that is gone before its source is open", async () => {
    follow(mute(1, "user:ann"), mute(2, "user:ann"));
    await settle();
    follow(mute(2, "user:ann"));
    await settle();
    for (const { answer } of pending.values()) answer();
    await settle();
    assert.deepEqual(calls, ["POST mute-2"]);
    assert.deepEqual(closed, ["rtsp://mute-1.example/x"]);
  });

  it("leaves no relay behind for a source that is open after the end", async () => {
    follow(mute(1, "user:ann"));
    await settle();
    sync.close();
    for (const { answer } of pending.values()) answer();
    await settle();
    assert.deepEqual([calls, closed], [[], ["rtsp://mute-1.example/x"]]);
  });
});
