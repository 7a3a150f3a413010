import assert from "node:assert/strict";
import { mock } from "node:test";
import { deriveKeys } from "../../../../lambda/auth/crypto/keys";
import { seal, unseal } from "../../../../lambda/auth/crypto/sealedHandle";
import type { AuthRequest, Decision, RunningSession } from "../../../../shared/authContract";
import { type AuthFunction, signingSecret, startAuthFunction } from "../authFunction";
import { lease, outcome, read3, testUser, user, write3 } from "../outcomes";

const soon = () => new Date(Date.now() + 60_000).toISOString();
const secure = {
  id: 3,
  name: "Secure stream",
  path: "secure-stream",
  username: "tactical-user",
  read_user: "read3",
  read_pass: "b93f1c",
};
const testLease = { id: 1, name: "Test stream", path: "test-stream", username: "test-user" };

describe("auth function, recheck", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    auth = await startAuthFunction();
  });
  afterEach(() => {
    mock.timers.reset();
    return auth.close();
  });

  /** A session that was let in. */
  async function start(part: Partial<AuthRequest>): Promise<RunningSession> {
    const action = part.action === "publish" ? "publish" : "read";
    const decision = await auth.ask({ ...part, action });
    assert.ok(decision.allow, outcome(decision) as string);
    return { handle: decision.handle, action, path: decision.path };
  }

  const sessionToken = async () => auth.cloudtak.tokens.login("test-user", "user").token;
  const apiToken = async () => auth.cloudtak.tokens.addProfileToken("test-user", "script").token;

  const kinds: [string, () => Promise<Partial<AuthRequest>>][] = [
    ["user and password", async () => testUser],
    ["a session token", async () => ({ token: await sessionToken() })],
    ["an API token as password", async () => ({ user: "x", password: await apiToken() })],
    ["a name", async () => ({ stream: "harbour-camera", ...testUser })],
    ["lease credentials to read", async () => ({ stream: "secure-stream", ...read3 })],
    [
      "lease credentials to publish",
      async () => ({ action: "publish", stream: "secure-stream", ...write3 }),
    ],
  ];
  for (const [title, part] of kinds) {
    it(`${title}: may go on, again and again, with the handle of the answer before`, async () => {
      const question = await part();
      const first = await auth.ask({ action: "read", ...question });
      let running = await start(question);
      for (let round = 0; round < 3; round++) {
        const decision = await auth.recheck(running);
        assert.deepEqual(outcome(decision), outcome(first));
        assert.ok(decision.allow && decision.handle !== running.handle);
        running = { ...running, handle: decision.handle };
      }
      assert.ok(auth.cloudtak.count("POST /api/login") <= 1);
    });
  }

  it("may go on with a handle of up to a day, and not with an older one", async () => {
    const running = await start({ stream: "secure-stream", ...read3 });
    mock.timers.tick(24 * 3_600_000);
    assert.equal((await auth.recheck(running)).allow, true);
    mock.timers.tick(1);
    assert.equal(outcome(await auth.recheck(running)), "malformed");
  });

  const revocations: [string, () => Promise<Partial<AuthRequest>>, () => void, string][] = [
    [
      "lease deleted",
      async () => testUser,
      () => auth.cloudtak.deleteLease("test-stream"),
      "no-lease",
    ],
    [
      "lease made anew under the same path",
      async () => testUser,
      () => {
        auth.cloudtak.deleteLease("test-stream");
        auth.cloudtak.setLease({ ...testLease, id: 99 });
      },
      "no-lease",
    ],
    [
      "lease expired",
      async () => testUser,
      () => auth.cloudtak.setLease({ ...testLease, expiration: "2024-01-01T00:00:00.000Z" }),
      "expired",
    ],
    [
      "lease given to somebody else",
      async () => testUser,
      () => auth.cloudtak.setLease({ ...testLease, username: "observer" }),
      "not-permitted",
    ],
    [
      "lease turned into a proxy while somebody publishes",
      async () => ({ action: "publish", ...testUser }),
      () => auth.cloudtak.setLease({ ...testLease, proxy: "rtsp://192.0.2.1/x" }),
      "not-permitted",
    ],
    [
      "lease credentials changed",
      async () => ({ stream: "secure-stream", ...read3 }),
      () => auth.cloudtak.setLease({ ...secure, read_pass: "other" }),
      "bad-credentials",
    ],
    [
      "lease credentials removed",
      async () => ({ stream: "secure-stream", ...read3 }),
      () => auth.cloudtak.setLease({ ...secure, read_user: null, read_pass: null }),
      "bad-credentials",
    ],
    [
      "session token's session ended",
      async () => ({ token: await sessionToken() }),
      () => auth.cloudtak.tokens.endSessions("test-user"),
      "bad-credentials",
    ],
    [
      "API token deleted",
      async () => ({ token: await apiToken() }),
      () => auth.cloudtak.tokens.deleteProfileToken(1, "test-user"),
      "bad-credentials",
    ],
  ];
  for (const [title, part, revoke, reason] of revocations) {
    it(`${title}: ${reason} at once, whatever is cached`, async () => {
      const running = await start(await part());
      revoke();
      assert.equal(outcome(await auth.recheck(running)), reason);
    });
  }

  it("an expiration that was moved is the new notAfter", async () => {
    const running = await start(testUser);
    const expiration = soon();
    auth.cloudtak.setLease({ ...testLease, expiration });
    const decision = await auth.recheck(running);
    assert.equal(decision.allow && decision.notAfter, Date.parse(expiration));
  });

  const passwordEnds: [string, () => void][] = [
    ["password changed", () => auth.cloudtak.setPassword("test-user", "another")],
    ["user disabled", () => auth.cloudtak.disableUser("test-user")],
  ];
  for (const [title, revoke] of passwordEnds) {
    it(`${title}: bad-credentials when the login ends, after 9 minutes`, async () => {
      const running = await start(testUser);
      revoke();
      mock.timers.tick(539_999);
      assert.equal((await auth.recheck(running)).allow, true);
      mock.timers.tick(1);
      assert.equal(outcome(await auth.recheck(running)), "bad-credentials");
    });
  }

  it("a login of before the clock was set back by an hour is made again at once", async () => {
    const running = await start(testUser);
    auth.cloudtak.disableUser("test-user");
    mock.timers.setTime(Date.now() - 3_600_000);
    assert.equal(outcome(await auth.recheck(running)), "bad-credentials");
  });

  it("a login that ended is made again, once for all sessions of its user", async () => {
    const sessions = [await start(testUser), await start({ action: "publish", ...testUser })];
    mock.timers.tick(540_000);
    const decisions = await auth.send({ operation: "recheck", sessions });
    assert.ok(decisions.every((decision) => decision?.allow));
    assert.equal(auth.cloudtak.count("POST /api/login"), 2);
    mock.timers.tick(30_000);
    const later = sessions.map((one, at) => ({
      ...one,
      handle: handleOf(decisions[at] ?? undefined),
    }));
    await auth.send({ operation: "recheck", sessions: later });
    assert.equal(auth.cloudtak.count("POST /api/login"), 2);
  });

  const handleOf = (decision: Decision | undefined) =>
    decision?.allow ? decision.handle : assert.fail("refused");

  it("a cold instance knows the login from the handle", async () => {
    const running = await start(testUser);
    auth.restart();
    assert.deepEqual(outcome(await auth.recheck(running)), user("test-user", "test-stream"));
    assert.equal(auth.cloudtak.count("POST /api/login"), 1);
  });

  it("a session that CloudTAK lost is replaced by one new login", async () => {
    const running = await start(testUser);
    auth.cloudtak.tokens.endSessions("test-user");
    assert.equal((await auth.recheck(running)).allow, true);
    assert.equal(auth.cloudtak.count("POST /api/login"), 2);
  });

  it("sessions of one stream and user cost CloudTAK two calls", async () => {
    const running = await start(testUser);
    const before = auth.cloudtak.count("GET /api/video/lease/:lease");
    const decisions = await auth.send({ operation: "recheck", sessions: Array(100).fill(running) });
    assert.ok(decisions.every((decision) => decision?.allow));
    assert.equal(auth.cloudtak.count("GET /api/video/lease/:lease") - before, 2);
  });

  for (const mode of ["down", "html", "error", "huge", "wrong-json", "redirect"] as const) {
    it(`CloudTAK ${mode}: undecided, and allowed again afterwards`, async () => {
      const running = await start(testUser);
      auth.cloudtak.setMode(mode);
      assert.equal(outcome(await auth.recheck(running)), "undecided");
      auth.cloudtak.setMode("up");
      assert.equal((await auth.recheck(running)).allow, true);
    });
  }

  it("answers in the order of the sessions, each by itself", async () => {
    const [one, two] = [await start(testUser), await start({ stream: "secure-stream", ...read3 })];
    auth.cloudtak.deleteLease("test-stream");
    const sessions = [one, null, two, { ...two, handle: 7 }];
    const decisions = await auth.send({ operation: "recheck", sessions });
    assert.deepEqual(decisions.map(outcome), [
      "no-lease",
      "malformed",
      lease("secure-stream"),
      "malformed",
    ]);
  });

  describe("a handle", () => {
    it("is good for its own action and path alone", async () => {
      const running = await start(testUser);
      const others: RunningSession[] = [
        { ...running, action: "publish" },
        { ...running, path: "open-stream" },
        { ...running, path: "harbour-camera" },
      ];
      for (const other of others) assert.equal(outcome(await auth.recheck(other)), "malformed");
    });

    it("is refused when altered, invented or sealed under another secret", async () => {
      const running = await start(testUser);
      const content = unseal(deriveKeys(signingSecret), running.handle) ?? assert.fail();
      for (const handle of [
        "",
        "x",
        `${running.handle.slice(0, -4)}AAAA`,
        seal(deriveKeys("another secret"), content),
      ]) {
        assert.equal(outcome(await auth.recheck({ ...running, handle })), "malformed");
      }
    });

    it("of the API opens no stream", async () => {
      const decision = await auth.ask({ action: "api", ...testUser });
      const running = { handle: handleOf(decision), action: "read", path: "" } as const;
      assert.equal(outcome(await auth.recheck(running)), "malformed");
    });

    it("does not let another user's token stand in for its own", async () => {
      const keys = deriveKeys(signingSecret);
      const running = await start(testUser);
      const content = unseal(keys, running.handle) ?? assert.fail();
      const { token } = auth.cloudtak.tokens.login("admin", "admin");
      const handle = seal(keys, { ...content, credential: { kind: "token", token } });
      assert.equal(outcome(await auth.recheck({ ...running, handle })), "bad-credentials");
    });
  });

  it("logs what is revoked or undecided, not what goes on, and no credential", async () => {
    const running = await start(testUser);
    auth.log.length = 0;
    await auth.recheck(running);
    assert.deepEqual(auth.log, []);
    auth.cloudtak.setMode("error");
    await auth.recheck(running);
    auth.cloudtak.setMode("up");
    auth.cloudtak.deleteLease("test-stream");
    await auth.recheck(running);
    const lines = auth.log.map((line) => JSON.parse(line));
    assert.deepEqual(lines, [
      {
        level: "error",
        msg: "undecided",
        reason: "undecided",
        detail: lines[0].detail,
        action: "read",
        path: "test-stream",
      },
      { level: "info", msg: "revoked", reason: "no-lease", action: "read", path: "test-stream" },
    ]);
    for (const secret of ["test-pass", running.handle]) {
      assert.equal(auth.log.join().includes(secret), false);
    }
  });
});
