import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SignJWT } from "jose";
import { parse } from "yaml";
import { z } from "zod";
import { localSecret } from "../../local/cloud/secretValues";
import { publish, read, untilLive } from "./clients";
import { curl } from "./curl";
import { paths, system } from "./system";

const origin = "https://localhost:9997";

/** What CloudTAK 13.70 demands of the answers; a missing or mistyped field is a 500 to its user. */
const Global = z.object({
  ...{ api: z.boolean(), apiAddress: z.string(), metrics: z.boolean(), metricsAddress: z.string() },
  ...{ pprof: z.boolean(), pprofAddress: z.string() },
  ...{ playback: z.boolean(), playbackAddress: z.string() },
  ...{ rtsp: z.boolean(), rtspAddress: z.string(), rtspsAddress: z.string() },
  rtspAuthMethods: z.array(z.string()),
  ...{ rtmp: z.boolean(), rtmpAddress: z.string(), rtmpsAddress: z.string() },
  ...{ hls: z.boolean(), hlsAddress: z.string(), webrtc: z.boolean(), webrtcAddress: z.string() },
  ...{ srt: z.boolean(), srtAddress: z.string() },
});
const Path = z.object({
  name: z.string(),
  confName: z.string(),
  source: z.object({ id: z.string(), type: z.string() }).nullable(),
  ready: z.boolean(),
  readyTime: z.string().nullable(),
  tracks: z.array(z.string()),
  bytesReceived: z.int(),
  bytesSent: z.int(),
  readers: z.array(z.object({ type: z.string(), id: z.string() })),
});
const PathList = z.object({ pageCount: z.int(), itemCount: z.int(), items: z.array(Path) });

/** CloudTAK's token for its media server: it never expires. */
async function mediaToken(): Promise<string> {
  const { config } = parse(readFileSync(join(paths.project, "Pulumi.dev.yaml"), "utf8"));
  const secret = localSecret(paths, config["tak-media-infra:cloudtakSigningSecretArn"]);
  return new SignJWT({ internal: true, access: "media" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .sign(new TextEncoder().encode(secret));
}

describe("CloudTAK's media client", () => {
  let token: string;
  before(async () => {
    await system();
    token = await mediaToken();
  });

  /** A call as CloudTAK makes it; the body as JSON. */
  async function call(method: string, target: string, body?: object) {
    const answer = await curl(
      "",
      ...["-X", method, "-H", `Authorization: Bearer ${token}`, `${origin}${target}`],
      ...(body ? ["-H", "Content-Type: application/json", "-d", JSON.stringify(body)] : []),
    );
    return { status: answer.status, body: JSON.parse(answer.body || "null") };
  }

  it("makes URLs of the global configuration by which its users publish and watch", async () => {
    const { status, body } = await call("GET", "/v3/config/global/get");
    assert.equal(status, 200);
    const global = Global.parse(body);
    assert.deepEqual([global.rtsp, global.rtmp, global.webrtc], [false, false, false]);
    const port = global.srtAddress.replace(":", "");
    const srt = (mode: string, user: string, password: string) =>
      `srt://localhost:${port}?streamid=${mode}:secure-stream:${user}:${password}`;
    const publisher = publish(srt("publish", "write3", "4h2g7a"));
    try {
      await untilLive("secure-stream", publisher);
      const media = await read(srt("read", "read3", "b93f1c"));
      assert.deepEqual(media.codecs, ["h264", "aac"]);

      const path = Path.parse((await call("GET", "/path/secure-stream")).body);
      assert.deepEqual(
        [path.name, path.ready, path.source?.type],
        ["secure-stream", true, "srtConn"],
      );
      const { itemCount, items } = PathList.parse((await call("GET", "/path")).body);
      assert.equal(itemCount, items.length);
      assert.ok(items.some(({ name }) => name === "secure-stream"));
    } finally {
      await publisher.stop();
    }
  });

  it("hands out a player's URL that a secured lease's credentials open, in a header, for another site", async () => {
    const publisher = publish("srt://localhost:8890?streamid=publish:secure-stream:write3:4h2g7a");
    try {
      await untilLive("secure-stream", publisher);
      const url = `${origin}/stream/secure-stream/index.m3u8`;
      const asPage = ["-H", "Origin: https://map.example.org", "-H", "Sec-Fetch-Site: cross-site"];
      const index = await curl("read3:b93f1c", "-i", ...asPage, url);
      assert.equal(index.status, 200);
      assert.match(index.body, /access-control-allow-origin: \*/i);
      const child = /^[^#\n]+\.m3u8\?\S*$/m.exec(index.body)?.[0] ?? assert.fail(index.body);
      const media = await curl("", ...asPage, new URL(child, url).href);
      assert.equal(media.status, 200);
      assert.match(media.body, /#EXTINF/);
      for (const login of ["", "read3:wrong", "write3:4h2g7a"]) {
        assert.equal((await curl(login, ...asPage, url)).status, 401, login);
      }
    } finally {
      await publisher.stop();
    }
  });

  it("makes, changes and deletes a lease", async () => {
    const name = "7f0c2b4e-9d1a-4c53-8e6f-2a3b4c5d6e7f";
    // CloudTAK shows an error for any other status, live or not.
    const idle = await call("GET", `/path/${name}`);
    assert.equal(idle.status, 200);
    assert.equal(Path.parse(idle.body).ready, false);
    assert.equal((await call("POST", "/path", { name, record: false })).status, 200);
    const change = { name, source: null, record: false };
    assert.equal((await call("PATCH", `/path/${name}`, change)).status, 200);
    assert.equal((await call("DELETE", `/path/${name}`)).status, 200);
    assert.equal((await call("GET", `/v3/recordings/get/${name}`)).status, 200);
  });

  it("asks for the version without a token", async () => {
    const { status, body } = await curl("", `${origin}/`);
    assert.equal(status, 200);
    assert.equal(typeof JSON.parse(body).version, "string");
  });

  it("is nobody with another key, a token that has expired or one for something else", async () => {
    const secret = new TextEncoder().encode("some-other-secret");
    const claims = { internal: true, access: "media" };
    const forged = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
    const target = `${origin}/v3/config/global/get`;
    for (const bad of [await forged, `${token}x`, `etl.${token}`, "x"]) {
      const answer = await curl("", "-H", `Authorization: Bearer ${bad}`, target);
      assert.equal(answer.status, 401);
    }
  });
});
