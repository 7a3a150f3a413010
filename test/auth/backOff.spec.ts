import assert from "node:assert/strict";
import { mock } from "node:test";
import { type AuthFunction, question, startAuthFunction } from "./authFunction";
import { outcome, testUser, user } from "./outcomes";

describe("auth function, back-off", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    auth = await startAuthFunction();
  });
  afterEach(() => {
    mock.timers.reset();
    return auth.close();
  });

  const guess = async (password: string, part: object = {}) =>
    outcome(await auth.ask({ ...testUser, password, ...part }));
  const logins = () => auth.cloudtak.count("POST /api/login");

  async function guesses(count: number, part: (n: number) => object = () => ({})): Promise<void> {
    for (let n = 0; n < count; n++) await guess(`wrong${n}`, part(n));
  }

  it("pauses a user at an address after five wrong passwords, longer each time", async () => {
    for (let n = 0; n < 5; n++) assert.equal(await guess(`wrong${n}`), "bad-credentials");
    assert.equal(await guess("test-pass"), "undecided");
    assert.equal(logins(), 5);
    mock.timers.tick(1_000);
    assert.equal(await guess("wrong5"), "bad-credentials");
    mock.timers.tick(1_999);
    assert.equal(await guess("test-pass"), "undecided");
    mock.timers.tick(1);
    assert.deepEqual(await guess("test-pass"), user("test-user", "test-stream"));
    assert.equal(await guess("wrong6"), "bad-credentials", "the counter begins anew");
  });

  it("says why, without user or password", async () => {
    await guesses(6);
    const { detail } = JSON.parse(auth.log.at(-1) ?? "");
    assert.equal(
      detail,
      "5 wrong passwords by this user at this address: no login for another 1 s",
    );
  });

  it("does not stop the user at other addresses until there are twenty", async () => {
    await guesses(6);
    const elsewhere = { address: "198.51.100.1" };
    assert.deepEqual(await guess("test-pass", elsewhere), user("test-user", "test-stream"));
    auth.restart();
    await guesses(20, (n) => ({ address: `192.0.2.${n}` }));
    assert.equal(await guess("test-pass", elsewhere), "undecided");
  });

  it("stops an address that tries fifty users, and no other address", async () => {
    await guesses(50, (n) => ({ user: `user${n}` }));
    assert.equal(await guess("test-pass"), "undecided");
    assert.equal((await auth.ask({ ...testUser, address: "198.51.100.1" })).allow, true);
  });

  it("never stops a login that is known to be good", async () => {
    await guess("test-pass");
    await guesses(60, (n) => ({ user: n % 2 ? "test-user" : `user${n}` }));
    mock.timers.tick(4_000);
    assert.deepEqual(await guess("test-pass"), user("test-user", "test-stream"));
  });

  it("counts the spellings of one password once", async () => {
    for (const spelling of ["p%2540ss+w", "p%40ss+w", "p@ss w", "p@ss%20w", "p%40ss%2Bw"]) {
      assert.equal(await guess(spelling), "bad-credentials");
    }
    await guesses(4);
    assert.equal(await guess("wrong4"), "undecided");
  });

  it("does not count one wrong password that a device repeats", async () => {
    for (let minute = 0; minute < 10; minute++) {
      assert.equal(await guess("wrong"), "bad-credentials");
      mock.timers.tick(60_000);
    }
    assert.equal(logins(), 10);
  });

  it("forgets after ten minutes", async () => {
    await guesses(12);
    mock.timers.tick(600_000);
    assert.equal(await guess("another"), "bad-credentials");
    assert.equal(await guess("one more"), "bad-credentials");
  });

  it("lets few of a batch of guesses through", async () => {
    const questions = Array.from({ length: 100 }, (_, n) =>
      question({ ...testUser, password: `wrong${n}` }),
    );
    await auth.send({ operation: "decide", questions });
    assert.ok(logins() <= 30, `${logins()} logins`);
  });

  it("10,000 distinct wrong passwords cost few logins and push out no good one", async () => {
    await guess("test-pass");
    for (let batch = 0; batch < 100; batch++) {
      const questions = Array.from({ length: 100 }, (_, n) =>
        question({ user: `user${n}`, password: `wrong${batch}`, address: "203.0.113.9" }),
      );
      await auth.send({ operation: "decide", questions });
    }
    assert.ok(logins() < 100, `${logins()} logins`);
    mock.timers.tick(4_000);
    auth.cloudtak.setConfig("oidc::enabled", true);
    auth.cloudtak.setConfig("oidc::enforced", true);
    assert.deepEqual(await guess("test-pass"), user("test-user", "test-stream"));
  });

  it("asks CloudTAK for nothing that would ask the media server", async () => {
    const { token } = auth.cloudtak.tokens.login("test-user", "user");
    await auth.ask({ stream: "harbour-camera", ...testUser });
    await auth.ask({ stream: "test-stream", token });
    await auth.ask({ action: "api", ...testUser });
    await auth.leases(0);
    assert.deepEqual(auth.cloudtak.routes().sort(), [
      "GET /api/profile",
      "GET /api/video/lease",
      "GET /api/video/lease/:lease",
      "POST /api/login",
    ]);
  });
});
