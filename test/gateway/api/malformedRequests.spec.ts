import assert from "node:assert/strict";
import { connect } from "node:net";
import { type ApiSystem, roles, startApiSystem } from "./apiSystem";

describe("the API and malformed requests", function () {
  this.timeout(30_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem({}, { preAuthTimeoutMs: 2_000 });
    await system.publishByRtmp("other");
  });
  after(() => system?.stop());

  /** Sends bytes as they are; resolves to all that comes back until the connection ends. */
  function raw(...parts: (string | Buffer)[]): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(system.ports.api, "127.0.0.1");
      let text = "";
      socket.on("data", (data) => {
        text += data;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(text));
      for (const part of parts) socket.write(part);
    });
  }
  const statuses = (text: string) =>
    [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  const post = (target: string, body: string, role: string = roles.administrator) =>
    system.call(target, role, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });

  const login = `Authorization: ${roles.administrator}\r\n`;
  const smuggled = `POST /v3/paths/kick/other HTTP/1.1\r\nHost: x\r\n${login}\r\n`;
  const length = smuggled.length;
  for (const [name, headers, body] of [
    ["two lengths", "Content-Length: 0\r\nContent-Length: 5\r\n", smuggled],
    [
      "a length and chunks",
      `Content-Length: ${length}\r\nTransfer-Encoding: chunked\r\n`,
      "0\r\n\r\n",
    ],
    ["an unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"],
    ["a coding behind a tab", "Transfer-Encoding:\tchunked, identity\r\n", "0\r\n\r\n"],
    ["a negative length", "Content-Length: -1\r\n", smuggled],
    ["a folded length", `Content-Length:\r\n ${length}\r\n`, ""],
    ["a name with a space", `Content-Length : ${length}\r\n`, ""],
  ] as const) {
    it(`smuggles no request behind one with ${name}`, async () => {
      const first = `POST /session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
      const text = await raw(`${first}${headers}\r\n${body}${smuggled}`);
      assert.deepEqual(statuses(text), [400]);
      assert.ok(system.sessions.publisherOf("other"), "the stream was ended");
    });
  }

  it("answers 431 to a query beyond 8 KiB and to that much of headers", async () => {
    const long = "x".repeat(8_192);
    assert.deepEqual(
      statuses(await raw(`GET /v3/info?${long} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      [431],
    );
    assert.deepEqual(statuses(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${long}\r\n\r\n`)), [431]);
  });

  it("ends a connection whose body does not arrive in time", async () => {
    const head = "POST /session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    assert.deepEqual(statuses(await raw(`${head}Content-Length: 1000\r\n\r\n{"user":`)), [408]);
  });

  for (const [name, body] of [
    ["nested 8,000 times", `${"[".repeat(8_000)}${"]".repeat(8_000)}`],
    ["of 4,000 nested objects", `${'{"":'.repeat(3_000)}1${"}".repeat(3_000)}`],
    ["with a prototype", '{"__proto__":{"admin":true,"source":"file:///etc/passwd"}}'],
    ["with a huge number", '{"maxReaders":1e999}'],
    ["of 5,000 keys", `{${Array.from({ length: 1_500 }, (_, i) => `"k${i}":1`).join()}}`],
  ] as const) {
    it(`refuses JSON ${name}, and stores nothing of it`, async () => {
      for (const target of ["/v3/config/paths/add/bomb", "/path", "/session"]) {
        const { status } = await post(target, body);
        assert.ok([400, 403].includes(status), `${target}: ${status}`);
      }
      const { items } = (await system.call("/v3/config/paths/list", roles.administrator)).json();
      assert.ok(!items.some(({ name }: { name: string }) => name === "bomb"));
    });
  }

  it("refuses a redacted value that is sent back, wherever it stands", async () => {
    for (const body of [
      '{"source":"<redacted>"}',
      '{"runOnInit":"<redacted>"}',
      '{"forward":[{"dest":"<redacted>"}]}',
    ]) {
      const answer = await post("/v3/config/paths/add/redacted", body);
      assert.equal(answer.status, 400);
      assert.match(answer.json().error, /stands for a secret/);
    }
    const lease = await post("/path", '{"name":"redacted","source":"<redacted>"}');
    assert.equal(lease.status, 400);
  });

  it("ends nobody else's stream by another spelling of its name", async () => {
    for (const name of [
      ...["other", "/other", "other/", "./other", "own/../other", "own/..%2fother", "%6fther"],
      ...[
        "other%00",
        "other%20",
        "other;x",
        "OTHER",
        "own%2f%2e%2e%2fother",
        "other%2f",
        "o%74her",
      ],
    ]) {
      const status = await system.callRaw(`/v3/paths/kick/${name}`, roles.user, "POST");
      assert.ok([403, 404].includes(status), `${name}: ${status}`);
    }
    const list = (await system.call("/v3/rtmpconns/list", roles.administrator)).json();
    const [{ id }] = list.items;
    for (const variant of [id, id.toUpperCase(), `${id}/`, `${id}%00`, `{${id}}`]) {
      const target = `/v3/rtmpconns/kick/${variant}`;
      assert.equal(await system.callRaw(target, roles.user, "POST"), 404, variant);
    }
    assert.ok(system.sessions.publisherOf("other"));
  });

  it("believes no header about who asks or for which host", async () => {
    system.questions.length = 0;
    await system.call("/v3/info", roles.user, {
      headers: {
        "x-forwarded-for": "203.0.113.66",
        "x-real-ip": "203.0.113.66",
        forwarded: "for=203.0.113.66",
        "x-forwarded-host": "evil.example",
      },
    });
    assert.deepEqual(
      system.questions.map(({ address }) => address),
      ["127.0.0.1"],
    );
    const origin = "http://evil.example";
    const kick = { method: "POST", headers: { origin, "x-forwarded-host": "evil.example" } };
    const answer = await system.call("/v3/paths/kick/other", roles.administrator, kick);
    assert.equal(answer.status, 403);
    for (const target of ["/", "/docs", "/openapi.json", "/unknown"]) {
      const text = await raw(
        `GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
      );
      assert.doesNotMatch(text, /evil\.example/);
    }
  });

  it("keeps credentials of malformed requests out of its log", () => {
    assert.doesNotMatch(system.log.text(), /canary/);
  });
});

