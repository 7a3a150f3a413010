import assert from "node:assert/strict";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import { type Outcome, outcome, table, testUser, user } from "../outcomes";

const anonymous = (path: string): Outcome => ({ path, subject: "anonymous", admin: false });
const open = { id: 5, name: "Open stream", path: "open-stream", username: "admin" };

describe("auth function, compatible mode", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction("compatible");
  });
  afterEach(() => auth.close());

  describe("without credentials", () => {
    table(
      () => auth,
      [
        ["reads an open lease", { stream: "open-stream" }, anonymous("open-stream")],
        [
          "publishes to an open lease, as at CloudTAK",
          { action: "publish", stream: "open-stream" },
          anonymous("open-stream"),
        ],
        ["not a secure lease", { stream: "secure-stream" }, "bad-credentials"],
        ["not half a pair", { stream: "half-secured-stream" }, "bad-credentials"],
        ["not an expired lease", { stream: "expired-stream" }, "bad-credentials"],
        ["not an unknown path", { stream: "nowhere" }, "bad-credentials"],
        ["not by a name", { stream: "Open-stream" }, "bad-credentials"],
        ["not by an id", { stream: "5" }, "bad-credentials"],
        [
          "no playback without recording",
          { action: "playback", stream: "open-stream" },
          "not-permitted",
        ],
        [
          "not to a proxied lease",
          { action: "publish", stream: "proxied-stream" },
          "not-permitted",
        ],
        ["not the API", { action: "api" }, "bad-credentials"],
      ],
    );

    it("not an open lease that has expired", async () => {
      auth.cloudtak.setLease({ ...open, expiration: "2024-01-01T00:00:00.000Z" });
      assert.equal(outcome(await auth.ask({ stream: "open-stream" })), "expired");
    });

    it("goes on while the lease is open, and no longer", async () => {
      const decision = await auth.ask({ stream: "open-stream" });
      assert.ok(decision.allow);
      const running = { handle: decision.handle, action: "read", path: "open-stream" } as const;
      assert.deepEqual(outcome(await auth.recheck(running)), anonymous("open-stream"));
      auth.cloudtak.setLease({ ...open, read_user: "read5", read_pass: "x", publish: true });
      assert.equal(outcome(await auth.recheck(running)), "bad-credentials");
    });
  });

  describe("with credentials, as in strict mode", () => {
    table(
      () => auth,
      [
        ["owner", { ...testUser }, user("test-user", "test-stream")],
        ["not the owner", { stream: "open-stream", ...testUser }, "not-permitted"],
        [
          "wrong password to an open lease",
          { stream: "open-stream", ...testUser, password: "wrong" },
          "bad-credentials",
        ],
      ],
    );
  });
});

describe("auth function, open-read mode", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction("open-read");
  });
  afterEach(() => auth.close());

  table(
    () => auth,
    [
      ["everyone reads an open lease", { stream: "open-stream" }, anonymous("open-stream")],
      [
        "publishing needs credentials, to an open lease too",
        { action: "publish", stream: "open-stream" },
        "bad-credentials",
      ],
      ["reading a secure lease needs credentials", { stream: "secure-stream" }, "bad-credentials"],
      ["the API needs credentials", { action: "api" }, "bad-credentials"],
      [
        "the owner of a lease publishes",
        { action: "publish", ...testUser },
        user("test-user", "test-stream"),
      ],
    ],
  );

  it("a reader goes on while the lease is open, and no longer", async () => {
    const decision = await auth.ask({ stream: "open-stream" });
    assert.ok(decision.allow);
    const running = { handle: decision.handle, action: "read", path: "open-stream" } as const;
    assert.deepEqual(outcome(await auth.recheck(running)), anonymous("open-stream"));
    auth.cloudtak.setLease({ ...open, read_user: "read5", read_pass: "x", publish: true });
    assert.equal(outcome(await auth.recheck(running)), "bad-credentials");
  });
});

describe("auth function, strict mode", () => {
  let auth: AuthFunction;
  before(async () => {
    auth = await startAuthFunction();
  });
  after(() => auth.close());

  it("asks everybody for credentials, without a call to CloudTAK", async () => {
    assert.equal(outcome(await auth.ask({ stream: "open-stream" })), "bad-credentials");
    assert.deepEqual(auth.cloudtak.routes(), []);
  });
});
