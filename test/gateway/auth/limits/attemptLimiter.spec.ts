import assert from "node:assert/strict";
import * as fc from "fast-check";
import { attemptOf } from "../../../../gateway/auth/limits/attempt";
import { AttemptLimiter, type Permit } from "../../../../gateway/auth/limits/attemptLimiter";
import { question } from "../../support/fakeLambda";
import { FakeClock, seededRandom } from "./fakeClock";

const timeoutMs = 8_500;

function limiterOf(seed = 1) {
  const clock = new FakeClock();
  const limiter = new AttemptLimiter(clock, seededRandom(seed));
  /** When tries were let through. */
  const sent: number[] = [];
  const acquire = async (user: string, password: string, address: string) => {
    const attempt = attemptOf(question({ user, password, address })) ?? assert.fail();
    const permit = await limiter.acquire(attempt, timeoutMs);
    if (permit) sent.push(clock.now());
    return permit;
  };
  /** A wrong try; resolves to whether it was let through. */
  const guess = async (user: string, password: string, address: string) => {
    const permit = await acquire(user, password, address);
    permit?.failed();
    return permit !== undefined;
  };
  /** What has come of it without any time going by. */
  const now = async (permit: Promise<boolean | Permit | undefined>) => {
    let result: string = "waits";
    void permit.then((given) => {
      result = given ? "sent" : "refused";
    });
    await clock.advance(0);
    return result;
  };
  return { clock, acquire, guess, now, sent };
}

const addresses = (count: number) => Array.from({ length: count }, (_, n) => `192.0.2.${n + 1}`);

