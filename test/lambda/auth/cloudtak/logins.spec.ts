import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { LoginAnswer, LoginResult } from "../../../../shared/authContract";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import { outcome, read3, testUser, user } from "../outcomes";

describe("auth function, logins", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    auth = await startAuthFunction();
  });
  afterEach(() => {
    mock.restoreAll();
    mock.timers.reset();
    return auth.close();
  });

  const logins = () => auth.cloudtak.count("POST /api/login");
  const logIn = async (...requests: object[]): Promise<readonly LoginResult[]> => {
    const all = requests.map((one) => ({ address: "192.0.2.7", ...one }));
    return ((await auth.invoke({ operation: "login", logins: all })) as LoginAnswer).logins;
  };
  async function loginOf(request: object): Promise<string> {
    const [result] = await logIn(request);
    return result && "login" in result ? result.login : assert.fail(JSON.stringify(result));
  }

  it("says for how long a login serves, and shows nothing of it", async () => {
    const [result] = await logIn(testUser);
    assert.ok(result && "login" in result);
    assert.equal(result.forMs, 540_000);
    assert.doesNotMatch(result.login, /test-user|test-pass/);
    assert.doesNotMatch(auth.log.join(), /test-user|test-pass/);
  });

  it("answers each by itself, in the order of the requests", async () => {
    const results = await logIn({ ...testUser, password: "wrong" }, read3, { user: 7 }, testUser);
    const reasons = results.map((one) => ("reason" in one ? one.reason : "logged in"));
    assert.deepEqual(reasons, ["bad-credentials", "bad-credentials", "malformed", "logged in"]);
    assert.equal(logins(), 2, "names of lease credentials are never tried at login");
  });

  it("ten instances make one login when the questions bring it", async () => {
    const login = await loginOf(testUser);
    for (let instance = 0; instance < 10; instance++) {
      auth.restart();
      const decision = await auth.ask({ ...testUser, login });
      assert.deepEqual(outcome(decision), user("test-user", "test-stream"));
      assert.equal((await auth.ask({ action: "api", ...testUser, login })).allow, true);
    }
    assert.equal(logins(), 1);
  });

  it("the handle of an allow is as good as the login itself", async () => {
    const decision = await auth.ask(testUser);
    assert.ok(decision.allow);
    auth.restart();
    assert.equal((await auth.ask({ ...testUser, login: decision.handle })).allow, true);
    assert.equal(logins(), 1);
  });

  it("a login serves its own user and password alone", async () => {
    const login = await loginOf(testUser);
    for (const other of [{ password: "wrong" }, { user: "observer" }]) {
      const decision = await auth.ask({ ...testUser, ...other, login });
      assert.equal(outcome(decision), "bad-credentials");
    }
  });

  it("a login serves nobody who shows no password", async () => {
    const login = await loginOf(testUser);
    assert.equal(outcome(await auth.ask({ login })), "bad-credentials");
    assert.equal(outcome(await auth.ask({ token: "x", login })), "bad-credentials");
  });

  it("a login serves no longer than it says", async () => {
    const login = await loginOf(testUser);
    auth.cloudtak.setPassword("test-user", "another");
    mock.timers.tick(539_999);
    auth.restart();
    assert.equal((await auth.ask({ ...testUser, login })).allow, true);
    mock.timers.tick(1);
    auth.restart();
    assert.equal(outcome(await auth.ask({ ...testUser, login })), "bad-credentials");
  });

  it("a login that CloudTAK has lost is replaced once", async () => {
    const login = await loginOf(testUser);
    auth.cloudtak.tokens.endSessions("test-user");
    for (let n = 0; n < 3; n++) {
      assert.equal((await auth.ask({ ...testUser, login })).allow, true);
    }
    assert.equal(logins(), 2);
  });

  for (const login of ["", "x", "A".repeat(200)]) {
    it(`"${login.slice(0, 3)}" is no login, and does no harm`, async () => {
      assert.equal((await auth.ask({ ...testUser, login })).allow, true);
    });
  }

  it("a login of 15 s is waited for, and made once", async () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: Date.now() });
    mock.method(AbortSignal, "timeout", (ms: number) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), ms);
      return abort.signal;
    });
    auth.cloudtak.setLoginDelay(15_000);
    const slow = logIn(testUser);
    while (logins() === 0) await turn();
    for (let second = 0; second < 15; second++) {
      await turn();
      mock.timers.tick(1_000);
    }
    const [result] = await slow;
    assert.ok(result && "login" in result, JSON.stringify(result));
    assert.equal((await auth.ask({ ...testUser, login: result.login })).allow, true);
    assert.equal(logins(), 1);
  });

  it("is undecided while CloudTAK does not answer, and says why", async () => {
    auth.cloudtak.setMode("error");
    assert.deepEqual(await logIn(testUser), [{ reason: "undecided" }]);
    const { durationMs: _, ...line } = JSON.parse(auth.log[0] ?? "");
    assert.match(line.detail, /answered 500/);
    assert.deepEqual(line, {
      level: "error",
      msg: "login refused",
      reason: "undecided",
      detail: line.detail,
      address: "192.0.2.7",
    });
  });
});
