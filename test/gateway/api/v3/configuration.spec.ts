import assert from "node:assert/strict";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";

describe("configuration by the API", function () {
  this.timeout(20_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem({
      MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE: "canary-passphrase",
    });
  });
  after(() => system?.stop());

  const write = (method: string, target: string, body: unknown) =>
    system.call(`/v3/config/${target}`, roles.administrator, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  const configurationOf = (path: string) =>
    system.mediamtx.api<Record<string, unknown>>(`/v3/config/paths/get/${path}`);

  it("sets what is harmless", async () => {
    const source = "rtsp://1.1.1.1:554/camera";
    const settings = { source, sourceOnDemand: true, maxReaders: 3 };
    assert.equal((await write("POST", "paths/add/cam", settings)).status, 200);
    const set = await configurationOf("cam");
    assert.match(String(set.source), /^rtsp:\/\/127\.0\.0\.1:\d+\/camera$/);
    assert.equal(set.maxReaders, 3);
    assert.equal((await write("PATCH", "paths/patch/cam", { maxReaders: 5 })).status, 200);
    assert.equal((await configurationOf("cam")).maxReaders, 5);
    const gone = await system.call("/v3/config/paths/delete/cam", roles.administrator, {
      method: "DELETE",
    });
    assert.equal(gone.status, 200);
    assert.equal((await configurationOf("cam")).error, "path configuration not found");
    assert.equal((await write("PATCH", "global/patch", { logLevel: "info" })).status, 200);
  });

  const commands = ["Init", "Demand", "UnDemand", "Available", "NotAvailable", "Ready", "Read"];
  const forbidden: readonly [string, string, unknown][] = [
    ...commands.map(
      (hook) => ["POST", "paths/add/x", { [`runOn${hook}`]: "id" }] as [string, string, unknown],
    ),
    ["PATCH", "global/patch", { runOnConnect: "id" }],
    ["PATCH", "global/patch", { api: false }],
    ["PATCH", "global/patch", { apiAddress: ":80" }],
    ["PATCH", "global/patch", { rtspAddress: ":80" }],
    ["PATCH", "global/patch", { authMethod: "internal" }],
    ["PATCH", "global/patch", { authHTTPAddress: "http://evil.example" }],
    ["PATCH", "global/patch", { authInternalUsers: [{ user: "any" }] }],
    ["PATCH", "global/patch", { logDestinations: ["file"], logFile: "/etc/x" }],
    ["PATCH", "global/patch", { rtspServerKey: "/etc/shadow" }],
    ["PATCH", "global/patch", { logLevel: "debug" }],
    ["PATCH", "pathdefaults/patch", { runOnInit: "id" }],
    ["PATCH", "pathdefaults/patch", { source: "rtsp://1.1.1.1/" }],
    ["POST", "paths/add/x", { recordPath: "/etc/%path" }],
    ["POST", "paths/add/x", { forward: [{ dest: "srt://1.1.1.1" }] }],
    ["POST", "paths/add/x", { fallback: "rtsp://127.0.0.1/" }],
    ["POST", "paths/add/x", { alwaysAvailableFile: "/etc/passwd" }],
    ["POST", "paths/add/x", { srtPublishPassphrase: "" }],
    ["POST", "paths/add/x", { source: "rpiCamera" }],
    ["POST", "paths/add/x", { source: "redirect", sourceRedirect: "rtsp://127.0.0.1" }],
    ["POST", "paths/add/x", { source: "rtsp://127.0.0.1:28554/own" }],
    ["POST", "paths/add/x", { source: "http://169.254.170.2/v2/credentials" }],
    ["POST", "paths/add/x", { source: "udp+mpegts://0.0.0.0:9000" }],
    ["POST", "paths/add/x", { source: "rtsp://u:%zz@1.1.1.1/" }],
    ["POST", "paths/add/x", { source: "rtsp://1.1.1.1/?$MTX_QUERY" }],
    ["POST", "paths/add/x", { source: "<redacted>" }],
    ["POST", "paths/add/x", { maxReaders: -1 }],
    ["POST", "paths/add/x", { Source: "rtsp://127.0.0.1/" }],
    ["POST", "paths/add/x", JSON.parse('{"__proto__": {"runOnInit": "id"}}')],
    ["POST", "paths/add/x", []],
    ["POST", "paths/add/x", "source"],
    ["POST", "paths/add/x", null],
    ["PATCH", "paths/patch/all_others", { maxReaders: 1 }],
    ["POST", "paths/replace/all", { maxReaders: 1 }],
    ["POST", "paths/add/~^.*$", { maxReaders: 1 }],
  ];
  for (const [method, target, body] of forbidden) {
    it(`refuses ${method} ${target} with ${JSON.stringify(body)}`, async () => {
      const before = await system.mediamtx.api("/v3/config/global/get");
      const answer = await write(method, target, body);
      assert.ok([400, 403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
      assert.equal((await configurationOf("x")).error, "path configuration not found");
      assert.deepEqual(await system.mediamtx.api("/v3/config/global/get"), before);
    });
  }

  it("names every fault, and no value", async () => {
    const body = { runOnInit: "canary", maxReaders: "canary" };
    const { error } = (await write("POST", "paths/add/x", body)).json();
    assert.match(error, /maxReaders/);
    assert.match(error, /runOnInit/);
    assert.doesNotMatch(error, /canary/);
  });

  it("keeps the catch-all path", async () => {
    const answer = await system.call("/v3/config/paths/delete/all_others", roles.administrator, {
      method: "DELETE",
    });
    assert.equal(answer.status, 403);
    assert.equal((await configurationOf("all_others")).name, "all_others");
  });
});
