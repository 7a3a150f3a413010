import assert from "node:assert/strict";
import { mock } from "node:test";
import { DecisionCache } from "../../../gateway/auth/decisionCache";
import type { AuthRequest, Decision, RefusalReason } from "../../../shared/authContract";
import { type Clocks, mockClocks, monotonicStart } from "../support/clocks";
import { allow, question } from "../support/fakeLambda";

/** A cache and the questions that got past it. */
function cacheOf(answer: (asked: AuthRequest) => Decision | Promise<Decision>) {
  const asked: AuthRequest[] = [];
  const cache = new DecisionCache(async (one) => {
    asked.push(one);
    return answer(one);
  });
  return { cache, asked };
}

let clocks: Clocks;

/** Milliseconds for which a decision is believed, in steps of a second; up to 40 s. */
async function lifetime(decision: Decision): Promise<number> {
  const { cache, asked } = cacheOf(() => decision);
  for (let ms = 0; ms <= 40_000; ms += 1_000) {
    await cache.decide(question());
    if (asked.length > 1) return ms;
    clocks.tick(1_000);
  }
  return Number.POSITIVE_INFINITY;
}

describe("decision cache", () => {
  beforeEach(() => {
    clocks = mockClocks();
  });
  afterEach(() => {
    mock.restoreAll();
    mock.timers.reset();
  });

  it("keeps what was decided by a handle apart from what was by credentials, or by another handle", async () => {
    const handles: string[] = [];
    const cache = new DecisionCache(async (_question, handle) => {
      handles.push(handle);
      return allow();
    });
    for (const handle of ["one", "one", "other", undefined, undefined]) {
      await cache.decide(question(), handle);
    }
    assert.deepEqual(handles, ["one", "other", ""]);
  });

  it("believes an allow for 30 s", async () => {
    assert.equal(await lifetime(allow()), 30_000);
  });

  it("believes an allow no longer than its notAfter", async () => {
    assert.equal(await lifetime(allow({ notAfter: Date.now() + 7_000 })), 7_000);
    assert.equal(await lifetime(allow({ notAfter: Date.now() + 99_000 })), 30_000);
  });

  it("takes an allow whose notAfter has passed for expired", async () => {
    const { cache } = cacheOf(() => allow({ notAfter: Date.now() }));
    assert.deepEqual((await cache.decide(question())).decision, {
      allow: false,
      reason: "expired",
    });
  });

  const lifetimes: [RefusalReason, number][] = [
    ["bad-credentials", 30_000],
    ["no-lease", 5_000],
    ["ambiguous-name", 5_000],
    ["expired", 5_000],
    ["not-permitted", 5_000],
    ["sso-enforced", 5_000],
    ["undecided", 1_000],
    ["malformed", 1_000],
  ];
  for (const [reason, ms] of lifetimes) {
    const words = ms === 1_000 ? "never believes" : `believes for ${ms} ms`;
    it(`${words} a refusal "${reason}"`, async () => {
      assert.equal(await lifetime({ allow: false, reason }), ms);
    });
  }

  it("answers the same question from another address without asking", async () => {
    const { cache, asked } = cacheOf(() => allow());
    await cache.decide(question());
    assert.deepEqual((await cache.decide(question({ address: "198.51.100.1" }))).decision, allow());
    assert.equal(asked.length, 1);
  });

  const different: Partial<AuthRequest>[] = [
    { action: "publish" },
    { protocol: "srt" },
    { stream: "cam2" },
    { user: "adapa", password: ":ss" },
    { password: "x" },
    { token: "x" },
    { password: "", token: "pa:ss" },
  ];
  for (const over of different) {
    it(`asks anew when ${Object.keys(over).join(" and ")} differ`, async () => {
      const { cache, asked } = cacheOf(() => allow());
      await cache.decide(question());
      await cache.decide(question(over));
      assert.equal(asked.length, 2);
    });
  }

  it("lets identical questions share one flight, undecided ones too", async () => {
    const { cache, asked } = cacheOf(async () => ({ allow: false, reason: "undecided" }));
    const answers = await Promise.all([1, 2, 3].map(() => cache.decide(question())));
    assert.equal(asked.length, 1);
    assert.deepEqual(new Set(answers).size, 1);
  });

  it("tells when the auth function was asked, and a key for the question", async () => {
    const { cache } = cacheOf(() => allow());
    const { key, askedAt } = await cache.decide(question());
    clocks.tick(20_000);
    const again = await cache.decide(question());
    assert.deepEqual([again.key, again.askedAt], [key, askedAt]);
    assert.equal(askedAt, monotonicStart);
    assert.doesNotMatch(key, /pa:ss|ada/);
    assert.notEqual((await cache.decide(question({ password: "x" }))).key, key);
  });

  it("refuses what was revoked for 5 s, an answer that was under way included", async () => {
    let answer: (decision: Decision) => void = () => assert.fail();
    const { cache, asked } = cacheOf(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const first = cache.decide(question());
    answer(allow());
    const { key } = await first;
    const refused: Decision = { allow: false, reason: "no-lease" };
    cache.revoke(key, "no-lease");
    assert.deepEqual((await cache.decide(question())).decision, refused);

    clocks.tick(5_000);
    const underWay = cache.decide(question());
    clocks.tick(10);
    cache.revoke(key, "no-lease");
    answer(allow());
    assert.deepEqual((await underWay).decision, refused);
    clocks.tick(4_999);
    assert.deepEqual((await cache.decide(question())).decision, refused);
    assert.equal(asked.length, 2);
    clocks.tick(1);
    const anew = cache.decide(question());
    answer(allow());
    assert.deepEqual((await anew).decision, allow());
  });

  it("keeps 16 MiB of allows", async () => {
    const { cache, asked } = cacheOf(() => allow({ handle: "h".repeat(16_384) }));
    for (let n = 0; n < 1_100; n++) await cache.decide(question({ user: `ada${n}` }));
    asked.length = 0;
    await cache.decide(question({ user: "ada1099" }));
    await cache.decide(question({ user: "ada200" }));
    assert.equal(asked.length, 0);
    await cache.decide(question({ user: "ada0" }));
    assert.equal(asked.length, 1, "the oldest allows must have been dropped");
  });

  it("asks anew about the paths that it is told of, about no others", async () => {
    const { cache, asked } = cacheOf(({ stream }) => allow({ path: stream }));
    for (const stream of ["changed", "other"]) await cache.decide(question({ stream }));
    cache.invalidate(new Set(["changed"]));
    for (const stream of ["changed", "other"]) await cache.decide(question({ stream }));
    assert.deepEqual(
      asked.map(({ stream }) => stream),
      ["changed", "other", "changed"],
    );
  });

  it("asks anew about a name whose leases have changed, though it led to another path", async () => {
    const { cache, asked } = cacheOf(({ stream }) => allow({ path: `path-of-${stream}` }));
    for (const stream of ["drone-1", "other"]) await cache.decide(question({ stream }));
    cache.invalidate(new Set(["drone-1", "new-path"]));
    for (const stream of ["drone-1", "other"]) await cache.decide(question({ stream }));
    assert.deepEqual(
      asked.map(({ stream }) => stream),
      ["drone-1", "other", "drone-1"],
    );
  });

  it("keeps no answer that may be of before a change, for 12 s", async () => {
    const { cache, asked } = cacheOf(() => allow({ path: "p" }));
    const isKept = async () => {
      asked.length = 0;
      for (let n = 0; n < 2; n++) await cache.decide(question({ stream: "drone-1" }));
      return asked.length < 2;
    };
    const underWay = cache.decide(question({ stream: "drone-1" }));
    cache.invalidate(new Set(["drone-1"]));
    assert.deepEqual((await underWay).decision, allow({ path: "p" }));
    assert.equal(await isKept(), false);
    clocks.tick(11_999);
    assert.equal(await isKept(), false);
    clocks.tick(1);
    assert.equal(await isKept(), true);
    cache.invalidate(new Set(["p"]));
    assert.equal(await isKept(), false, "by the path that it led to");
  });

  it("keeps an allow through a flood of refusals", async () => {
    const { cache, asked } = cacheOf(({ user }) =>
      user === "ada" ? allow() : { allow: false, reason: "bad-credentials" },
    );
    await cache.decide(question());
    for (let n = 0; n < 10_500; n++) await cache.decide(question({ user: `eve${n}` }));
    asked.length = 0;
    await cache.decide(question());
    assert.equal(asked.length, 0);
    await cache.decide(question({ user: "eve10499" }));
    assert.equal(asked.length, 0);
    await cache.decide(question({ user: "eve0" }));
    assert.equal(asked.length, 1, "the oldest refusals must have been dropped");
  });
});
