import assert from "node:assert/strict";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import {
  admin,
  harbour,
  lease,
  observer,
  outcome,
  read3,
  table,
  testUser,
  user,
  write3,
} from "../outcomes";

describe("auth function, passwords", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  describe("user and password", () => {
    const stream = "test-stream";
    table(
      () => auth,
      [
        ["owner publishes", { action: "publish", ...testUser }, user("test-user", stream)],
        ["owner reads", { ...testUser }, user("test-user", stream)],
        ["wrong password", { ...testUser, password: "wrong" }, "bad-credentials"],
        ["unknown user", { user: "nobody", password: "test-pass" }, "bad-credentials"],
        ["disabled user", { user: "leaver", password: "leaver-pass" }, "bad-credentials"],
        ["user without password", { user: "test-user" }, "bad-credentials"],
        ["password without user", { password: "test-pass" }, "bad-credentials"],
        ["another user's lease", { ...testUser, stream: "field-camera-01" }, "not-permitted"],
        [
          "member of the channel of a shared lease",
          { ...observer, stream: "shared-stream" },
          user("observer", "shared-stream"),
        ],
        ["outsider of that channel", { ...testUser, stream: "shared-stream" }, "not-permitted"],
        [
          "administrator, anybody's lease",
          { action: "publish", ...admin, stream: "field-camera-01" },
          user("admin", "field-camera-01", true),
        ],
        ["unknown lease", { ...testUser, stream: "nowhere" }, "no-lease"],
        ["an open lease needs a user", { stream: "open-stream" }, "bad-credentials"],
        [
          "an open lease needs a user who may see it",
          { ...testUser, stream: "open-stream" },
          "not-permitted",
        ],
      ],
    );

    it("e-mail addresses are lower-cased", async () => {
      const decision = await auth.ask({
        action: "api",
        user: "Pilot@Example.org",
        password: "pilot-pass",
      });
      assert.deepEqual(outcome(decision), user("pilot@example.org", ""));
    });

    it("no credentials are refused without asking CloudTAK", async () => {
      assert.equal(outcome(await auth.ask({})), "bad-credentials");
      assert.equal(auth.cloudtak.count("GET /api/video/lease/:lease"), 0);
    });

    it("single sign-on enforced", async () => {
      auth.cloudtak.setConfig("oidc::enabled", true);
      auth.cloudtak.setConfig("oidc::enforced", true);
      assert.equal(outcome(await auth.ask(testUser)), "sso-enforced");
    });
  });

  describe("lease credentials", () => {
    const stream = "secure-stream";
    table(
      () => auth,
      [
        ["publish pair publishes", { action: "publish", stream, ...write3 }, lease(stream)],
        ["read pair reads", { stream, ...read3 }, lease(stream)],
        ["read pair does not publish", { action: "publish", stream, ...read3 }, "bad-credentials"],
        ["publish pair does not read", { stream, ...write3 }, "bad-credentials"],
        ["wrong password", { stream, ...read3, password: "b93f1d" }, "bad-credentials"],
        ["pair of another lease", { stream, user: "read7", password: "2f8h6a" }, "bad-credentials"],
        [
          "a half-set pair matches nothing",
          { action: "publish", stream: "half-secured-stream", user: "write12" },
          "bad-credentials",
        ],
        [
          "path of the lease",
          { stream: harbour, user: "read7", password: "2f8h6a" },
          lease(harbour),
        ],
        [
          "name of the lease",
          { stream: "harbour-camera", user: "read7", password: "2f8h6a" },
          "bad-credentials",
        ],
        [
          "unknown lease",
          { stream: "nowhere", user: "read99", password: "b93f1c" },
          "bad-credentials",
        ],
      ],
    );

    const expiredLease = { stream: "expired-stream", user: "read4" };
    const guesses: [string, object][] = [
      ["wrong password", { stream, user: "read3", password: "wrong" }],
      ["right password, wrong path", { stream: "test-stream", ...read3 }],
      ["right password, unknown path", { stream: "nowhere", ...read3 }],
      ["right password, name of the lease", { stream: "Secure-stream", ...read3 }],
      ["right password, wrong action", { action: "publish", stream, ...read3 }],
      ["unknown lease", { stream, user: "read99", password: "wrong" }],
      ["wrong password of an expired lease", { ...expiredLease, password: "wrong" }],
      ["expired lease, wrong path", { stream, user: "read4", password: "7c2a9b" }],
    ];
    it("a wrong guess gets the same answer at the price of the same calls, whatever is wrong", async () => {
      for (const [title, guess] of guesses) {
        auth.restart();
        const before = auth.cloudtak.count("GET /api/video/lease/:lease");
        const answer = await auth.ask(guess);
        const calls = auth.cloudtak.count("GET /api/video/lease/:lease") - before;
        assert.deepEqual([answer, calls], [{ allow: false, reason: "bad-credentials" }, 1], title);
      }
    });

    it("a second lease at somebody's path does not open it with its own pair", async () => {
      const pair = { user: "read20", password: "b93f1c" };
      auth.cloudtak.setLease({
        id: 20,
        name: "x",
        path: stream,
        read_user: pair.user,
        read_pass: pair.password,
      });
      assert.equal(outcome(await auth.ask({ stream, ...pair })), "bad-credentials");
    });

    it("names of lease credentials are never tried at login", async () => {
      for (const name of ["read3", "write3", "read99"]) {
        await auth.ask({ stream: "test-stream", user: name, password: "wrong" });
        await auth.ask({ action: "api", user: name, password: "wrong" });
      }
      assert.equal(auth.cloudtak.count("POST /api/login"), 0);
    });

    it("an empty pair matches nobody's empty credentials", async () => {
      auth.cloudtak.setLease({
        id: 20,
        name: "x",
        path: "empty-pair",
        read_user: "",
        read_pass: "",
      });
      assert.equal(outcome(await auth.ask({ stream: "empty-pair" })), "bad-credentials");
    });

    it("credentials set by hand, with another user name than CloudTAK's, open nothing", async () => {
      auth.cloudtak.setLease({
        id: 20,
        name: "x",
        path: "by-hand",
        read_user: "viewer",
        read_pass: "pass",
      });
      const decision = await auth.ask({ stream: "by-hand", user: "viewer", password: "pass" });
      assert.equal(outcome(decision), "bad-credentials");
    });
  });

  describe("API", () => {
    table(
      () => auth,
      [
        ["user", { action: "api", ...testUser }, user("test-user", "")],
        ["administrator", { action: "api", ...admin }, user("admin", "", true)],
        ["wrong password", { action: "api", ...admin, password: "x" }, "bad-credentials"],
        ["lease credentials", { action: "api", ...read3 }, "bad-credentials"],
        ["nobody", { action: "api" }, "bad-credentials"],
      ],
    );

    it("an administrator's API token is an administrator's", async () => {
      const { token } = auth.cloudtak.tokens.addProfileToken("admin", "script");
      assert.deepEqual(outcome(await auth.ask({ action: "api", token })), user("admin", "", true));
    });
  });

  describe("limits", () => {
    it("an allow ends with the lease or the token, whichever is first", async () => {
      const soon = new Date(Date.now() + 60_000).toISOString();
      const before = Date.now();
      const decision = await auth.ask(testUser);
      assert.ok(decision.allow && decision.notAfter !== null);
      const hours = Math.round((decision.notAfter - before) / 3_600_000);
      assert.equal(hours, 16);

      auth.cloudtak.setLease({
        id: 1,
        name: "x",
        path: "test-stream",
        username: "test-user",
        expiration: soon,
      });
      auth.restart();
      const limited = await auth.ask(testUser);
      assert.equal(limited.allow && limited.notAfter, Date.parse(soon));
    });

    it("lease credentials of a permanent lease have no end", async () => {
      const decision = await auth.ask({ stream: "secure-stream", ...read3 });
      assert.equal(decision.allow && decision.notAfter, null);
    });
  });
});
