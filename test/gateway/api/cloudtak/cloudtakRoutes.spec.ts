import assert from "node:assert/strict";
import { until } from "../../../until";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";

/** CloudTAK's calls, as its media client makes them. */
describe("API for CloudTAK", function () {
  this.timeout(30_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem({ MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE: "canary-passphrase" });
    await system.publish("grp/cam");
  });
  after(() => system?.stop());

  const call = (method: string, target: string, body?: unknown, role: string = roles.cloudtak) =>
    system.call(target, role, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
    });
  const configurations = async () =>
    (await system.mediamtx.api<{ items: { name: string }[] }>("/v3/config/paths/list")).items.map(
      ({ name }) => name,
    );

  it("says its version at / to whoever asks", async () => {
    const answer = await system.call("/");
    assert.equal(answer.status, 200);
    assert.match(answer.json().version, /^\d+\.\d+\.\d+$/);
  });

  it("lists paths in MediaMTX's shape", async () => {
    const { pageCount, itemCount, items } = (await call("GET", "/path")).json();
    assert.deepEqual([pageCount, itemCount, items.length], [1, 1, 1]);
  });

  it("shows a path with every field that CloudTAK reads, of the type that it expects", async () => {
    for (const target of ["/path/grp/cam", "/path/grp%2Fcam"]) {
      const path = (await call("GET", target)).json();
      assert.equal(path.name, "grp/cam");
      assert.equal(typeof path.confName, "string");
      assert.deepEqual(Object.keys(path.source).sort(), ["id", "type"]);
      assert.equal(path.ready, true);
      assert.equal(typeof path.readyTime, "string");
      assert.deepEqual(path.tracks, ["H264", "MPEG-4 Audio"]);
      assert.ok(Number.isInteger(path.bytesReceived) && Number.isInteger(path.bytesSent));
      assert.ok(Array.isArray(path.readers));
    }
  });

  it("shows a lease that is not live as not ready, without a question to the auth function", async () => {
    const answer = await call("GET", "/path/grp/idle");
    assert.equal(answer.status, 200);
    const { name, ready, source, readers, tracks } = answer.json();
    assert.deepEqual([name, ready, source, readers, tracks], ["grp/idle", false, null, [], []]);
    assert.ok(!system.questions.some(({ stream }) => stream === "grp/idle"));
  });

  it("answers a user exactly 404 for a path that there is not", async () => {
    assert.equal((await call("GET", "/path/no-lease", undefined, roles.user)).status, 404);
  });

  it("shows a lease that is pulled by http as ready, and one that is pulled by RTSP as it is", async () => {
    for (const [name, source, ready] of [
      ["by-http", "https://1.1.1.1/index.m3u8", true],
      ["by-rtsp", "rtsp://1.1.1.1/camera", false],
    ] as const) {
      assert.equal((await call("POST", "/path", { name, source })).status, 200);
      assert.equal((await call("GET", `/path/${name}`)).json().ready, ready);
      assert.equal((await call("DELETE", `/path/${name}`)).status, 200);
    }
  });

  it("takes an empty source for none, in a new lease and in a change", async () => {
    const lease = { name: "empty-source", source: "", record: false };
    assert.equal((await call("POST", "/path", lease)).status, 200);
    const pulled = { ...lease, source: "rtsp://1.1.1.1/camera" };
    assert.equal((await call("PATCH", "/path/empty-source", pulled)).status, 200);
    assert.ok((await configurations()).includes("empty-source"));
    assert.equal((await call("PATCH", "/path/empty-source", lease)).status, 200);
    assert.ok(!(await configurations()).includes("empty-source"));
  });

  it("takes a lease without making a path configuration of it", async () => {
    const before = await configurations();
    const lease = { name: "lease", record: false };
    assert.equal((await call("POST", "/path", lease)).status, 200);
    const change = { name: "lease", source: null, record: false };
    assert.equal((await call("PATCH", "/path/lease", change)).status, 200);
    assert.equal((await call("DELETE", "/path/lease")).status, 200);
    assert.deepEqual(await configurations(), before);
  });

  it("makes a path configuration of a lease with a source, and of one that is recorded", async () => {
    const source = "rtsp://1.1.1.1/camera";
    assert.equal((await call("POST", "/path", { name: "proxied", source })).status, 200);
    const made = await system.mediamtx.api<Record<string, unknown>>("/v3/config/paths/get/proxied");
    assert.deepEqual([made.sourceOnDemand, made.srtPublishPassphrase], [true, ""]);
    // Through the gateway's relay, which connects to checked addresses only.
    assert.match(String(made.source), /^rtsp:\/\/127\.0\.0\.1:\d+\/camera$/);
    assert.equal((await call("POST", "/path", { name: "proxied", source })).status, 400);
    const change = { name: "proxied", source: null, record: true };
    assert.equal((await call("PATCH", "/path/proxied", change)).status, 200);
    const changed = await system.mediamtx.api<Record<string, unknown>>(
      "/v3/config/paths/get/proxied",
    );
    assert.deepEqual([changed.source, changed.record], ["publisher", true]);
    const plain = { name: "proxied", source: null, record: false };
    assert.equal((await call("PATCH", "/path/proxied", plain)).status, 200);
    assert.ok(!(await configurations()).includes("proxied"));
  });

  for (const body of [
    { name: "x", source: "rtsp://127.0.0.1:28554/own" },
    { name: "x", source: "file:///etc/passwd" },
    { name: "../x", source: "rtsp://1.1.1.1/" },
    { name: "~^.*$" },
    { name: "all_others", source: "rtsp://1.1.1.1/" },
    { name: "all", record: true },
    { name: "x", source: "rtsp://u:%zz@1.1.1.1/" },
    { name: "x", source: "rtsp://[::ffff:10.0.0.1]/" },
    { name: "x", source: 1 },
    {},
    [],
    null,
  ]) {
    it(`refuses POST /path with ${JSON.stringify(body)}`, async () => {
      const before = await configurations();
      assert.equal((await call("POST", "/path", body)).status, 400);
      assert.deepEqual(await configurations(), before);
    });
  }

  it("ends the sessions of a path that is deleted", async () => {
    await system.publish("doomed");
    assert.equal((await call("DELETE", "/path/doomed")).status, 200);
    await until("the publisher is gone", () => !system.sessions.publisherOf("doomed"));
  });

  describe("at /stream", () => {
    const index = "/stream/grp/cam/index.m3u8";

    it("plays a stream to a signed-in user, by URLs that need no credentials", async () => {
      const playlist = await system.call(index, roles.user, {
        headers: { origin: "https://cloudtak.example" },
      });
      assert.equal(playlist.status, 200);
      assert.equal(playlist.headers.get("access-control-allow-origin"), "*");
      const child = /^[^#\n].*$/m.exec(playlist.text)?.[0];
      const media = await system.call(`/stream/grp/cam/${child}`);
      assert.equal(media.status, 200);
      const segment = /^[^#\n].*_seg.*$/m.exec(media.text)?.[0];
      const answer = await fetch(`http://127.0.0.1:${system.ports.api}/stream/grp/cam/${segment}`);
      assert.equal(answer.status, 200);
      assert.ok((await answer.arrayBuffer()).byteLength > 100);
      assert.equal((await system.call(`/stream/own/${child}`)).status, 401);
      const forged = child?.replace("&resume=", "0&resume=");
      assert.equal((await system.call(`/stream/grp/cam/${forged}`)).status, 401);

      for (const { id, action } of system.sessions.list()) {
        if (action === "read") system.sessions.disconnect(id, "client-closed");
      }
      assert.equal((await system.call(`/stream/grp/cam/${child}`)).status, 401);
    });

    it("plays an open stream to anybody, and no other", async () => {
      await system.publish("open/cam");
      const headers = { origin: "https://cloudtak.example" };
      const playlist = await system.call("/stream/open/cam/index.m3u8", undefined, { headers });
      assert.equal(playlist.status, 200);
      const child = /^[^#\n].*$/m.exec(playlist.text)?.[0];
      assert.equal((await system.call(`/stream/open/cam/${child}`)).status, 200);
      const secured = await system.call("/stream/open/secured-by-now/index.m3u8");
      assert.equal(secured.status, 401);
      // Under another name the URL serves the stream that its handle is for, and nothing else.
      assert.equal((await system.call(`/stream/grp/cam/${child}`)).status, 200);
      assert.deepEqual(
        [
          ...new Set(
            system.sessions.list().flatMap((one) => (one.action === "read" ? one.path : [])),
          ),
        ],
        ["open/cam"],
      );
      const withoutHandle = child?.replace(/&resume=.*/, "");
      assert.equal((await system.call(`/stream/grp/cam/${withoutHandle}`)).status, 401);
    });

    it("challenges programs, and no page: its browser would send the login with every call", async () => {
      const challenged = async (headers: Record<string, string>) => {
        const answer = await system.call(index, undefined, { headers });
        assert.equal(answer.status, 401);
        return answer.headers.has("www-authenticate");
      };
      assert.equal(await challenged({}), true);
      assert.equal(await challenged({ origin: "https://cloudtak.example" }), false);
      assert.equal(await challenged({ "sec-fetch-site": "none" }), false);
    });

    it("answers HEAD, and a preflight for the Authorization header", async () => {
      const head = await system.call(index, roles.user, { method: "HEAD" });
      assert.deepEqual([head.status, head.text], [200, ""]);
      const preflight = await system.call(index, undefined, {
        method: "OPTIONS",
        headers: {
          origin: "https://cloudtak.example",
          "access-control-request-method": "GET",
          "access-control-request-headers": "authorization",
        },
      });
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
      assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization/i);
    });

    it("repeats no credential of a query", async () => {
      const { text } = await system.call(`${index}?user=ada&pass=canary-password&token=`);
      assert.match(text, /^#EXTM3U/);
      assert.doesNotMatch(text, /canary|user=|pass=|token=/);
    });

    it("asks anybody else for credentials, and refuses who may not", async () => {
      const anonymous = await system.call(index);
      assert.equal(anonymous.status, 401);
      assert.equal((await system.call(index, roles.stranger)).status, 403);
      assert.equal((await system.call(index, roles.cloudtak)).status, 403);
    });
  });
});
