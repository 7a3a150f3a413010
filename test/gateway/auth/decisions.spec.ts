import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createDecisions } from "../../../gateway/auth/createDecisions";
import { DecisionCache } from "../../../gateway/auth/decisionCache";
import type {
  AuthRequest,
  Decision,
  LoginRequest,
  LoginResult,
} from "../../../shared/authContract";
import { allow, question } from "../support/fakeLambda";
import { FakeClock, seededRandom } from "./limits/fakeClock";

const timeoutMs = 9_000;
const attacker = "203.0.113.66";

/** The gateway's way of a question, and an auth function that knows the password "right" and the streams "cam...". */
function gatewayOf() {
  const clock = new FakeClock();
  const asked: AuthRequest[] = [];
  const loggedIn: string[] = [];
  const fake = {
    logIn: async ({ user, password }: LoginRequest): Promise<LoginResult> =>
      password === "right"
        ? { login: `login of ${user}`, forMs: 540_000 }
        : { reason: "bad-credentials" },
    decide: async ({ user, password, token, stream }: AuthRequest): Promise<Decision> => {
      if (password !== "right" && token !== "right")
        return { allow: false, reason: "bad-credentials" };
      return stream.startsWith("cam") || stream === ""
        ? allow({ path: stream, subject: `user:${user}`, handle: `handle of ${user}` })
        : { allow: false, reason: "no-lease", subject: `user:${user}` };
    },
  };
  const cache = new DecisionCache((one, handle) => {
    asked.push(one);
    if (handle === "") return fake.decide(one);
    return Promise.resolve(
      handle.startsWith("good")
        ? allow({ path: one.stream, handle })
        : ({ allow: false, reason: "malformed" } as const),
    );
  });
  const login = async (requests: readonly LoginRequest[]) => {
    loggedIn.push(...requests.map(({ user, password }) => `${user}:${password}`));
    return Promise.all(requests.map((one) => fake.logIn(one)));
  };
  const decisions = createDecisions(cache, { login }, clock, seededRandom(7));
  let stream = 0;
  /** Each time another stream, so that no decision is remembered. */
  const ask = async (over: Partial<AuthRequest>, handle?: string): Promise<string> => {
    const about = question({ password: "right", stream: `cam${stream++}`, ...over });
    const { decision } = await decisions.decide(about, timeoutMs, handle);
    return decision.allow ? "allowed" : decision.reason;
  };
  const now = async (answer: Promise<string>): Promise<string> => {
    let given = "waits";
    void answer.then((one) => {
      given = one;
    });
    await clock.advance(0);
    return given;
  };
  return { clock, fake, ask, now, asked, loggedIn, cache };
}

