import assert from "node:assert/strict";
import { basicChallenge } from "../../../gateway/auth/credentials/httpCredentials";
import { readResumption, resumptionQuery } from "../../../gateway/hls/resumption";
import { HlsServer } from "../../../gateway/hls/server";
import { until } from "../../until";
import {
  FakeAuthorizer,
  type Ffmpeg,
  type Mediamtx,
  publishTestPicture,
  startMediamtx,
} from "../support/fixtures";

const authorization = `Basic ${Buffer.from("ada:secret").toString("base64")}`;

describe("a viewer's playlist URL", () => {
  let mediamtx: Mediamtx;
  let publisher: Ffmpeg | undefined;
  let authorizer: FakeAuthorizer;
  let servers: HlsServer[] = [];

  before(async () => {
    mediamtx = await startMediamtx();
  });
  after(() => mediamtx?.stop());
  beforeEach(async () => {
    servers = [];
    authorizer = new FakeAuthorizer(mediamtx.tickets, ({ stream, user, handle }) =>
      user === "ada" || handle === `handle-of-${stream.replaceAll("/", "-")}`
        ? { path: stream.replace(/^my-camera$/, "grp/cam") }
        : "bad-credentials",
    );
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await publisher?.stop();
  });

  /** The server of one more task: its own keys, no session. */
  async function newTask(): Promise<HlsServer> {
    const server = new HlsServer(authorizer, { port: 0, mediamtxPort: mediamtx.ports.hls });
    await server.listen();
    servers.push(server);
    return server;
  }

  const get = (server: HlsServer, target: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${server.port}${target}`, { headers, redirect: "manual" });

  const uris = (playlist: string) => playlist.match(/^[^#\n]+$|(?<=URI=")[^"]+/gm) ?? [];

  /** Signs a player in; resolves to the URLs of its media playlists. */
  async function play(server: HlsServer, stream = "grp/cam"): Promise<string[]> {
    const answer = await get(server, `/${stream}/index.m3u8`, { authorization });
    assert.equal(answer.status, 200);
    return uris(await answer.text()).map((uri) => `/${stream}/${uri}`);
  }

  async function leave(): Promise<void> {
    await publisher?.stop();
    publisher = undefined;
    await until("the stream is gone", async () => {
      const { items } = await mediamtx.api<{ items: { ready: boolean }[] }>("/v3/paths/list");
      return !items.some(({ ready }) => ready);
    });
  }

  it("answers 404 with Retry-After while the publisher is away, and serves again when it is back", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const server = await newTask();
    const [child = ""] = await play(server);
    assert.equal((await get(server, child)).status, 200);
    await leave();
    for (let time = 0; time < 3; time += 1) {
      const answer = await get(server, child);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers.get("retry-after"), "2");
    }
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const answer = await get(server, child);
    assert.equal(answer.status, 200);
    const segment = /^[^#\n].*_seg.*$/m.exec(await answer.text())?.[0];
    assert.equal((await get(server, `/grp/cam/${segment}`)).status, 200);
  });

  it("serves from a task that knows neither its session nor its signature, by one session for all tracks", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const urls = await play(await newTask());
    assert.equal(urls.length, 2);
    const task = await newTask();
    authorizer.requests.length = 0;
    const answers = await Promise.all([...urls, ...urls].map((url) => get(task, url)));
    for (const answer of answers) assert.equal(answer.status, 200);
    assert.deepEqual(
      authorizer.requests.map(({ protocol, action, stream, user, password, token, handle }) => [
        ...[protocol, action, stream, user, password, token, handle],
      ]),
      [["hls", "read", "grp/cam", "", "", "", "handle-of-grp-cam"]],
    );
  });

  it("opens the index as well, for a player that starts over", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const [child = ""] = await play(await newTask());
    const index = child.replace(/[^/]*\?session=[^&]*&/, "index.m3u8?");
    assert.equal((await get(await newTask(), index)).status, 200);
    assert.equal((await get(await newTask(), index.replace(/\?.*/, ""))).status, 401);
  });

  it("serves under the name that the player asked for", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const [child = ""] = await play(await newTask(), "my-camera");
    assert.match(child, /^\/my-camera\//);
    const answer = await get(await newTask(), child);
    assert.equal(answer.status, 200);
    assert.equal(authorizer.requests.at(-1)?.stream, "grp/cam");
  });

  it("serves nothing once the viewer is not allowed any more, and asks for credentials", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const server = await newTask();
    const [child = ""] = await play(server);
    for (const reason of ["bad-credentials", "malformed"] as const) {
      authorizer.decide = () => reason;
      authorizer.sessions.at(-1)?.request.disconnect("kicked");
      for (const each of [server, await newTask()]) {
        const answer = await get(each, child);
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get("www-authenticate"), basicChallenge);
      }
    }
    authorizer.decide = () => "undecided";
    assert.equal((await get(server, child)).headers.get("retry-after"), "2");
  });

  it("serves by the credentials of the request, where the player sends them with each", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const [child = ""] = await play(await newTask());
    const bare = child.replace(/\?.*/, "");
    assert.equal((await get(await newTask(), bare, { authorization })).status, 200);
    assert.equal((await get(await newTask(), bare)).status, 401);
  });

  it("opens no other stream", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const [child = ""] = await play(await newTask());
    const task = await newTask();
    const other = child.replace("resume=grp/cam~", "resume=grp/other~");
    assert.equal((await get(task, other)).status, 401);
  });

  it("refuses new sessions of a task that is ending", async () => {
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    const [child = ""] = await play(await newTask());
    const task = await newTask();
    task.drain();
    assert.equal((await get(task, child)).status, 503);
  });
});

describe("the handle in a playlist's URL", () => {
  const read = (query: string) => readResumption(new URLSearchParams(query));

  it("is read as it was written", () => {
    const resumption = { path: "grp/cam.1", handle: "aB-_9" };
    assert.deepEqual(read(`session=x${resumptionQuery(resumption)}`), resumption);
  });

  it("is left out when FFmpeg would cut the URL off", () => {
    assert.equal(resumptionQuery({ path: "cam", handle: "h".repeat(3_001) }), "&resume=");
    assert.equal(read(`resume=cam~${"h".repeat(3_001)}`), undefined);
  });

  for (const query of [
    "",
    "resume=",
    "resume=cam",
    "resume=~h",
    "resume=../x~h",
    "resume=c~h%20",
  ]) {
    it(`is not read from "${query}"`, () => assert.equal(read(query), undefined));
  }
});
