import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { type StandIn, signingSecret, startStandIn } from "./standIn";

describe("CloudTAK stand-in, POST /api/video/auth", () => {
  let cloudtak: StandIn;
  before(async () => {
    cloudtak = await startStandIn();
  });
  after(() => cloudtak.close());

  const body = {
    user: "",
    password: "",
    ip: "192.0.2.7",
    action: "read",
    path: "open-stream",
    protocol: "rtsp",
    id: null,
    query: "",
  };
  const ask = async (part: object) => {
    const { status, body: answer } = await cloudtak.post("/api/video/auth", { ...body, ...part });
    return [status, answer.status];
  };
  const secure = { path: "secure-stream" };
  const recorded = { path: "recorded-stream", action: "playback" };
  const half = { path: "half-secured-stream" };

  const rows: [string, object, [number, number]][] = [
    ["open lease, anybody reads", {}, [200, 200]],
    ["open lease, anybody publishes", { action: "publish", user: "x", password: "y" }, [200, 200]],
    ["unknown path", { path: "nowhere" }, [404, 404]],
    ["read pair reads", { ...secure, user: "read3", password: "b93f1c" }, [200, 200]],
    ["wrong read pair", { ...secure, user: "read3", password: "x" }, [401, 401]],
    [
      "publish pair publishes",
      { ...secure, action: "publish", user: "write3", password: "4h2g7a" },
      [200, 200],
    ],
    [
      "read pair does not publish",
      { ...secure, action: "publish", user: "read3", password: "b93f1c" },
      [401, 401],
    ],
    [
      "an expired lease still opens",
      { path: "expired-stream", user: "read4", password: "7c2a9b" },
      [200, 200],
    ],
    [
      "playback without recording",
      { ...secure, action: "playback", user: "read3", password: "b93f1c" },
      [401, 401],
    ],
    ["playback with the read pair", { ...recorded, user: "read6", password: "d17b4g" }, [200, 200]],
    ["playback with another pair", { ...recorded, user: "write6", password: "0a8f3e" }, [401, 401]],
    ["half a pair: HTTP 200 with status 401", { ...half, user: "write12" }, [200, 401]],
    ["half a pair, publish", { ...half, action: "publish" }, [200, 401]],
    ["api", { action: "api", path: "" }, [401, 401]],
    ["null password counts as empty", { password: null }, [200, 200]],
    ["numbers become text", { user: 7 }, [200, 200]],
    ["other keys are dropped", { token: "x", userAgent: "y" }, [200, 200]],
    ["missing id", { id: undefined }, [400, 400]],
    ["missing password", { password: undefined }, [400, 400]],
    ["unknown action", { action: "watch" }, [400, 400]],
    ["management without a token", { user: "management", password: "x" }, [401, 401]],
  ];
  for (const [title, part, expected] of rows) {
    it(title, async () => assert.deepEqual(await ask(part), expected));
  }

  it("management opens every action and path with the media token, in any HMAC algorithm", async () => {
    const key = new TextEncoder().encode(signingSecret);
    const sign = (claims: Record<string, unknown>, alg = "HS256") =>
      new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
    const media = { internal: true, access: "media" };
    const management = async (jwt: string, part = {}) =>
      ask({ user: "management", password: jwt, ...part });
    assert.deepEqual(await management(await sign(media)), [200, 200]);
    assert.deepEqual(await management(await sign(media, "HS512"), { action: "api" }), [200, 200]);
    assert.deepEqual(await management(await sign(media), { path: "nowhere" }), [200, 200]);
    assert.deepEqual(await management(await sign({ ...media, exp: 1 })), [401, 401]);
    assert.deepEqual(await management(await sign({ ...media, internal: false })), [401, 401]);
    assert.deepEqual(await management(`etl.${await sign(media)}`), [401, 401]);
  });
});
