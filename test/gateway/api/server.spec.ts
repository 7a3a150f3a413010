import assert from "node:assert/strict";
import { type ApiSystem, roles, startApiSystem } from "./apiSystem";

describe("API", function () {
  this.timeout(20_000);
  let system: ApiSystem;
  const get = (target: string, authorization?: string) => system.call(target, authorization);

  before(async () => {
    system = await startApiSystem({ MTX_PATHDEFAULTS_SRTREADPASSPHRASE: "canary-passphrase" });
    await Promise.all(["grp/cam", "own", "other"].map(system.publishByRtmp));
  });
  after(() => system?.stop());
  beforeEach(() => {
    system.questions.length = 0;
  });

  it("shows an administrator what MediaMTX shows, paging included", async () => {
    const list = await get("/v3/paths/list?itemsPerPage=2&page=1", roles.administrator);
    assert.equal(list.status, 200);
    const direct = await system.mediamtx.api<{ items: { name: string }[]; pageCount: number }>(
      "/v3/paths/list?itemsPerPage=2&page=1",
    );
    assert.equal(list.json().pageCount, direct.pageCount);
    assert.deepEqual(
      list.json().items.map(({ name }: { name: string }) => name),
      direct.items.map(({ name }) => name),
    );
    assert.equal((await get("/v3/paths/list?page=1", roles.administrator)).json().items.length, 0);
    assert.equal((await get("/v3/paths/get/grp/cam", roles.administrator)).json().name, "grp/cam");
  });

  it("shows a user the streams that CloudTAK shows the user, in pages of their own", async () => {
    const { itemCount, pageCount, items } = (await get("/v3/paths/list", roles.user)).json();
    const names = items.map(({ name }: { name: string }) => name).sort();
    assert.deepEqual([itemCount, pageCount, names], [2, 1, ["grp/cam", "own"]]);
    const page = (await get("/v3/paths/list?itemsPerPage=1&page=1", roles.user)).json();
    assert.deepEqual([page.itemCount, page.pageCount, page.items.length], [2, 2, 1]);
    assert.equal((await get("/v3/paths/list", roles.stranger)).json().itemCount, 0);
    assert.equal((await get("/v3/paths/get/other", roles.user)).status, 403);
    const connections = (await get("/v3/rtmpconns/list", roles.user)).json();
    assert.equal(connections.itemCount, 2);
  });

  it("shows a user the sessions on these streams only", async () => {
    const { items } = (await get("/v3/rtmpconns/list", roles.administrator)).json();
    for (const { id, path } of items) {
      const { status } = await get(`/v3/rtmpconns/get/${id}`, roles.user);
      assert.equal(status, path === "other" ? 404 : 200, path);
    }
  });

  it("finds a stream by the name of its lease", async () => {
    for (const role of [roles.user, roles.administrator]) {
      assert.equal((await get("/v3/paths/get/my-camera", role)).json().name, "own");
    }
  });

  it("shows the global configuration with the addresses by which clients reach the servers", async () => {
    const shown = (await get("/v3/config/global/get", roles.cloudtak)).json();
    const { srt, srtAddress, hls, hlsAddress, rtsp, rtspAddress, rtmp, rtmpAddress } = shown;
    assert.deepEqual([srt, srtAddress, hls, hlsAddress], [true, ":8890", true, ":8888"]);
    assert.deepEqual([rtsp, rtspAddress, rtmp, rtmpAddress], [false, ":8554", false, ":1935"]);
    assert.deepEqual([shown.webrtc, shown.api, shown.apiAddress], [false, true, ":9997"]);
    assert.doesNotMatch(JSON.stringify(shown), /127\.0\.0\.1:\d/);
  });

  it("says that RTSP and RTMP go without TLS when the load balancer has these listeners", async () => {
    system.auth.insecurePorts = true;
    const { rtsp, rtmp } = (await get("/v3/config/global/get", roles.cloudtak)).json();
    assert.deepEqual([rtsp, rtmp], [true, true]);
    system.auth.insecurePorts = false;
  });

  it("hides tickets, passphrases and the auth address", async () => {
    const conns = await get("/v3/rtmpconns/list", roles.administrator);
    assert.equal(conns.json().items[0].query, "<redacted>");
    const global = await get("/v3/config/global/get", roles.administrator);
    assert.equal(global.json().authHTTPAddress, "<redacted>");
    const paths = await get("/v3/config/paths/list", roles.administrator);
    assert.equal(paths.json().items[0].srtReadPassphrase, "<redacted>");
    assert.doesNotMatch(conns.text + global.text + paths.text, /canary|pass=/);
  });

  it("asks with the credentials and the address of the client", async () => {
    await get("/v3/info", roles.user);
    await get("/v3/info?jwt=media-jwt");
    const question = { action: "api", protocol: "api", stream: "", address: "127.0.0.1" };
    assert.deepEqual(system.questions, [
      { ...question, user: "ada", password: "canary-password", token: "" },
      { ...question, user: "", password: "", token: "media-jwt" },
    ]);
  });

  it("answers 401 without credentials, without a challenge and without asking", async () => {
    const answer = await get("/v3/info");
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.has("www-authenticate"), false);
    assert.deepEqual(system.questions, []);
  });

  it("answers 503 with Retry-After when nobody can decide", async () => {
    for (const target of ["/v3/info", "/v3/paths/list", "/path", "/session"]) {
      const answer = await get(target, roles.undecided);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get("retry-after"), "2");
    }
  });

  it("answers 404 to unknown calls and names, 400 to faulty queries", async () => {
    assert.equal((await get("/v3/unknown", roles.administrator)).status, 404);
    assert.equal((await get("/unknown", roles.administrator)).status, 404);
    const answer = await get("/v3/paths/get/no-lease", roles.administrator);
    assert.equal(answer.status, 404);
    assert.equal(typeof answer.json().error, "string");
    assert.equal((await get("/v3/paths/list?page=x", roles.administrator)).status, 400);
  });

  it("answers 405 with what is allowed to another method", async () => {
    const answer = await system.call("/v3/paths/list", roles.administrator, { method: "POST" });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "GET");
  });

  it("leads nowhere with dot segments, encoded or not", async () => {
    for (const target of [
      "/v3/paths/get/..%2f..%2fconfig%2fglobal%2fget",
      "/v3/paths/get/%2e%2e/x",
      "/v3/paths/get/../../config/global/get",
      "/v3/paths/get/%252e%252e",
      "/path/..%2f..%2fv3%2fconfig%2fglobal%2fget",
      "/stream/..%2f..%2fv3/index.m3u8",
      "/assets/..%2f..%2fgateway.js",
    ]) {
      assert.equal(await system.callRaw(target, roles.administrator), 404, target);
    }
  });

  it("keeps credentials out of its log", () => {
    assert.doesNotMatch(system.log.text(), /canary/);
  });

  it("answers 503 with Retry-After when MediaMTX is not there, and when it shuts down", async () => {
    await system.mediamtx.kill();
    for (const target of ["/v3/info", "/v3/paths/list", "/path", "/path/own"]) {
      for (const role of [roles.administrator, roles.user]) {
        const answer = await get(target, role);
        assert.equal(answer.status, 503, target);
        assert.equal(answer.headers.get("retry-after"), "2");
      }
    }
    system.server.drain();
    assert.equal((await get("/session", roles.user)).status, 503);
  });
});