describe("limits of tries at passwords", () => {
  it("let five wrong ones of a client through, then pause it, longer each time", async () => {
    const { clock, guess, now } = limiterOf();
    for (let n = 0; n < 5; n++) assert.equal(await guess("ada", `wrong${n}`, "192.0.2.1"), true);
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000]) {
      const next = guess("ada", `after${pauseMs}`, "192.0.2.1");
      assert.equal(await now(next), "waits");
      await clock.advance(pauseMs - 25);
      assert.equal(await now(next), "waits");
      await clock.advance(25);
      assert.equal(await now(next), "sent");
    }
    assert.equal(await now(guess("ada", "next", "192.0.2.1")), "refused", "16 s are too long");
    await clock.advance(60_000);
    assert.equal(await now(guess("ada", "next", "192.0.2.1")), "sent");
    await clock.advance(60_000);
    assert.equal(await now(guess("ada", "last", "192.0.2.1")), "sent", "60 s are the longest");
  });

  it("forget a client after ten minutes", async () => {
    const { clock, guess } = limiterOf();
    for (let n = 0; n < 5; n++) await guess("ada", `wrong${n}`, "192.0.2.1");
    await clock.advance(600_000);
    assert.equal(await guess("ada", "a", "192.0.2.1"), true);
    assert.equal(await guess("ada", "b", "192.0.2.1"), true);
  });

  it("do not pause the same user at other addresses, nor other users at this one", async () => {
    const { guess, now } = limiterOf();
    for (let n = 0; n < 5; n++) await guess("ada", `wrong${n}`, "192.0.2.1");
    assert.equal(await now(guess("ada", "x", "192.0.2.2")), "sent");
    assert.equal(await now(guess("eve", "x", "192.0.2.1")), "sent");
  });

  it("let twenty of one owner through and then one in three seconds, whatever the spelling", async () => {
    const { clock, guess, sent } = limiterOf();
    const users = ["read7", "write7", "read07", "write007"];
    const all = addresses(60).map((address, n) => guess(users[n % 4] ?? "", `guess${n}`, address));
    await clock.advance(0);
    assert.equal(sent.length, 20);
    await clock.advance(2_999);
    assert.equal(sent.length, 20);
    await clock.advance(5_500);
    assert.equal(sent.length, 22);
    await clock.advance(100);
    await Promise.all(all);
    assert.equal(sent.length, 22, "the others must have been refused");
  });

  it("let a hundred of one address through and then one a second; a /64 is one address", async () => {
    const { clock, guess, sent } = limiterOf();
    const all = Array.from({ length: 300 }, (_, n) =>
      guess(`user${n}`, "guess", `2001:db8:1:2::${n.toString(16)}`),
    );
    await clock.advance(0);
    assert.equal(sent.length, 100);
    await clock.advance(5_100);
    assert.equal(sent.length, 105);
    await clock.advance(5_000);
    await Promise.all(all);
  });

  it("do not limit loopback as an address", async () => {
    const { guess, now } = limiterOf();
    for (let n = 0; n < 150; n++) {
      assert.equal(await now(guess(`user${n}`, "guess", "127.0.0.1")), "sent");
    }
  });

  it("count the spellings of one password once", async () => {
    const { guess, now } = limiterOf();
    for (const address of addresses(7)) {
      for (const spelling of ["p%2540ss", "p%40ss", "p@ss"]) {
        assert.equal(await now(guess("ada", spelling, address)), "sent");
      }
    }
  });

  it("do not pause a device that repeats one wrong password", async () => {
    const { clock, guess, now } = limiterOf();
    for (let n = 0; n < 40; n++) {
      assert.equal(await now(guess("ada", "wrong", "192.0.2.1")), "sent");
      await clock.advance(30_000);
    }
  });

  it("give a token back for what proves right for the first time or is not sent", async () => {
    const { acquire } = limiterOf();
    for (let n = 0; n < 200; n++) {
      const right = await acquire(`user${n}`, "right", "192.0.2.1");
      right?.succeeded(true);
      const unused = await acquire("ada", `unsent${n}`, `192.0.3.${n}`);
      assert.ok(right && unused);
      unused.unused();
    }
  });

  it("keep the token of what was right before, as another spelling of one's own name is", async () => {
    const { acquire, now } = limiterOf();
    for (let n = 0; n < 20; n++)
      (await acquire("ada", `right${n}`, `192.0.3.${n}`))?.succeeded(false);
    assert.equal(await now(acquire("ada", "right", "192.0.2.1")), "waits");
  });

  it("are as new for the owner and the address once a password first proves right", async () => {
    const { clock, acquire, guess, sent } = limiterOf();
    for (const address of addresses(19)) await guess("ada", `of${address}`, address);
    const right = (await acquire("ada", "right", "192.0.2.99")) ?? assert.fail();
    right.succeeded(true);
    sent.length = 0;
    const all = addresses(30).map((address) => guess("ada", `again${address}`, address));
    await clock.advance(0);
    assert.equal(sent.length, 20);
    await clock.advance(10_000);
    await Promise.all(all);
  });

  it("let the same guess of one client wait once", async () => {
    const { clock, guess, acquire, now } = limiterOf();
    for (const address of addresses(20)) await guess("ada", `of${address}`, address);
    const cameras = [1, 2, 3].map(() => acquire("ada", "right", "198.51.100.1"));
    assert.equal(await now(cameras[0] ?? assert.fail()), "waits");
    await clock.advance(3_100);
    for (const camera of cameras) assert.equal(await now(camera), "sent");
  });

  it("property: no more tries of an owner go through in any time than its tokens", async () => {
    const attack = fc.array(
      fc.record({
        address: fc.nat(40),
        waitMs: fc.nat(2_000),
        count: fc.integer({ min: 1, max: 6 }),
      }),
      { minLength: 10, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(attack, fc.nat(), async (steps, seed) => {
        const { clock, guess, sent } = limiterOf(seed);
        const all: Promise<boolean>[] = [];
        let n = 0;
        for (const { address, waitMs, count } of steps) {
          for (let i = 0; i < count; i++)
            all.push(guess("ada", `guess${n++}`, `192.0.2.${address}`));
          await clock.advance(waitMs);
        }
        await clock.advance(10_000);
        await Promise.all(all);
        sent.forEach((fromMs, first) => {
          for (let last = first; last < sent.length; last++) {
            const tries = last - first + 1;
            const allowed = 20 + ((sent[last] ?? 0) - fromMs) / 3_000 + 1;
            assert.ok(tries <= allowed, `${tries} tries where ${allowed} are allowed`);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it("let the rightful user through under attack, within twice as many refills as there are attackers", async () => {
    for (const attackers of [5, 30]) {
      const runs = 6;
      let refills = 0;
      for (let seed = 1; seed <= runs; seed++) {
        const { clock, guess, acquire } = limiterOf(seed);
        let isOver = false;
        let n = 0;
        // Each attacker has many connections, and comes again at once.
        const attack = async (address: string) => {
          while (!isOver) {
            await guess("ada", `guess${n++}`, address);
            await new Promise<void>((resolve) => clock.after(1_000, resolve));
          }
        };
        const attacks = addresses(attackers).flatMap((address) => [
          attack(address),
          attack(address),
        ]);
        await clock.advance(60_000);
        const startedMs = clock.now();
        let permit: Permit | undefined;
        const honest = (async () => {
          while (!permit) permit = await acquire("ada", "right", "198.51.100.1");
        })();
        while (!permit && clock.now() - startedMs < 3_000 * 1_000) await clock.advance(500);
        refills += (clock.now() - startedMs) / 3_000;
        isOver = true;
        await clock.advance(10_000);
        await Promise.all([honest, ...attacks]);
      }
      assert.ok(
        refills / runs <= 2 * attackers,
        `${refills / runs} refills, ${attackers} attackers`,
      );
    }
  }).timeout(60_000);
});
