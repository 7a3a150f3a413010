import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../freePort";
import { until } from "../until";
import { allow, type FakeLambda, functionArn, startFakeLambda } from "./support/fakeLambda";
import {
  accepts,
  endProcess,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
} from "./support/fixtures";

const root = join(__dirname, "../..");
const admin = `Basic ${Buffer.from("admin:canary-password").toString("base64")}`;

/** The gateway as the container runs it, with the output so far. */
function startGateway(environment: Record<string, string>) {
  const child = spawn(process.execPath, ["-r", "ts-node/register", "gateway/main.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}

describe("gateway", function () {
  this.timeout(40_000);
  let lambda: FakeLambda;
  let mediamtx: Mediamtx;
  let gateway: { child: ChildProcess; output: () => string };
  let publisher: Ffmpeg | undefined;
  const ports: Record<string, number> = {};

  before(async () => {
    lambda = await startFakeLambda({
      decide: ({ action, user, password, stream }) =>
        password === "canary-password"
          ? allow({ path: action === "api" ? "" : stream, subject: `user:${user}`, admin: true })
          : { allow: false, reason: "bad-credentials" },
    });
    for (const key of ["RTMP", "RTSP", "SRT", "HLS", "API", "HEALTH", "HOOK"]) {
      ports[key] = await freePort();
    }
    mediamtx = await startMediamtx({
      MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${ports.HOOK}/auth`,
    });
    const gatewayPorts = Object.entries(ports).map(([key, port]) => [`GATEWAY_PORT_${key}`, port]);
    const mediamtxPorts = Object.entries(mediamtx.ports).map(([key, port]) => [
      `MEDIAMTX_PORT_${key.toUpperCase()}`,
      port,
    ]);
    const allPorts = [...gatewayPorts, ...mediamtxPorts].map(([key, port]) => [key, String(port)]);
    gateway = startGateway({
      ...Object.fromEntries(allPorts),
      AUTH_FUNCTION_ARN: functionArn,
      AUTH_MODE: "strict",
      GATEWAY_RECHECK_INTERVAL_SECONDS: "1",
      GATEWAY_RECORDINGS_FOLDER: "/recordings",
      GATEWAY_RECORDINGS_MAX_GIB: "16",
      SYSTEM_NAME: "TAK-Dev-MediaInfra",
      AWS_ENDPOINT_URL: lambda.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await until("the gateway has started", async () => {
      if (gateway.child.exitCode !== null) throw new Error(gateway.output());
      return accepts(ports.HEALTH ?? 0);
    });
  });
  after(async () => {
    await publisher?.stop();
    await endProcess(gateway.child);
    await mediamtx?.stop();
    await lambda?.stop();
  });

  const get = (server: string, target: string) =>
    fetch(`http://127.0.0.1:${ports[server]}${target}`, { headers: { authorization: admin } });

  const untilLive = () =>
    until("the API shows the stream", async () => {
      const answer = await get("API", "/v3/paths/get/cam");
      return answer.status === 200 && ((await answer.json()) as { ready: boolean }).ready;
    });

  it("is healthy while MediaMTX answers", async () => {
    await until("health is 200", async () => (await get("HEALTH", "/health")).status === 200);
  });

  it("lets a stream in by RTMP and out by HLS, and the API shows it", async () => {
    publisher = startFfmpeg([
      ...testPicture,
      ..."-f flv".split(" "),
      `rtmp://127.0.0.1:${ports.RTMP}/cam?user=ada&pass=canary-password`,
    ]);
    await untilLive();
    assert.equal((await get("HLS", "/cam/index.m3u8")).status, 200);
  });

  it("configures MediaMTX as the list of leases says, and says what it refuses", async () => {
    const lease = {
      name: null,
      expiration: null,
      recording: false,
      open: false,
      proxy: null,
      owner: null,
    };
    const proxy = "rtsp://camera:canary-login@10.0.0.1/stream";
    lambda.leases = [
      { ...lease, path: "cam", recording: true },
      { ...lease, path: "inside", proxy },
    ];
    await until("the running stream is recorded", async () => {
      const { items } = (await (await get("API", "/v3/recordings/list")).json()) as {
        items: { name: string }[];
      };
      return items.some(({ name }) => name === "cam");
    });
    await until("the proxy is refused", () =>
      /"stream":"inside","reason":"source must be on the public internet[^}]*"msg":"path refused"/.test(
        gateway.output(),
      ),
    );
    assert.equal(publisher?.child.exitCode, null);
    lambda.leases = [];
    await until("the path is no longer configured", async () => {
      return (await get("API", "/v3/config/paths/get/cam")).status === 404;
    });
    assert.equal(publisher?.child.exitCode, null);
  });

  it("lets the same user take its stream over, and nobody else", async () => {
    const publish = (user: string) =>
      startFfmpeg([
        ...testPicture,
        ..."-f flv".split(" "),
        `rtmp://127.0.0.1:${ports.RTMP}/live/${user}:canary-password:cam`,
      ]);
    const eve = publish("eve");
    assert.notEqual(await eve.ended, 0);
    assert.match(eve.log(), /another user is publishing/);
    assert.equal(publisher?.child.exitCode, null);

    const before = publisher;
    publisher = publish("ada");
    assert.notEqual(await before?.ended, 0);
    await untilLive();
    assert.equal(publisher.child.exitCode, null);
  });

  it("on SIGTERM refuses new clients while running streams go on", async () => {
    gateway.child.kill("SIGTERM");
    await until("health is 503", async () => (await get("HEALTH", "/health")).status === 503);
    assert.equal(await accepts(ports.RTMP ?? 0), false);
    assert.equal(await accepts(ports.RTSP ?? 0), false);
    assert.equal((await get("HLS", "/cam/index.m3u8")).status, 503);
    const frames = () =>
      Number([...(publisher?.log() ?? "").matchAll(/frame= *(\d+)/g)].at(-1)?.[1]);
    const already = frames();
    await until("more of the stream has been taken", () => frames() > already + 15);
    assert.equal(publisher?.child.exitCode, null);
  });

  it("ends when MediaMTX does, with exit code 0, and its log tells the story without a credential", async () => {
    const exit = once(gateway.child, "exit");
    await mediamtx.kill();
    assert.deepEqual(await exit, [0, null]);
    const messages = gateway.output().matchAll(/"msg":"([^"]*)"/g);
    const told = new Set([...messages].map(([, message]) => message));
    for (const message of [
      "gateway started",
      "auth allowed",
      "connected",
      "disconnected",
      "gateway draining",
      "gateway closed",
    ]) {
      assert.ok(told.has(message), `"${message}" is missing in:\n${gateway.output()}`);
    }
    assert.doesNotMatch(gateway.output(), /canary|sealed/);
    assert.doesNotMatch(mediamtx.log(), /canary/);
  });
});

describe("gateway without a usable environment", () => {
  it("says what is wrong and exits with code 1", async () => {
    const { child, output } = startGateway({});
    assert.deepEqual(await once(child, "close"), [1, null]);
    assert.match(output(), /"gateway cannot start"/);
    assert.match(output(), /GATEWAY_PORT_RTMP is not set/);
    assert.match(output(), /AUTH_FUNCTION_ARN is/);
  });
});
