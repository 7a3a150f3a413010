import assert from "node:assert/strict";
import { connect } from "node:net";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";

describe("the API and browsers", function () {
  this.timeout(20_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem({}, { maxRequestsPerMinute: 100 });
  });
  after(() => system?.stop());

  const kick = (headers: Record<string, string>) =>
    system.call("/v3/paths/kick/nobody", roles.administrator, { method: "POST", headers });

  it("change nothing in the name of another web page", async () => {
    const own = `http://127.0.0.1:${system.ports.api}`;
    for (const [headers, status] of [
      [{ origin: "https://evil.example" }, 403],
      [{ origin: "null" }, 403],
      [{ origin: "http://127.0.0.1:1" }, 403],
      [{ "sec-fetch-site": "cross-site" }, 403],
      [{ "sec-fetch-site": "same-site" }, 403],
      [{ origin: own, "sec-fetch-site": "same-origin" }, 404],
      [{}, 404],
    ] as const) {
      assert.equal((await kick(headers)).status, status, JSON.stringify(headers));
    }
  });

  it("share only streams with other web pages", async () => {
    const preflight = await system.call("/stream/own/index.m3u8", undefined, { method: "OPTIONS" });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /Authorization/);
    assert.equal(preflight.headers.has("access-control-allow-credentials"), false);
    for (const target of ["/v3/paths/list", "/path", "/session", "/"]) {
      const answer = await system.call(target, roles.administrator);
      assert.equal(answer.headers.has("access-control-allow-origin"), false, target);
    }
  });

  it("have every answer with security headers", async () => {
    for (const target of ["/", "/docs", "/v3/info", "/unknown", "/stream/x/index.m3u8"]) {
      const { headers } = await system.call(target, undefined);
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/, target);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.match(headers.get("strict-transport-security") ?? "", /max-age/);
      assert.equal(headers.get("referrer-policy"), "no-referrer");
    }
  });

  it("open a session with a cookie that scripts cannot read and that holds no password in clear", async () => {
    const init = (user: string, password: string) => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user, password }),
    });
    const signedIn = await system.call("/session", undefined, init("ada", "canary-password"));
    assert.deepEqual(signedIn.json(), { subject: "user:ada", admin: false, authMode: "strict" });
    const set = signedIn.headers.get("set-cookie") ?? "";
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) {
      assert.ok(set.includes(attribute), attribute);
    }
    const [cookie = ""] = set.split(";");
    const value = Buffer.from(cookie.split("=")[1] ?? "", "base64url").toString("latin1");
    assert.doesNotMatch(cookie + value, /canary|ada/);

    const who = (header: string) =>
      system.call("/session", undefined, { headers: { cookie: header } });
    assert.equal((await who(cookie)).json().subject, "user:ada");
    const forged = cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    assert.equal((await who(`${forged.slice(0, -2)}AA`)).status, 401);
    assert.equal((await who(`${cookie.split("=")[0]}=`)).status, 401);
    const out = await system.call("/session", undefined, { method: "DELETE", headers: { cookie } });
    assert.match(out.headers.get("set-cookie") ?? "", /=; .*Max-Age=0/);
    assert.equal((await who(cookie)).status, 401, "a copy of the cookie still serves");

    const wrong = await system.call("/session", undefined, init("ada", "wrong"));
    assert.equal(wrong.status, 401);
    assert.equal(wrong.headers.has("set-cookie"), false);
    const down = await system.call("/session", undefined, init("ada", "cloudtak-down"));
    assert.equal(down.status, 503);
  });

  it("refuse bodies that are too large, no JSON, or of another type", async () => {
    const post = (body: string, type = "application/json") =>
      system.call("/session", undefined, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
    assert.equal((await post(`{"user":"${"x".repeat(20_000)}"}`)).status, 413);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post("[]")).status, 400);
    assert.equal((await post("user=ada", "application/x-www-form-urlencoded")).status, 415);
  });

  it("answer 429 with Retry-After to an address that asks too often", async () => {
    for (let count = 0; count < 100; count++) {
      const answer = await system.call("/", undefined);
      if (answer.status !== 429) continue;
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      return;
    }
    assert.fail("100 requests were answered");
  });
});

describe("the API and slow clients", () => {
  it("ends a connection whose request does not arrive in time", async () => {
    const system = await startApiSystem({}, { preAuthTimeoutMs: 300 });
    try {
      const socket = connect(system.ports.api, "127.0.0.1");
      const closed = new Promise<string>((resolve) => {
        let text = "";
        socket.on("data", (data) => {
          text += data;
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve(text));
      });
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
      const drip = setInterval(() => socket.write("X-A: 1\r\n"), 100);
      const answer = await closed;
      clearInterval(drip);
      assert.match(answer, /^$|^HTTP\/1\.1 408/);
    } finally {
      await system.stop();
    }
  });
});
