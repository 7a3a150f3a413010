import assert from "node:assert/strict";
import { type ApiSystem, roles, startApiSystem } from "./apiFixture";

const id = "83c7b4a0-1084-4917-b720-919591775289";

/** Statuses by role, in this order. */
const columns = ["administrator", "cloudtak", "user", "stranger", "wrong", "nobody"] as const;

/** Each kind of route; `idle` is a stream that nobody publishes, which only ada and administrators may see. */
const matrix: readonly [string, string, readonly number[]][] = [
  ["GET", "/v3/info", [200, 200, 200, 200, 401, 401]],
  ["GET", "/v3/config/global/get", [200, 200, 403, 403, 401, 401]],
  ["PATCH", "/v3/config/global/patch", [200, 200, 403, 403, 401, 401]],
  ["GET", "/v3/config/pathdefaults/get", [200, 200, 403, 403, 401, 401]],
  ["PATCH", "/v3/config/pathdefaults/patch", [200, 200, 403, 403, 401, 401]],
  ["GET", "/v3/config/paths/list", [200, 200, 403, 403, 401, 401]],
  ["GET", "/v3/config/paths/get/all_others", [200, 200, 403, 403, 401, 401]],
  ["POST", "/v3/config/paths/replace/matrix", [200, 200, 403, 403, 401, 401]],
  ["PATCH", "/v3/config/paths/patch/matrix", [200, 200, 403, 403, 401, 401]],
  ["DELETE", "/v3/config/paths/delete/none", [404, 404, 403, 403, 401, 401]],
  ["GET", "/v3/paths/list", [200, 200, 200, 200, 401, 401]],
  ["GET", "/v3/paths/get/own", [404, 404, 404, 403, 401, 401]],
  ["POST", "/v3/paths/kick/own", [404, 404, 404, 403, 401, 401]],
  ["GET", "/v3/paths/forward/list?path=none", [404, 404, 403, 403, 401, 401]],
  ["GET", "/v3/rtspconns/list", [200, 200, 403, 403, 401, 401]],
  ["GET", "/v3/rtspsessions/list", [200, 200, 200, 200, 401, 401]],
  ["GET", `/v3/rtspsessions/get/${id}`, [404, 404, 404, 404, 401, 401]],
  ["POST", `/v3/rtspsessions/kick/${id}`, [404, 404, 404, 404, 401, 401]],
  ["GET", "/v3/recordings/list", [200, 200, 200, 200, 401, 401]],
  ["DELETE", "/v3/recordings/deletesegment?path=x", [400, 400, 403, 403, 401, 401]],
  ["GET", "/path", [200, 200, 200, 200, 401, 401]],
  ["GET", "/path/own", [404, 404, 404, 403, 401, 401]],
  ["POST", "/path", [200, 200, 403, 403, 401, 401]],
  ["PATCH", "/path/own", [200, 200, 403, 403, 401, 401]],
  ["DELETE", "/path/own", [200, 200, 403, 403, 401, 401]],
  ["GET", "/stream/own/index.m3u8", [404, 403, 404, 403, 401, 401]],
  ["GET", "/session", [200, 200, 200, 200, 401, 401]],
  ["GET", "/", [200, 200, 200, 200, 200, 200]],
  ["GET", "/docs", [200, 200, 200, 200, 200, 200]],
  ["GET", "/openapi.json", [200, 200, 200, 200, 200, 200]],
];

describe("who may do what over the API", function () {
  this.timeout(20_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem();
  });
  after(() => system?.stop());

  for (const [method, target, statuses] of matrix) {
    it(`${method} ${target}`, async () => {
      const got: number[] = [];
      for (const role of columns) {
        const authorization = role === "nobody" ? undefined : roles[role];
        const body = /PATCH|POST/.test(method) && !target.includes("kick");
        const answer = await system.call(target, authorization, {
          method,
          ...(body ? { body: target === "/path" ? '{"name":"own"}' : "{}" } : {}),
          headers: body ? { "content-type": "application/json" } : {},
        });
        got.push(answer.status);
      }
      assert.deepEqual(got, statuses);
    });
  }
});

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
    assert.deepEqual(signedIn.json(), { subject: "user:ada", admin: false });
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
    const out = await system.call("/session", undefined, { method: "DELETE" });
    assert.match(out.headers.get("set-cookie") ?? "", /=; .*Max-Age=0/);

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
    const { connect } = await import("node:net");
    const system = await startApiSystem({}, { helloTimeoutMs: 300 });
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
