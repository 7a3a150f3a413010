import assert from "node:assert/strict";
import { HlsServer } from "../../../gateway/hls/server";
import { until } from "../../until";
import {
  FakeAuthorizer,
  type Ffmpeg,
  type Mediamtx,
  publishTestPicture,
  startFfmpeg,
  startMediamtx,
} from "../support/fixtures";

const authorization = `Basic ${Buffer.from("ada:secret").toString("base64")}`;

describe("HLS server", () => {
  let mediamtx: Mediamtx;
  let publishers: Ffmpeg[] = [];
  let authorizer: FakeAuthorizer;
  let server: HlsServer;
  before(async () => {
    mediamtx = await startMediamtx();
    publishers = await Promise.all([
      publishTestPicture(mediamtx, "grp/cam"),
      publishTestPicture(mediamtx, "cam2"),
    ]);
  });
  after(async () => {
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await mediamtx?.stop();
  });
  beforeEach(async () => {
    authorizer = new FakeAuthorizer(mediamtx.tickets, ({ user, password, token }) =>
      (user === "ada" && password === "secret") || token === "good" ? "allow" : "bad-credentials",
    );
    server = new HlsServer(authorizer, { port: 0, mediamtxPort: mediamtx.ports.hls });
    await server.listen();
  });
  afterEach(() => server.close());

  const get = (target: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`http://127.0.0.1:${server.port}${target}`, { headers, method, redirect: "manual" });

  /** Opens a session; resolves to its first child URL. */
  async function play(stream = "grp/cam", headers: Record<string, string> = { authorization }) {
    const answer = await get(`/${stream}/index.m3u8`, headers);
    assert.equal(answer.status, 200);
    const index = await answer.text();
    const child = /^[^#\n].*$/m.exec(index)?.[0] ?? assert.fail(index);
    return {
      index,
      child: `/${stream}/${child}`,
      session: authorizer.sessions.at(-1) ?? assert.fail(),
    };
  }

  it("leads a browser that asks for a stream to the page that plays it", async () => {
    const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    for (const target of ["/grp/cam", "/grp/cam/", "/grp/cam?x=1"]) {
      const answer = await get(target, html);
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.get("location"), "https://127.0.0.1:9997/#grp/cam");
    }
    for (const [target, headers] of [
      ["/grp/cam", { accept: "*/*" }],
      ["/", html],
      ["//evil.example/..", html],
      ["/grp/cam%0d%0aset-cookie:x", html],
    ] as const) {
      assert.equal((await get(target, headers)).status, 404);
    }
    assert.equal((await get("/grp/cam/index.m3u8", html)).status, 401);
  });

  it("is read by FFmpeg with the login in the URL", async () => {
    const ffmpeg = startFfmpeg([
      ..."-v info -i".split(" "),
      `http://ada:secret@127.0.0.1:${server.port}/grp/cam/index.m3u8`,
      ..."-frames:v 5 -f null -".split(" "),
    ]);
    assert.equal(await ffmpeg.ended, 0, ffmpeg.log());
    assert.match(ffmpeg.log(), /Video: h264/);
    assert.match(ffmpeg.log(), /Audio: aac/);
    assert.match(ffmpeg.log(), /frame= *5 /);
    assert.equal(authorizer.sessions.length, 1);
    const [session = assert.fail()] = authorizer.sessions;
    assert.equal(session.isConnected, true);
    assert.ok(session.bytesOut > 5_000, `${session.bytesOut} bytes counted`);
    assert.deepEqual(session.endReasons, []);
  });

  it("asks who reads which stream from where", async () => {
    await play();
    const [{ disconnect: _cut, clientPort: _port, answerBy: _by, ...request } = assert.fail()] =
      authorizer.requests;
    assert.deepEqual(request, {
      protocol: "hls",
      action: "read",
      stream: "grp/cam",
      user: "ada",
      password: "secret",
      token: "",
      clientAddress: "127.0.0.1",
    });
  });

  it("serves playlists and segments of a session without asking again", async () => {
    const { child, session } = await play();
    const playlist = await get(child);
    assert.equal(playlist.status, 200);
    assert.equal(playlist.headers.get("content-type"), "application/vnd.apple.mpegurl");
    const text = await playlist.text();
    const segment = text
      .split("\n")
      .filter((line) => line.includes("_seg"))
      .at(-1);
    const bytesBefore = session.bytesOut;
    const media = await get(`/grp/cam/${segment}`);
    assert.equal(media.status, 200);
    assert.equal(media.headers.get("content-type"), "video/mp4");
    const { byteLength } = await media.arrayBuffer();
    assert.ok(byteLength > 100);
    assert.equal(session.bytesOut - bytesBefore, byteLength);
    assert.equal(authorizer.requests.length, 1);
  });

  for (const query of ["user=ada&pass=secret", "token=good", "jwt=good"]) {
    it(`takes ?${query} and repeats it nowhere`, async () => {
      const answer = await get(`/grp/cam/index.m3u8?${query}`);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(await answer.text(), /secret|good|user=|ticket/);
      assert.doesNotMatch(mediamtx.log(), /secret|good/);
      const { items } = await mediamtx.api<{ items: { query: string }[] }>("/v3/hlssessions/list");
      assert.ok(items.every((item) => item.query === ""));
    });
  }

  it("keeps the secret by which MediaMTX knows the session", async () => {
    const { index, child } = await play();
    const media = await (await get(child, { range: "bytes=0-99999" })).text();
    const { items } = await mediamtx.api<{ items: { id: string }[] }>("/v3/hlssessions/list");
    const secret = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{22}/;
    assert.doesNotMatch(index + media, secret);
    assert.ok(items.length > 0);
    assert.doesNotMatch(media, /resume=/);
    assert.match(media, /_seg\d+\.mp4\?session=session-1\.\d+\.[\w-]{43}/);
  });

  it("opens no playlist with a segment's URL", async () => {
    const { child } = await play();
    const media = await (await get(child)).text();
    const signature = /_seg.*\?(session=.*)/.exec(media)?.[1] ?? assert.fail(media);
    assert.equal((await get(child.replace(/session=.*/, signature))).status, 401);
  });

  it("answers HEAD and Range of a segment", async () => {
    const { child } = await play();
    const media = await (await get(child)).text();
    const segment = `/grp/cam/${/^.*_seg.*$/m.exec(media)?.[0]}`;
    const whole = await (await get(segment)).arrayBuffer();
    const head = await get(segment, {}, "HEAD");
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
    const part = await get(segment, { range: "bytes=0-9" });
    // MediaMTX sends the whole, which a server may.
    assert.equal(part.status, 200);
    assert.deepEqual(await part.arrayBuffer(), whole);
  });

  it("sets no cookie and names no server", async () => {
    const answer = await get("/grp/cam/index.m3u8", { authorization });
    assert.deepEqual(
      ["set-cookie", "server", "location"].map((name) => answer.headers.get(name)),
      [null, null, null],
    );
    assert.equal(answer.headers.get("cache-control"), "private, no-cache");
  });

  it("challenges a player without credentials at once, without asking", async () => {
    const answer = await get("/grp/cam/index.m3u8");
    assert.equal(answer.status, 401);
    assert.equal(
      answer.headers.get("www-authenticate"),
      'Basic realm="tak-media", charset="UTF-8"',
    );
    assert.deepEqual(authorizer.requests, []);
  });

  it("asks about a player without credentials when the stream may be open to anybody", async () => {
    authorizer.anonymous = true;
    authorizer.decide = () => "allow";
    await play("grp/cam", {});
    const { user, password, token } = authorizer.requests[0] ?? assert.fail();
    assert.deepEqual([user, password, token], ["", "", ""]);
    authorizer.decide = () => "bad-credentials";
    const answer = await get("/cam2/index.m3u8");
    assert.equal(
      answer.headers.get("www-authenticate"),
      'Basic realm="tak-media", charset="UTF-8"',
    );
  });

  const refusals = [
    ["malformed", 400],
    ["bad-credentials", 401],
    ["not-permitted", 403],
    ["ambiguous-name", 403],
    ["expired", 403],
    ["sso-enforced", 403],
    ["no-lease", 404],
    ["too-many-sessions", 429],
    ["throttled", 429],
    ["undecided", 503],
    ["closing", 503],
  ] as const;
  for (const [reason, status] of refusals) {
    it(`answers ${status} to a refusal "${reason}"`, async () => {
      authorizer.decide = () => reason;
      const answer = await get("/grp/cam/index.m3u8", { authorization });
      assert.equal(answer.status, status);
      assert.deepEqual(await answer.json(), { error: reason });
      assert.equal(answer.headers.has("www-authenticate"), status === 401);
      assert.equal(answer.headers.has("retry-after"), status === 503 || status === 429);
    });
  }

  it("serves a lease by its name in place, MediaMTX sees the path", async () => {
    authorizer.decide = () => ({ path: "grp/cam" });
    const { child } = await play("my-camera");
    assert.match(child, /^\/my-camera\//);
    assert.equal((await get(child)).status, 200);
    assert.doesNotMatch(mediamtx.log(), /my-camera/);
  });

  it("answers 404 when the stream is not live, and ends the session", async () => {
    const answer = await get("/idle/index.m3u8", { authorization });
    assert.equal(answer.status, 404);
    const [session = assert.fail()] = authorizer.sessions;
    assert.deepEqual(session.endReasons, ["not-live"]);
  });

  it("goes on with the session of a player that fetches the index again", async () => {
    const first = await play();
    const second = await play();
    assert.equal(second.index, first.index);
    assert.equal(authorizer.sessions.length, 1);
    const other = await play("grp/cam", { authorization: "Bearer good" });
    assert.notEqual(other.index, first.index);
    const another = await play("grp/cam", { authorization, "user-agent": "another player" });
    assert.notEqual(another.index, first.index);
    assert.equal(authorizer.sessions.length, 3);
  });

  it("opens a new session when the publisher has left and come back meanwhile", async function () {
    this.timeout(30_000);
    const first = await publishTestPicture(mediamtx, "cam3");
    const before = await play("cam3");
    await first.stop();
    await until("the stream is gone", async () => {
      const { items } = await mediamtx.api<{ items: { name: string; ready: boolean }[] }>(
        "/v3/paths/list",
      );
      return !items.some(({ name, ready }) => name === "cam3" && ready);
    });
    const second = await publishTestPicture(mediamtx, "cam3");
    try {
      const again = await play("cam3");
      assert.notEqual(again.index, before.index);
      assert.equal((await get(again.child)).status, 200);
      assert.deepEqual(before.session.endReasons, ["not-live"]);
    } finally {
      await second.stop();
    }
  });

  it("refuses playlists of an unknown session, of another stream and of none, with a challenge", async () => {
    const { child } = await play();
    authorizer.requests.length = 0;
    const targets = [
      child.replace(/session=.*/, "session=00000000-0000-4000-8000-000000000000"),
      child.replace("/grp/cam/", "/other/").replace(/&resume=.*/, ""),
      child.replace(/\?.*/, ""),
    ];
    for (const target of targets) {
      const answer = await get(target);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.has("www-authenticate"), true);
    }
    assert.deepEqual(authorizer.requests, []);
  });

  it("answers 404 to segments without a session: no browser asks for a password in the middle of a film", async () => {
    const { child } = await play();
    const media = await (await get(child)).text();
    const segment = `/grp/cam/${/^.*_seg.*$/m.exec(media)?.[0]}`;
    for (const target of [segment.replace(/\?.*/, ""), segment.replace("/grp/cam/", "/other/")]) {
      const answer = await get(target);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers.has("www-authenticate"), false);
    }
  });

  it("ends at once when it is cut", async () => {
    const { child, session } = await play();
    assert.equal((await get(child)).status, 200);
    session.request.disconnect("kicked");
    assert.deepEqual(session.endReasons, ["kicked"]);
    assert.equal((await get(child)).status, 401);
    session.request.disconnect("kicked");
    assert.deepEqual(session.endReasons, ["kicked"]);
    await play();
    assert.equal(authorizer.sessions.length, 2);
  });

  it("answers OPTIONS for pages of any origin, without credentials of the browser", async () => {
    const answer = await get("/grp/cam/index.m3u8", { origin: "https://example.org" }, "OPTIONS");
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.equal(answer.headers.get("access-control-allow-headers"), "Authorization, Range");
    assert.equal(answer.headers.has("access-control-allow-credentials"), false);
  });

  it("answers HEAD like GET without a body", async () => {
    const answer = await get("/grp/cam/index.m3u8", { authorization }, "HEAD");
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), "");
  });

  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    it(`answers 405 to ${method}`, async () => {
      const answer = await get("/grp/cam/index.m3u8", { authorization }, method);
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get("allow"), "GET, HEAD, OPTIONS");
    });
  }

  for (const target of ["/grp/cam/", "/grp/cam", "/", "/grp/cam/hls.min.js", "/%zz/index.m3u8"]) {
    it(`serves nothing at ${target}`, async () => {
      const answer = await get(target, { authorization });
      assert.ok([400, 404].includes(answer.status));
      assert.deepEqual(authorizer.requests, []);
    });
  }

  it("refuses new players while draining, and serves the others", async () => {
    const { child } = await play();
    server.drain();
    assert.equal((await get("/grp/cam/index.m3u8", { authorization })).status, 503);
    assert.equal((await get(child)).status, 200);
  });

  it("ends all sessions when it closes", async () => {
    const { session } = await play();
    await server.close();
    assert.deepEqual(session.endReasons, ["shutting-down"]);
  });

  it("answers 404 and ends the session when the publisher is gone", async () => {
    const { child, session } = await play("cam2");
    await publishers[1]?.stop();
    await until("the stream is gone", async () => (await get(child)).status !== 200);
    assert.equal(session.endReasons.length, 1);
    assert.equal(session.endReasons[0], "not-live");
    assert.equal((await get("/cam2/index.m3u8", { authorization })).status, 404);
  });

  it("answers 503 when MediaMTX is not there", async () => {
    const lost = new HlsServer(authorizer, { port: 0, mediamtxPort: 1 });
    await lost.listen();
    const url = `http://127.0.0.1:${lost.port}/grp/cam/index.m3u8`;
    const answer = await fetch(url, { headers: { authorization } });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "2");
    assert.deepEqual(authorizer.sessions.at(-1)?.endReasons, ["upstream-unreachable"]);
    await lost.close();
  });
});
