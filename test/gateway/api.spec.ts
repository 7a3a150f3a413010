import assert from "node:assert/strict";
import type { Credentials } from "../../gateway/admission";
import { ApiDoor } from "../../gateway/api/door";
import { MediamtxApi } from "../../gateway/mediamtx";
import type { Decision } from "../../lambda/auth/contract";
import { allow } from "./fakeLambda";
import { type Ffmpeg, type Mediamtx, publishTestPicture, startMediamtx } from "./fixtures";

const admin = `Basic ${Buffer.from("admin:secret").toString("base64")}`;
const user = "Bearer user-token";

describe("API door", () => {
  let mediamtx: Mediamtx;
  let publisher: Ffmpeg;
  let api: MediamtxApi;
  let door: ApiDoor;
  const asked: { credentials: Credentials; address: string }[] = [];
  const signIn = async (credentials: Credentials, address: string): Promise<Decision> => {
    asked.push({ credentials, address });
    if (credentials.user === "admin") return allow({ path: "", admin: true });
    if (credentials.token === "user-token") return allow({ path: "" });
    const reason = credentials.token === "cloudtak-down" ? "undecided" : "bad-credentials";
    return { allow: false, reason };
  };

  before(async () => {
    mediamtx = await startMediamtx({ MTX_PATHDEFAULTS_SRTREADPASSPHRASE: "canary-passphrase" });
    publisher = await publishTestPicture(mediamtx, "grp/cam");
    api = new MediamtxApi(mediamtx.ports.api, mediamtx.apiToken);
    door = new ApiDoor(signIn, api, () => [], { port: 0, mediamtxPort: mediamtx.ports.api });
    await door.listen();
  });
  after(async () => {
    await door?.close();
    await api?.close();
    await publisher?.stop();
    await mediamtx?.stop();
  });
  beforeEach(() => {
    asked.length = 0;
  });

  async function get(target: string, authorization?: string, method = "GET") {
    const headers: Record<string, string> = authorization ? { authorization } : {};
    const answer = await fetch(`http://127.0.0.1:${door.port}${target}`, { headers, method });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) };
  }

  it("shows an administrator what MediaMTX shows, paging included", async () => {
    const list = await get("/v3/paths/list?itemsPerPage=1&page=0", admin);
    assert.equal(list.status, 200);
    const { itemCount, pageCount, items } = list.json();
    assert.deepEqual([itemCount, pageCount, items[0].name], [1, 1, "grp/cam"]);
    const one = await get("/v3/paths/get/grp/cam", admin);
    const direct = await mediamtx.api<{ readyTime: string }>("/v3/paths/get/grp/cam");
    assert.equal(one.json().readyTime, direct.readyTime);
    assert.equal((await get("/v3/paths/list?page=1", admin)).json().items.length, 0);
  });

  it("hides tickets, passphrases and the auth address", async () => {
    const conns = await get("/v3/rtmpconns/list", admin);
    assert.equal(conns.json().items[0].query, "<redacted>");
    const global = await get("/v3/config/global/get", admin);
    assert.equal(global.json().authHTTPAddress, "<redacted>");
    const paths = await get("/v3/config/paths/list", admin);
    assert.equal(paths.json().items[0].srtReadPassphrase, "<redacted>");
    assert.doesNotMatch(
      conns.text + global.text + paths.text,
      /canary|pass=|127\.0\.0\.1:\d+\/auth/,
    );
  });

  it("lets a user see /v3/info and nothing else", async () => {
    assert.equal((await get("/v3/info", user)).json().version, "v1.20.1");
    for (const target of ["/v3/paths/list", "/v3/paths/get/grp/cam", "/v3/config/global/get"]) {
      const answer = await get(target, user);
      assert.equal(answer.status, 403);
      assert.deepEqual(answer.json(), { status: "error", error: "for administrators only" });
    }
  });

  it("asks with the credentials and the address of the client", async () => {
    await get("/v3/info", admin);
    await get("/v3/info?jwt=user-token");
    assert.deepEqual(asked, [
      {
        credentials: { user: "admin", password: "secret", token: "" },
        address: "::ffff:127.0.0.1",
      },
      {
        credentials: { user: "", password: "", token: "user-token" },
        address: "::ffff:127.0.0.1",
      },
    ]);
  });

  it("answers 401 without credentials, without a challenge and without asking", async () => {
    const answer = await get("/v3/info");
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.has("www-authenticate"), false);
    assert.deepEqual(asked, []);
  });

  it("answers 403 to refused credentials", async () => {
    const answer = await get("/v3/info", "Bearer wrong");
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.json(), { status: "error", error: "bad-credentials" });
  });

  it("answers 503 with Retry-After when nobody can decide", async () => {
    const answer = await get("/v3/info", "Bearer cloudtak-down");
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "2");
  });

  it("answers 404 to unknown calls and to what MediaMTX does not know", async () => {
    assert.equal((await get("/v3/unknown", admin)).status, 404);
    assert.equal((await get("/", admin)).status, 404);
    const answer = await get("/v3/paths/get/none", admin);
    assert.equal(answer.status, 404);
    assert.equal(typeof answer.json().error, "string");
  });

  it("answers 400 to a faulty query", async () => {
    assert.equal((await get("/v3/paths/list?page=x", admin)).status, 400);
  });

  for (const method of ["POST", "PATCH", "DELETE", "PUT", "OPTIONS"]) {
    it(`answers 405 to ${method}`, async () => {
      const answer = await get("/v3/paths/list", admin, method);
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get("allow"), "GET, HEAD");
    });
  }

  it("answers 503 with Retry-After when MediaMTX is not there", async () => {
    const nowhere = new MediamtxApi(1, "x");
    const lost = new ApiDoor(signIn, nowhere, () => [], { port: 0, mediamtxPort: 1 });
    await lost.listen();
    const answer = await fetch(`http://127.0.0.1:${lost.port}/v3/info`, {
      headers: { authorization: admin },
    });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "2");
    lost.drain();
    await lost.close();
    await nowhere.close();
  });
});
