import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { type StandIn, startStandIn } from "./standIn";

describe("CloudTAK stand-in, login and tokens", () => {
  let cloudtak: StandIn;
  beforeEach(async () => {
    cloudtak = await startStandIn();
  });
  afterEach(() => cloudtak.close());

  const message = ({ status, body }: { status: number; body: { message: string } }) => [
    status,
    body.message,
  ];

  it("POST /api/login gives a session of 16 hours", async () => {
    const { status, body } = await cloudtak.post("/api/login", {
      username: "admin",
      password: "admin-pass",
    });
    assert.equal(status, 200);
    const { token, session, ...rest } = body;
    assert.deepEqual(rest, { access: "admin", email: "admin" });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, { access: "admin", email: "admin", s: session });
    assert.equal(exp - iat, 16 * 3600);
  });

  it("a wrong password, an unknown and a disabled user are 400", async () => {
    for (const [username, password] of [
      ["test-user", "wrong"],
      ["nobody", "test-pass"],
      ["Test-User", "test-pass"],
      ["leaver", "leaver-pass"],
    ]) {
      const answer = await cloudtak.post("/api/login", { username, password });
      assert.deepEqual(message(answer), [400, "TAK Server reports incorrect Username or Password"]);
    }
    cloudtak.disableUser("test-user");
    const answer = await cloudtak.post("/api/login", {
      username: "test-user",
      password: "test-pass",
    });
    assert.equal(answer.status, 400);
  });

  it("single sign-on enforced is 403, before the password is looked at", async () => {
    cloudtak.setConfig("oidc::enforced", true);
    assert.equal((await cloudtak.post("/api/login", { username: "x", password: "y" })).status, 400);
    cloudtak.setConfig("oidc::enabled", true);
    assert.equal((await cloudtak.post("/api/login", { username: "x", password: "y" })).status, 403);
  });

  it("bad bodies: missing fields are JSON, malformed JSON is an HTML page", async () => {
    assert.deepEqual(message(await cloudtak.post("/api/login", {})), [400, "Validation Error"]);
    const form = await cloudtak.send("POST", "/api/login", { body: "username=x" });
    assert.deepEqual(message(form), [400, "Validation Error"]);
    const malformed = await cloudtak.post("/api/login", '{"username"');
    assert.equal(malformed.status, 400);
    assert.match(malformed.type, /^text\/html/);
  });

  it("GET /api/login and GET /api/profile tell who a session is", async () => {
    const token = await cloudtak.signIn("admin", "admin-pass");
    assert.deepEqual((await cloudtak.get("/api/login", token)).body, {
      email: "admin",
      access: "admin",
    });
    assert.deepEqual((await cloudtak.get("/api/profile", token)).body, {
      username: "admin",
      active: false,
      system_admin: true,
      agency_admin: [],
    });
  });

  it("a session ends with its row", async () => {
    const token = await cloudtak.signIn("test-user", "test-pass");
    cloudtak.tokens.endSessions("test-user");
    const answer = await cloudtak.get("/api/login", token);
    assert.deepEqual(message(answer), [401, "Session does not exist"]);
  });

  it("API tokens are made, listed without the token, and deleted by their owner only", async () => {
    const session = await cloudtak.signIn("test-user", "test-pass");
    const made = (await cloudtak.post("/api/profile/token", { name: "drone" }, session)).body;
    assert.ok(made.token.startsWith("etl."));
    const { iat: _, ...claims } = decodeJwt(made.token.slice(4));
    assert.deepEqual(claims, { id: "test-user", access: "profile" });
    const { token, ...row } = made;
    const listed = await cloudtak.get("/api/profile/token", token);
    assert.deepEqual(listed.body, { total: 1, items: [row] });

    const remove = (bearer: string, id: number) =>
      cloudtak.send("DELETE", `/api/profile/token/${id}`, {
        headers: { authorization: `Bearer ${bearer}` },
      });
    const other = await cloudtak.signIn("observer", "observer-pass");
    assert.equal((await remove(other, made.id)).status, 403);
    assert.equal((await remove(session, made.id + 1)).status, 404);
    assert.deepEqual(message(await remove(session, made.id)), [200, "Token Deleted"]);
    assert.deepEqual(message(await cloudtak.get("/api/login", token)), [
      401,
      "Token does not exist",
    ]);
  });

  it("refuses other tokens on routes of users", async () => {
    const { tokens } = cloudtak;
    const rows: [string | undefined, number, string][] = [
      [undefined, 401, "No Auth Present"],
      ["garbage", 401, "Invalid Token"],
      [tokens.sign({ internal: true, access: "media" }), 401, "Invalid Token"],
      [tokens.sign({ access: "root", email: "x" }), 400, "Invalid User Access Value"],
      [`etl.${tokens.sign({ access: "root", id: "x" })}`, 400, "Invalid Resource Access Value"],
      [`etl.${tokens.sign({ access: "lease" })}`, 401, "Invalid Token"],
      [tokens.addResourceToken("connection", 1), 403, "Resource token cannot access resource"],
    ];
    for (const [token, status, text] of rows) {
      assert.deepEqual(message(await cloudtak.get("/api/profile", token)), [status, text]);
    }
    const basic = await cloudtak.send("GET", "/api/profile", {
      headers: { authorization: "Basic eA==" },
    });
    assert.deepEqual(message(basic), [401, 'Only "Bearer" authorization header is allowed']);
  });

  it("a resource token needs its row and the access of the route", async () => {
    const { tokens } = cloudtak;
    const lease = async (token: string) =>
      message(await cloudtak.get("/api/video/lease/test-stream", token));
    const unregistered = `etl.${tokens.sign({ access: "lease", id: 1 })}`;
    assert.deepEqual(await lease(unregistered), [403, "Token does not exist"]);
    const connection = tokens.addResourceToken("connection", 1);
    assert.deepEqual(await lease(connection), [403, "Resource token cannot access this resource"]);
  });

  it("a user token that the server minted needs no session", async () => {
    const token = cloudtak.tokens.sign({ access: "user", email: "test-user" });
    assert.equal((await cloudtak.get("/api/profile", token)).status, 200);
  });

  it("GET /api/config shows public keys to all, map keys to users, others to administrators", async () => {
    const user = await cloudtak.signIn("test-user", "test-pass");
    const admin = await cloudtak.signIn("admin", "admin-pass");
    cloudtak.setConfig("server::secret", "x");
    const config = (keys: string, token?: string) =>
      cloudtak.get(`/api/config?keys=${keys}`, token);
    assert.deepEqual((await config("media::url,login::name")).body, {
      "media::url": "http://127.0.0.1:9997",
    });
    assert.equal((await config("map::zoom")).status, 401);
    assert.deepEqual((await config("map::zoom", user)).body, { "map::zoom": 8 });
    assert.equal((await config("server::secret", user)).status, 401);
    assert.deepEqual((await config("server::secret", admin)).body, { "server::secret": "x" });
    assert.equal((await cloudtak.get("/api/config")).status, 400);
  });

  it("GET /api tells the version to anybody, unknown routes are 404", async () => {
    assert.deepEqual((await cloudtak.get("/api")).body, { version: "13.70.0" });
    assert.deepEqual(message(await cloudtak.get("/api/nothing")), [
      404,
      "API endpoint does not exist!",
    ]);
  });
});
