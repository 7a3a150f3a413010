import assert from "node:assert/strict";
import { SignJWT } from "jose";
import type { AuthRequest } from "../../../../shared/authContract";
import { type AuthFunction, signingSecret, startAuthFunction } from "../authFunction";
import { lease, outcome, read3, testUser, user } from "../outcomes";

const minutes = (count: number) => count * 60_000;
const management = (claims: Record<string, unknown> = {}) =>
  new SignJWT({ internal: true, access: "media", ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(signingSecret));

describe("auth function, CloudTAK's clock", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  const leaseUntil = (expiration: number) =>
    auth.cloudtak.setLease({
      id: 50,
      name: "short",
      path: "short",
      username: "test-user",
      expiration: new Date(expiration).toISOString(),
    });

  for (const ahead of [-9, 9]) {
    describe(`${Math.abs(ahead)} minutes ${ahead > 0 ? "ahead" : "behind"}`, () => {
      beforeEach(() => {
        auth.cloudtak.tokens.clockAheadMs = minutes(ahead);
      });

      it("every kind of credential is decided as ever, and again when rechecked", async () => {
        const { tokens } = auth.cloudtak;
        const session = tokens.login("test-user", "user").token;
        const { token } = tokens.addProfileToken("test-user", "drone");
        const rows: [Partial<AuthRequest>, unknown][] = [
          [testUser, user("test-user", "test-stream")],
          [{ token: session }, user("test-user", "test-stream")],
          [{ token }, user("test-user", "test-stream")],
          [{ ...read3, stream: "secure-stream" }, lease("secure-stream")],
          [{ ...testUser, password: "wrong" }, "bad-credentials"],
        ];
        for (const [question, expected] of rows) {
          const decision = await auth.ask(question);
          assert.deepEqual(outcome(decision), expected);
          if (!decision.allow) continue;
          const { handle, path } = decision;
          const again = await auth.recheck({ handle, path, action: "read" });
          assert.deepEqual(outcome(again), expected);
        }
        const managed = await auth.ask({ action: "api", token: await management() });
        assert.equal(managed.allow, true);
        assert.equal((await auth.leases(0)).leases === null, false);
        assert.equal(auth.secrets.calls.length, 1, "nothing looks like a rotated secret");
      });

      it("a lease ends by the function's clock, at its start and at a recheck", async () => {
        leaseUntil(Date.now() - 1_000);
        assert.equal(outcome(await auth.ask({ ...testUser, stream: "short" })), "expired");
        leaseUntil(Date.now() + minutes(1));
        auth.restart();
        const decision = await auth.ask({ ...testUser, stream: "short" });
        assert.ok(decision.allow);
        leaseUntil(Date.now() - 1_000);
        const again = await auth.recheck({
          handle: decision.handle,
          path: "short",
          action: "read",
        });
        assert.equal(outcome(again), "expired");
      });
    });
  }

  it("a session token ends by the clock that comes first to its end", async () => {
    const { tokens } = auth.cloudtak;
    const exp = (ms: number) => Math.floor((Date.now() + ms) / 1000);
    const claims = { access: "user", email: "test-user" };
    const short = tokens.sign({ ...claims, exp: exp(minutes(3)) });
    assert.equal((await auth.ask({ token: short })).allow, true);
    tokens.clockAheadMs = minutes(5);
    auth.restart();
    assert.equal(outcome(await auth.ask({ token: short })), "bad-credentials");
    tokens.clockAheadMs = minutes(-5);
    auth.restart();
    const over = tokens.sign({ ...claims, exp: exp(-minutes(3)) });
    assert.equal(outcome(await auth.ask({ token: over })), "expired");
  });

  it("more than ten minutes ahead nothing is decided, and the secret is not asked for in a loop", async () => {
    auth.cloudtak.tokens.clockAheadMs = minutes(11);
    for (let n = 0; n < 5; n++) {
      assert.equal(outcome(await auth.ask({ ...testUser, stream: `cam-${n}` })), "undecided");
    }
    assert.match(auth.log.join(), /answered 401 to the internal token/);
    assert.ok(auth.secrets.calls.length <= 2, `${auth.secrets.calls.length} requests`);
    auth.cloudtak.tokens.clockAheadMs = 0;
    assert.equal((await auth.ask(testUser)).allow, true, "recovers by itself");
  });
});