describe("way of a question", () => {
  describe("logins", () => {
    it("one serves all questions of a user and password, which bring it along", async () => {
      const { ask, asked, loggedIn } = gatewayOf();
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask({})));
      assert.deepEqual(new Set(answers), new Set(["allowed"]));
      assert.deepEqual(loggedIn, ["ada:right"]);
      assert.deepEqual(new Set(asked.map(({ login }) => login)), new Set(["login of ada"]));
      await ask({});
      assert.equal(
        asked.at(-1)?.login,
        "handle of ada",
        "the latest handle holds the latest login",
      );
    });

    it("is made anew when it serves no longer", async () => {
      const { clock, ask, loggedIn } = gatewayOf();
      await ask({});
      await clock.advance(539_999);
      await ask({});
      assert.equal(loggedIn.length, 1);
      await clock.advance(1);
      await Promise.all([ask({}), ask({})]);
      assert.equal(loggedIn.length, 2);
    });

    it("is asked for once, however often its client tries, and its late answer is used", async () => {
      const { fake, ask, now, loggedIn, clock } = gatewayOf();
      let answer = (_: LoginResult) => {};
      fake.logIn = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
      const tries = [ask({})];
      for (let n = 0; n < 3; n++) {
        await clock.advance(6_000);
        tries.push(ask({}));
      }
      for (const one of tries) assert.equal(await now(one), "waits");
      answer({ login: "late", forMs: 540_000 });
      assert.deepEqual(await Promise.all(tries), ["allowed", "allowed", "allowed", "allowed"]);
      assert.deepEqual(loggedIn, ["ada:right"]);
    });

    it("a wrong password is answered for 30 s without another login", async () => {
      const { clock, ask, loggedIn, asked } = gatewayOf();
      for (let n = 0; n < 10; n++)
        assert.equal(await ask({ password: "wrong" }), "bad-credentials");
      assert.equal(loggedIn.length, 1);
      await clock.advance(30_000);
      await ask({ password: "wrong" });
      assert.equal(loggedIn.length, 2);
      assert.equal(asked.length, 0);
    });

    it("is not made for lease credentials, tokens and nobody", async () => {
      const { ask, loggedIn, asked } = gatewayOf();
      await ask({ user: "read7" });
      await ask({ user: "", password: "", token: "right" });
      await ask({ user: "management", password: "right" });
      await ask({ user: "", password: "" });
      assert.deepEqual(loggedIn, []);
      assert.equal(asked.length, 4);
    });

    it("single sign-on and what is not decided are told as such, and asked about anew", async () => {
      const { fake, ask, loggedIn } = gatewayOf();
      for (const reason of ["sso-enforced", "undecided"] as const) {
        fake.logIn = async () => ({ reason });
        assert.equal(await ask({}), reason);
        assert.equal(await ask({}), reason);
      }
      assert.equal(loggedIn.length, 4);
    });
  });

  describe("limits of tries", () => {
    it("are not lifted by spellings of one's own name, of which CloudTAK takes several", async () => {
      const { clock, ask, loggedIn } = gatewayOf();
      for (const user of ["me@x.org", "Me@x.org", "mE@x.org", "ME@x.org", "me@X.org"]) {
        void ask({ user, address: attacker });
        await clock.advance(0);
        for (let n = 0; n < 90; n++) {
          void ask({ user: `${n} of ${user}`, password: "wrong", address: attacker });
        }
        await clock.advance(0);
      }
      const guesses = loggedIn.filter((login) => login.endsWith(":wrong"));
      // A full bucket, once more after the first success.
      assert.ok(guesses.length > 0 && guesses.length <= 200, `${guesses.length} guesses`);
    });

    it("throttle who tries, for user and lease credentials, undecided ones too", async () => {
      for (const user of ["ada", "read7"]) {
        for (const reason of ["bad-credentials", "undecided"] as const) {
          const { clock, fake, ask, asked, loggedIn } = gatewayOf();
          fake.logIn = async () => ({ reason });
          fake.decide = async () => ({ allow: false, reason });
          const all = Array.from({ length: 300 }, (_, n) =>
            ask({ user, password: `wrong${n}`, address: `203.0.113.${n % 100}` }),
          );
          await clock.advance(10_000);
          const answers = await Promise.all(all);
          const reached = asked.length + loggedIn.length;
          assert.ok(reached <= 24, `${reached} tries`);
          assert.equal(answers.filter((one) => one === reason).length, reached);
          assert.equal(answers.filter((one) => one === "throttled").length, 300 - reached);
        }
      }
    });

    it("property: no wrong tries of others make a known pair wait", async () => {
      const users = ["ada", "read7", "eve"];
      const attack = fc.array(
        fc.record({
          user: fc.constantFrom(...users, "ADA", "write07", "ada%20"),
          address: fc.constantFrom(attacker, "192.0.2.1", "203.0.113.1", "203.0.113.2"),
          count: fc.integer({ min: 1, max: 200 }),
          waitMs: fc.nat(5_000),
        }),
        { minLength: 1, maxLength: 20 },
      );
      await fc.assert(
        fc.asyncProperty(attack, fc.nat(1), async (steps, at) => {
          const { clock, ask, now } = gatewayOf();
          const user = users[at] ?? "";
          assert.equal(await ask({ user }), "allowed");
          let n = 0;
          for (const { count, waitMs, ...who } of steps) {
            for (let i = 0; i < count; i++) void ask({ ...who, password: `wrong${n++}` });
            assert.equal(await now(ask({ user })), "allowed");
            assert.equal(await now(ask({ user, address: attacker })), "allowed");
            await clock.advance(waitMs);
          }
          await clock.advance(10_000);
        }),
        { numRuns: 20 },
      );
    });

    it("a pair that was refused is known no longer, and cannot fill buckets again and again", async () => {
      const { clock, fake, ask, asked } = gatewayOf();
      const right = fake.decide;
      fake.decide = async (one) =>
        one.action === "publish" ? { allow: false, reason: "bad-credentials" } : right(one);
      // A holder of one lease's credentials tries those of others meanwhile.
      const address = attacker;
      const guesses: Promise<string>[] = [];
      for (let n = 0; n < 300; n++) {
        guesses.push(ask({ user: `read${n + 100}`, password: "wrong", address }));
        guesses.push(ask({ user: "read7", address, action: "publish" }));
        guesses.push(ask({ user: "read7", address }));
        await clock.advance(10);
      }
      await clock.advance(10_000);
      await Promise.all(guesses);
      const tried = asked.filter(({ password }) => password === "wrong").length;
      assert.ok(tried <= 215, `${tried} tries`);
    });

    it("the rightful owner of credentials not used before gets in when the attack pauses", async () => {
      const { clock, ask, now } = gatewayOf();
      for (let n = 0; n < 100; n++) {
        void ask({ password: `wrong${n}`, address: `203.0.113.${n}` });
      }
      await clock.advance(10_000);
      const honest = ask({});
      await clock.advance(3_100);
      assert.equal(await now(honest), "allowed");
    });
  });

  describe("limit of refusals", () => {
    it("lets 200 of an address through and then ten a second, remembered ones too", async () => {
      const { clock, ask, asked } = gatewayOf();
      const refused = (n: number) =>
        ask({ user: "", password: "", token: `wrong${n % 20}`, address: attacker });
      const answers: string[] = [];
      for (let n = 0; n < 1_000; n++) answers.push(await refused(n));
      assert.equal(answers.filter((one) => one === "bad-credentials").length, 200);
      assert.equal(answers.filter((one) => one === "throttled").length, 800);
      await clock.advance(1_000);
      const later = await Promise.all(Array.from({ length: 9 }, (_, n) => refused(n)));
      assert.deepEqual(new Set(later), new Set(["bad-credentials"]));
      assert.ok(asked.length <= 209);
    });

    it("holds for questions that are under way together", async () => {
      const { ask, asked } = gatewayOf();
      const junk = { user: "", password: "", address: attacker } as const;
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => ask({ ...junk, token: `wrong${n}` })),
      );
      assert.equal(asked.length, 200);
      assert.equal(answers.filter((one) => one === "throttled").length, 800);
    });

    it("does not hold for other kinds of questions, nor for handles that were right before", async () => {
      const { ask } = gatewayOf();
      const viewer = { user: "", password: "", protocol: "hls", address: attacker } as const;
      assert.equal(await ask(viewer, "good1"), "allowed");
      for (let n = 0; n < 300; n++) await ask({ ...viewer, token: `wrong${n}` });
      assert.equal(await ask(viewer, "good2"), "allowed", "another kind");
      for (let n = 0; n < 300; n++) await ask(viewer, `junk${n}`);
      assert.equal(await ask(viewer, "junk"), "throttled");
      assert.equal(await ask(viewer, "good1"), "allowed", "known");
      assert.equal(await ask({ address: attacker }), "allowed", "a password");
    });

    it("does not hold for known credentials and remembered allows at that address", async () => {
      const { ask } = gatewayOf();
      const known: Partial<AuthRequest>[] = [
        { address: attacker },
        { user: "read7", address: attacker },
        { user: "", password: "", token: "right", address: attacker },
      ];
      for (const one of known) assert.equal(await ask(one), "allowed");
      assert.equal(await ask({ user: "bob", stream: "cam", address: "192.0.2.9" }), "allowed");
      for (let n = 0; n < 300; n++) {
        await ask({ user: "", password: "", token: `wrong${n}`, address: attacker });
      }
      for (const one of known) assert.equal(await ask(one), "allowed");
      assert.equal(await ask({ user: "bob", stream: "cam", address: attacker }), "allowed");
      assert.equal(await ask({ stream: "nowhere", address: attacker }), "no-lease");
      assert.equal(
        await ask({ user: "", password: "", token: "new", address: attacker }),
        "throttled",
      );
    });

    it("does not hold for loopback", async () => {
      const { ask } = gatewayOf();
      for (let n = 0; n < 300; n++) {
        const answer = await ask({
          user: "",
          password: "",
          token: `wrong${n}`,
          address: "127.0.0.1",
        });
        assert.equal(answer, "bad-credentials");
      }
    });

    it("nobody who shows no credentials becomes known by a stream that is open to all", async () => {
      const { fake, ask } = gatewayOf();
      fake.decide = async ({ stream }) =>
        stream === "open"
          ? allow({ subject: "anonymous" })
          : { allow: false, reason: "bad-credentials" };
      const nobody = { user: "", password: "", address: attacker };
      assert.equal(await ask({ ...nobody, stream: "open" }), "allowed");
      const answers: string[] = [];
      for (let n = 0; n < 250; n++) answers.push(await ask(nobody));
      assert.ok(answers.includes("throttled"));
    });
  });
});
