import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { type AuthFunction, signingSecret, startAuthFunction } from "../authFunction";
import { outcome, testUser, user } from "../outcomes";

const sign = (claims: Record<string, unknown>, alg = "HS256", secret = signingSecret) =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe("auth function, tokens", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  describe("tokens", () => {
    const stream = "test-stream";
    let session: string;
    beforeEach(async () => {
      session = auth.cloudtak.tokens.login("test-user", "user").token;
    });

    it("session token, as token or as password beside any user name", async () => {
      const expected = user("test-user", stream);
      assert.deepEqual(outcome(await auth.ask({ token: session })), expected);
      assert.deepEqual(outcome(await auth.ask({ user: "any", password: session })), expected);
      assert.deepEqual(outcome(await auth.ask({ password: session })), expected);
      assert.equal(auth.cloudtak.count("POST /api/login"), 0);
    });

    it("a user's token does not open somebody else's lease", async () => {
      const decision = await auth.ask({ token: session, stream: "field-camera-01" });
      assert.equal(outcome(decision), "not-permitted");
    });

    it("session that has ended", async () => {
      auth.cloudtak.tokens.endSessions("test-user");
      assert.equal(outcome(await auth.ask({ token: session })), "bad-credentials");
    });

    it("API token, until it is deleted", async () => {
      const { id, token } = auth.cloudtak.tokens.addProfileToken("test-user", "drone");
      assert.deepEqual(outcome(await auth.ask({ token })), user("test-user", stream));
      assert.equal(((await auth.ask({ token })) as { notAfter: unknown }).notAfter, null);
      auth.cloudtak.tokens.deleteProfileToken(id, "test-user");
      auth.restart();
      assert.equal(outcome(await auth.ask({ token })), "bad-credentials");
    });

    const claims = { access: "user", email: "test-user" };
    const refused: [string, () => string | Promise<string>][] = [
      ["signed with another key", () => sign(claims, "HS256", "other")],
      ["expired", () => sign({ ...claims, exp: inSeconds(-1) })],
      ["connection token", () => auth.cloudtak.tokens.addResourceToken("connection", 1)],
      ["lease token", () => auth.cloudtak.tokens.addResourceToken("lease", "any")],
      [
        "internal token",
        async () => `etl.${await sign({ access: "lease", id: "any", internal: true })}`,
      ],
      [
        "internal profile token",
        async () => `etl.${await sign({ access: "profile", id: "test-user", internal: true })}`,
      ],
      ["no JWT at all", async () => "etl.canary"],
    ];
    for (const [title, make] of refused) {
      it(`refuses a token: ${title}`, async () => {
        assert.equal(outcome(await auth.ask({ token: await make() })), "bad-credentials");
      });
    }

    it("a second credential beside a token is refused, whatever both are worth", async () => {
      for (const second of [testUser, { user: "test-user" }, { password: session }]) {
        assert.equal(outcome(await auth.ask({ token: session, ...second })), "malformed");
      }
    });
  });

  describe("management token", () => {
    const media = { internal: true, access: "media" };
    const management = { path: "", subject: "management", admin: true };

    it("opens the API, as token or as password of management", async () => {
      const jwt = await sign(media);
      assert.deepEqual(outcome(await auth.ask({ action: "api", token: jwt })), management);
      const decision = await auth.ask({ action: "api", user: "management", password: jwt });
      assert.deepEqual(outcome(decision), management);
      assert.equal(
        outcome(await auth.ask({ action: "api", user: "x", password: jwt })),
        "bad-credentials",
      );
    });

    it("opens no stream", async () => {
      for (const action of ["publish", "read", "playback"] as const) {
        assert.equal(
          outcome(await auth.ask({ action, token: await sign(media) })),
          "not-permitted",
        );
      }
    });

    const refused: [string, () => string | Promise<string>][] = [
      ["another key", () => sign(media, "HS256", "other")],
      ["HS384", () => sign(media, "HS384")],
      ["expired", () => sign({ ...media, exp: inSeconds(-1) })],
      ["not internal", () => sign({ access: "media" })],
      ["other access", () => sign({ internal: true, access: "lease" })],
      ["a password", async () => "canary-password"],
      [
        "unsigned",
        async () =>
          `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(media)).toString("base64url")}.`,
      ],
    ];
    for (const [title, make] of refused) {
      it(`refuses ${title}, and tries no login`, async () => {
        const decision = await auth.ask({
          action: "api",
          user: "management",
          password: await make(),
        });
        assert.equal(outcome(decision), "bad-credentials");
        assert.equal(auth.cloudtak.count("POST /api/login"), 0);
      });
    }

    it("ends with the token", async () => {
      const exp = inSeconds(100);
      const decision = await auth.ask({ action: "api", token: await sign({ ...media, exp }) });
      assert.equal(decision.allow && decision.notAfter, exp * 1000);
    });
  });
});
