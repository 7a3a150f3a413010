import assert from "node:assert/strict";
import { mock } from "node:test";
import { DecisionCache } from "../../../gateway/auth/decisionCache";
import { LeasePoller } from "../../../gateway/auth/leases/leasePoller";
import { SessionRechecker } from "../../../gateway/auth/sessionRechecker";
import { HlsSession } from "../../../gateway/hls/sessions";
import { UrlSigner } from "../../../gateway/hls/urlSigner";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { planPaths } from "../../../gateway/paths/plan";
import { PathBlocklist } from "../../../gateway/sessions/blocklist";
import { SessionRegistry } from "../../../gateway/sessions/registry";
import { Cookies } from "../../../gateway/srt/cookie";
import type { Decision } from "../../../shared/authContract";
import { type Clocks, mockClocks } from "../support/clocks";
import { allow, question } from "../support/fakeLambda";
import { memoryLog } from "../support/memoryLog";

const hour = 3_600_000;
const publish = { action: "publish", path: "cam", protocol: "rtmp" } as const;

for (const jump of [-hour, hour]) {
  describe(`when the clock is set ${jump < 0 ? "back" : "forward"} by an hour`, () => {
    let clocks: Clocks;
    beforeEach(() => {
      clocks = mockClocks(["setTimeout", "setInterval"]);
    });
    afterEach(() => {
      mock.restoreAll();
      mock.timers.reset();
    });

    describe("the decision cache", () => {
      let asked: ((decision: Decision) => void)[];
      let cache: DecisionCache;
      beforeEach(() => {
        asked = [];
        cache = new DecisionCache(() => new Promise((resolve) => asked.push(resolve)));
      });
      const decided = async (answer: Decision) => {
        const decision = cache.decide(question());
        asked.at(-1)?.(answer);
        return decision;
      };

      it("believes an allow for 30 s", async () => {
        await decided(allow());
        clocks.set(jump);
        clocks.tick(29_999);
        await decided(allow());
        assert.equal(asked.length, 1);
        clocks.tick(1);
        await decided(allow());
        assert.equal(asked.length, 2);
      });

      it("prefers what was revoked to the answer to an earlier question, for 5 s", async () => {
        const { key } = await decided(allow());
        clocks.tick(30_000);
        const underWay = cache.decide(question());
        clocks.tick(10);
        clocks.set(jump);
        cache.revoke(key, "no-lease");
        asked.at(-1)?.(allow());
        assert.deepEqual((await underWay).decision, { allow: false, reason: "no-lease" });
        clocks.tick(5_000);
        assert.equal((await decided(allow())).decision.allow, true);
      });

      it("prefers the answer to a later question to what was revoked before", async () => {
        const { key } = await decided(allow());
        cache.revoke(key, "no-lease");
        clocks.tick(5_000);
        clocks.set(jump);
        assert.equal((await decided(allow())).decision.allow, true);
      });
    });

    it("an allow ends at its notAfter by the wall clock", async () => {
      const notAfter = Date.now() + 2 * hour;
      const cache = new DecisionCache(async () => allow({ notAfter }));
      await cache.decide(question());
      clocks.set(2 * hour);
      const { decision } = await cache.decide(question());
      assert.deepEqual(decision, { allow: false, reason: "expired" });
    });

    it("a ticket lives for 10 s", () => {
      const tickets = new Tickets();
      const [early, late] = [tickets.issue(publish), tickets.issue(publish)];
      clocks.set(jump);
      const newer = tickets.issue(publish);
      clocks.tick(9_999);
      assert.equal(tickets.redeem(early, publish, "1"), true);
      clocks.tick(1);
      assert.equal(tickets.redeem(late, publish, "1"), false);
      assert.equal(tickets.redeem(newer, publish, "1"), false);
    });

    it("a block lasts for its seconds", () => {
      const blocks = new PathBlocklist();
      blocks.set("cam", ["publish"], 60);
      clocks.set(jump);
      clocks.tick(59_999);
      assert.equal(blocks.has("cam", "publish"), true);
      clocks.tick(1);
      assert.equal(blocks.has("cam", "publish"), false);
    });

    it("what was configured before a list of leases was asked for is removed by it", async () => {
      const mediamtx = { forward: async () => ({ status: 200, body: {} }) };
      const paths = new PathConfigurations(mediamtx, { open: () => assert.fail("no source") });
      const lists: number[] = [];
      const answer = { leases: [], nextPage: null };
      const leases = new LeasePoller({ leases: async () => answer }, (_, askedAt) =>
        lists.push(askedAt),
      );
      await leases.start();
      clocks.tick(1);
      await paths.replace("cam", { record: true }, "lease");
      clocks.set(jump);
      clocks.tick(1);
      await leases.start();
      leases.close();
      const plans = lists.map((askedAt) => planPaths(new Map(), paths.list(), askedAt));
      assert.deepEqual(plans, [[], [{ kind: "remove", path: "cam" }]]);
    });

    describe("a session", () => {
      let memory = memoryLog();
      let sessions: SessionRegistry;
      let asked: number;
      let rechecker: SessionRechecker;
      beforeEach(() => {
        memory = memoryLog();
        sessions = new SessionRegistry(memory.log);
        asked = 0;
        const auth = {
          recheck: async (running: readonly unknown[]) => {
            asked += running.length;
            return running.map(() => allow());
          },
        };
        rechecker = new SessionRechecker({
          ...{ sessions, auth, log: memory.log, intervalMs: 30_000 },
          cache: { revoke: () => {} },
        });
      });
      afterEach(() => {
        rechecker.close();
        sessions.close();
      });
      const opened = async (notAfter: number | null = null) => {
        const cache = new DecisionCache(async () => allow());
        const { askedAt: decidedAt, key: decisionKey } = await cache.decide(question());
        return sessions.open(
          {
            protocol: "rtsp",
            action: "read",
            path: "cam",
            subject: "user:ada",
            handle: "",
            notAfter,
            decidedAt,
            decisionKey,
            clientAddress: "192.0.2.1",
            clientPort: 1,
          },
          (reason) => session.end(reason),
        );
      };
      let session: Awaited<ReturnType<typeof opened>>;

      it("is asked about once in an interval", async () => {
        session = await opened();
        clocks.set(jump);
        for (let second = 0; second < 90; second++) {
          clocks.tick(1_000);
          await Promise.resolve();
          await Promise.resolve();
        }
        assert.equal(asked, 3);
      });

      it("is asked about when a later list does not have its lease", async () => {
        session = await opened();
        clocks.set(jump);
        clocks.tick(1);
        const leases = new LeasePoller(
          { leases: async () => ({ leases: [], nextPage: null }) },
          (list, askedAt, changed) => rechecker.follow(list, askedAt, changed),
        );
        await leases.start();
        leases.close();
        assert.equal(asked, 1);
      });

      it("lasted as long as it did", async () => {
        session = await opened();
        clocks.set(jump);
        clocks.tick(7_000);
        session.end("client-closed");
        assert.equal(memory.lines().at(-1)?.durationMs, 7_000);
      });

      it("ends at its notAfter by the wall clock", async () => {
        session = await opened(Date.now() + jump + 5_000);
        clocks.set(jump);
        clocks.tick(4_000);
        assert.equal(sessions.size, 1);
        clocks.tick(1_000);
        assert.equal(sessions.size, 0);
      });
    });

    it("an HLS session is idle after 30 s without a request", () => {
      const session = new HlsSession("cam", "203.0.113.9");
      session.requestStarted();
      session.requestEnded();
      clocks.set(jump);
      clocks.tick(29_999);
      assert.equal(session.idle, false);
      clocks.tick(1);
      assert.equal(session.idle, true);
    });

    it("the URL of a segment serves for 5 to 10 minutes", () => {
      const signatures = new UrlSigner();
      const query = new URLSearchParams({
        session: signatures.forSegments({ id: "1", stream: "cam" }),
      });
      const request = { stream: "cam", file: "seg1.mp4", query };
      clocks.set(jump);
      clocks.tick(299_000);
      assert.equal(signatures.sessionIdOf(request), "1");
      clocks.tick(301_000);
      assert.equal(signatures.sessionIdOf(request), undefined);
    });

    it("an SRT cookie is good for 30 to 60 s", () => {
      const cookies = new Cookies();
      const cookie = cookies.issue("192.0.2.1", 1);
      clocks.set(jump);
      clocks.tick(29_000);
      assert.equal(cookies.verify(cookie, "192.0.2.1", 1), true);
      clocks.tick(31_000);
      assert.equal(cookies.verify(cookie, "192.0.2.1", 1), false);
    });
  });
}