describe("the API's rate limit", function () {
  this.timeout(30_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem({}, { maxRequestsPerMinute: 20 });
  });
  after(() => system?.stop());

  it("holds whatever a client says of itself, and for every spelling of a player's first request", async () => {
    const targets = [
      ...["/stream/own/index.m3u8", "/stream/own/index%2em3u8", "/stream/own%2findex.m3u8?x=.mp4"],
      ...["/stream/own/x/../index.m3u8", "/v3/info?/stream/x.mp4", "/stream/", "/stream/own"],
      "/stream/own/video1_stream.m3u8?session=x",
    ];
    for (let count = 0; count < 20; count++) {
      await system.callRaw(targets[count % targets.length] ?? "", roles.wrong);
    }
    for (const target of targets) {
      assert.equal(await system.callRaw(target, roles.wrong), 429, target);
    }
    const headers = { "x-forwarded-for": "203.0.113.66", "x-real-ip": "203.0.113.66" };
    assert.equal((await system.call("/v3/info", roles.user, { headers })).status, 429);
    assert.equal(await system.callRaw("/stream/own/seg1.mp4", roles.user), 404);

    // What is not limited proves no password.
    system.questions.length = 0;
    for (const resume of ["", "own~", "own~.", "../own~x"]) {
      const target = `/stream/own/video1_stream.m3u8?resume=${resume}`;
      assert.equal(await system.callRaw(target, roles.user), 401);
    }
    assert.deepEqual(system.questions, []);
  });
});
