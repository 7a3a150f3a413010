import assert from "node:assert/strict";
import { createCachedClient } from "../../../../lambda/auth/cloudtak/cachedClient";
import type { CloudTak, Login } from "../../../../lambda/auth/cloudtak/client";
import { SingleFlightCache } from "../../../../lambda/auth/cloudtak/singleFlightCache";
import { UndecidedError } from "../../../../lambda/auth/undecidedError";
import type { RefusalReason } from "../../../../shared/authContract";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import { read3, testUser } from "../outcomes";

describe("flights", () => {
  let nowMs: number;
  let monotonicMs: number;
  let asked: number;
  let flights: SingleFlightCache<number>;
  const ask = async () => ++asked;
  beforeEach(() => {
    nowMs = 0;
    monotonicMs = 0;
    asked = 0;
    flights = new SingleFlightCache(
      2,
      () => nowMs,
      (_, askedAtMs) => askedAtMs + 10,
      () => monotonicMs,
    );
  });

  it("equal questions share a flight, and its answer until its end", async () => {
    assert.deepEqual(await Promise.all([flights.get("a", ask), flights.get("a", ask)]), [1, 1]);
    nowMs = 9;
    assert.equal(await flights.get("a", ask), 1);
    nowMs = 10;
    assert.equal(await flights.get("a", ask), 2);
  });

  it("the life of an answer counts from the question", async () => {
    let answer = (_: number) => {};
    const slow = flights.get(
      "a",
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    nowMs = 10;
    answer(7);
    assert.equal(await slow, 7);
    assert.equal(await flights.get("a", ask), 1);
  });

  it("nothing that was asked before the clock was set back is believed", async () => {
    nowMs = 1_000;
    assert.equal(await flights.get("a", ask), 1);
    nowMs = 400;
    assert.equal(await flights.get("a", ask), 2);
    nowMs = 409;
    assert.equal(await flights.get("a", ask), 2);
  });

  it("an answer ends with its life though the clock was set back within it", async () => {
    assert.equal(await flights.get("a", ask), 1);
    for (let ms = 1; ms < 10; ms++) {
      monotonicMs = ms;
      nowMs = ms % 4;
      assert.equal(await flights.get("a", ask), 1);
    }
    monotonicMs = 10;
    assert.equal(await flights.get("a", ask), 2);
  });

  it("an answer ends with its life though the instance was frozen, and one clock with it", async () => {
    assert.equal(await flights.get("a", ask), 1);
    nowMs = 10;
    assert.equal(await flights.get("a", ask), 2);
  });

  it("a failure is not kept", async () => {
    await assert.rejects(
      flights.get("a", () => Promise.reject(new UndecidedError("no"))),
      /no/,
    );
    assert.equal(await flights.get("a", ask), 1);
  });

  it("no more than the most is kept", async () => {
    for (const key of ["a", "b", "c"]) await flights.get(key, ask);
    assert.equal(await flights.get("c", ask), 3);
    assert.equal(await flights.get("a", ask), 4);
  });
});

describe("cached CloudTAK", () => {
  let nowMs: number;
  let logins: string[];
  let answer: Login | RefusalReason;
  let cloudtak: CloudTak;
  const login = (token: string): Login => ({
    token,
    username: "u",
    admin: false,
    expiresAtMs: null,
    untilMs: 600_000,
  });
  const attempt = (user: string, password: string) => ({ user, password });
  const unused = () => assert.fail("not asked here");

  beforeEach(() => {
    nowMs = 0;
    logins = [];
    answer = login("one");
    const plain: CloudTak = {
      lease: unused,
      leaseAs: unused,
      ownLeasesNamed: unused,
      leasesNamed: unused,
      profile: unused,
      liveLeases: unused,
      login: async ({ user, password }) => {
        logins.push(`${user}:${password}`);
        return answer;
      },
    };
    cloudtak = createCachedClient(plain, () => nowMs);
  });

  it("a login serves until its end", async () => {
    await Promise.all([cloudtak.login(attempt("u", "p")), cloudtak.login(attempt("u", "p"))]);
    nowMs = 599_999;
    assert.equal(await cloudtak.login(attempt("u", "p")), answer);
    nowMs = 600_000;
    await cloudtak.login(attempt("u", "p"));
    assert.deepEqual(logins, ["u:p", "u:p"]);
  });

  it("pairs with the same letters are different pairs", async () => {
    await cloudtak.login(attempt("u", "p"));
    await cloudtak.login(attempt("u:", "p"));
    await cloudtak.login(attempt('u","p', ""));
    assert.equal(logins.length, 3);
  });

  it("a wrong password is remembered for 30 s, enforced single sign-on not at all", async () => {
    answer = "bad-credentials";
    await cloudtak.login(attempt("u", "p"));
    nowMs = 29_999;
    await cloudtak.login(attempt("u", "p"));
    assert.equal(logins.length, 1);
    nowMs = 30_000;
    answer = "sso-enforced";
    await cloudtak.login(attempt("u", "p"));
    await cloudtak.login(attempt("u", "p"));
    assert.equal(logins.length, 3);
  });

  it("a lost session is replaced once for all who held it", async () => {
    await cloudtak.login(attempt("u", "p"));
    answer = login("two");
    const renewed = await Promise.all(
      ["one", "one"].map((stale) => cloudtak.login(attempt("u", "p"), stale)),
    );
    assert.deepEqual(renewed, [answer, answer]);
    assert.equal(logins.length, 2);
  });
});

describe("auth function, calls to CloudTAK", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  it("a burst of one user's questions logs in once and asks for the lease once each way", async () => {
    const decisions = await auth.askAll(Array.from({ length: 100 }, () => testUser));
    assert.ok(decisions.every((decision) => decision.allow));
    await auth.ask(testUser);
    assert.equal(auth.cloudtak.count("POST /api/login"), 1);
    assert.equal(auth.cloudtak.count("GET /api/video/lease/:lease"), 2);
  });

  it("none of them makes CloudTAK ask the media server", async () => {
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

  it("lease credentials take two calls, by their id and by the path", async () => {
    await auth.ask({ stream: "secure-stream", ...read3 });
    assert.equal(auth.cloudtak.count("GET /api/video/lease/:lease"), 2);
    assert.equal(auth.cloudtak.count("POST /api/login"), 0);
  });

  it("a hundred different users are decided in one event", async () => {
    const questions = Array.from({ length: 100 }, (_, i) => ({
      user: `user${i}`,
      password: "p",
      address: `192.0.2.${i}`,
    }));
    const decisions = await auth.askAll(questions);
    assert.deepEqual(
      new Set(decisions.map((d) => (d.allow ? "allow" : d.reason))),
      new Set(["bad-credentials"]),
    );
    assert.equal(auth.cloudtak.count("POST /api/login"), 100);
  });
});
