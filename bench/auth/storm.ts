import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { freePort } from "../../test/freePort";
import { accepts, endProcess, startMediamtx, until } from "../../test/gateway/fixtures";
import { benchEnvironment } from "../environment";
import { cpuSeconds, startProgram } from "./processes";
import { publishRtsp, readRtsp, sendFrames } from "./rtspClients";

const root = join(__dirname, "../..");
const signingSecret = "bench-signing-secret";

/** What a storm of clients took. */
export interface Storm {
  /** Seconds until each client had its stream, sorted. */
  readonly readers: readonly number[];
  readonly publishers: readonly number[];
  readonly failures: number;
  /** Milliseconds of `/v3/paths/list` meanwhile, sorted. */
  readonly lists: readonly number[];
  readonly listFailures: number;
  /** CPU seconds of the processes named. */
  readonly cpu: Readonly<Record<string, number>>;
}

interface Target {
  readonly rtspPort: number;
  readonly apiPort: number;
  /** Authorization header for the API. */
  readonly authorization: string;
  readonly pids: Readonly<Record<string, number>>;
}

const userOf = (n: number) => `user${n}`;
const passwordOf = (n: number) => `password-of-user${n}`;

/** Readers of stream "live" and publishers of streams of their own, all at once, each with its own login. */
async function storm(target: Target, readers: number, publishers: number): Promise<Storm> {
  const sockets: Socket[] = [];
  let failures = 0;
  const started = performance.now();
  const timed = async (client: Promise<Socket>) => {
    try {
      sockets.push(await client);
      return [(performance.now() - started) / 1000];
    } catch {
      failures++;
      return [];
    }
  };
  const cpuBefore = Object.entries(target.pids).map(([name, pid]) => [name, cpuSeconds(pid)]);
  const { rtspPort, apiPort, authorization } = target;
  const listUrl = `http://127.0.0.1:${apiPort}/v3/paths/list`;
  const probe = startProgram<{ times: number[]; failures: number }>(join(__dirname, "probe.ts"), [
    listUrl,
    authorization,
  ]);
  const [reading, publishing] = await Promise.all(
    [
      [readers, (n: number) => readRtsp(rtspPort, "live", userOf(n), passwordOf(n))] as const,
      [
        publishers,
        (n: number) => publishRtsp(rtspPort, `own${n}`, userOf(n), passwordOf(n)),
      ] as const,
    ].map(async ([count, client]) =>
      (await Promise.all(Array.from({ length: count }, (_, n) => timed(client(n))))).flat(),
    ),
  );
  probe.child.send("stop");
  const { times: lists, failures: listFailures } = await probe.next();
  await probe.stop();
  const cpu = cpuBefore.map(([name, before]) => [
    name,
    cpuSeconds(target.pids[name as string] ?? 0) - Number(before),
  ]);
  for (const socket of sockets) socket.destroy();
  const sorted = (values: readonly number[] = []) => [...values].sort((a, b) => a - b);
  return {
    ...{ readers: sorted(reading), publishers: sorted(publishing), lists: sorted(lists), failures },
    listFailures,
    cpu: Object.fromEntries(cpu),
  };
}

/** CloudTAK with that many users; all may read "live", the first ones have a lease of their own. */
async function startUsers(readers: number, publishers: number, delayMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "bench-cloudtak-"));
  const dataFile = join(folder, "cloudtak.yaml");
  const data = parse(readFileSync(join(root, "local/cloudtak/cloudtak.yaml"), "utf8"));
  const channel = "Everybody";
  const users = Array.from({ length: readers }, (_, n) => ({
    username: userOf(n),
    password: passwordOf(n),
    groups: [channel],
  }));
  const own = Array.from({ length: publishers }, (_, n) => {
    const path = `own${n}`;
    return { id: 1_000 + n, name: path, path, username: userOf(n) };
  });
  const live = { id: 999, name: "live", path: "live", username: "admin", share: true, channel };
  const leases = [...data.leases, live, ...own];
  writeFileSync(
    dataFile,
    stringify({ ...data, delay_ms: delayMs, users: [...data.users, ...users], leases }),
  );
  const port = await freePort();
  const program = startProgram(join(root, "local/cloudtak/main.ts"), [String(port), dataFile], {
    SigningSecret: signingSecret,
  });
  await until("CloudTAK listens", () => accepts(port));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What an AWS SDK client needs; "" when it learns the endpoint later. */
export const awsVariables = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
});

/** Gateway (its bundle), auth function, MediaMTX and a CloudTAK that takes `delayMs` for each answer. */
export async function gatewayStorm(
  readers: number,
  publishers: number,
  delayMs: number,
): Promise<Storm> {
  const cloudtak = await startUsers(readers, publishers, delayMs);
  const backend = startProgram<{ url: string }>(
    join(__dirname, "backend.ts"),
    [cloudtak.url, signingSecret],
    awsVariables(""),
  );
  const { url } = await backend.next();
  const ports = Object.fromEntries(
    await Promise.all(
      ["RTMP", "RTSP", "SRT", "HLS", "API", "HEALTH", "HOOK"].map(async (key) => [
        key,
        await freePort(),
      ]),
    ),
  ) as Record<string, number>;
  const mediamtx = await startMediamtx({
    MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${ports.HOOK}/auth`,
  });
  const environment = [
    ...Object.entries(ports).map(([key, port]) => [`GATEWAY_PORT_${key}`, String(port)]),
    ...Object.entries(mediamtx.ports).map(([key, port]) => [
      `MEDIAMTX_PORT_${key.toUpperCase()}`,
      String(port),
    ]),
  ];
  const gateway = spawn(process.execPath, [join(root, "gateway/bin/gateway.js")], {
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: "1",
      ...benchEnvironment(),
      ...Object.fromEntries(environment),
      ...awsVariables(url),
      AUTH_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:123456789012:function:auth:live",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const authorization = `Basic ${Buffer.from("admin:admin-pass").toString("base64")}`;
  try {
    for (const key of ["RTSP", "API"]) {
      await until(`the gateway listens for ${key}`, () => accepts(ports[key] ?? 0));
    }
    // Whoever watches the API has signed in before.
    const signedIn = await fetch(`http://127.0.0.1:${ports.API}/v3/info`, {
      headers: { authorization },
    });
    await signedIn.arrayBuffer();
    const live = await publishRtsp(ports.RTSP ?? 0, "live", "admin", "admin-pass");
    sendFrames(live);
    const pids = { gateway: gateway.pid ?? 0, "auth function": backend.child.pid ?? 0 };
    const target = { rtspPort: ports.RTSP ?? 0, apiPort: ports.API ?? 0, authorization, pids };
    const figures = await storm(target, readers, publishers);
    live.destroy();
    return figures;
  } finally {
    await endProcess(gateway);
    await mediamtx.stop();
    await backend.stop();
    await cloudtak.stop();
  }
}

/** MediaMTX by itself, asking an auth server that takes `delayMs` for each question with credentials. */
export async function mediamtxStorm(
  readers: number,
  publishers: number,
  delayMs: number,
): Promise<Storm> {
  const apiToken = "test-api-token";
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { action, user } = JSON.parse(body);
    const asked = action === "api" || user !== "";
    if (asked && action !== "api") await sleep(delayMs);
    response.writeHead(asked ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const mediamtx = await startMediamtx({
    MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${port}/auth`,
    MTX_RTSPTRUSTEDPROXIES: "",
    MTX_READTIMEOUT: "30s",
  });
  try {
    const rtspPort = mediamtx.ports.rtsp;
    sendFrames(await publishRtsp(rtspPort, "live", "admin", apiToken));
    const api = { apiPort: mediamtx.ports.api, authorization: `Bearer ${apiToken}` };
    return await storm({ rtspPort, ...api, pids: {} }, readers, publishers);
  } finally {
    await mediamtx.stop();
    server.closeAllConnections();
    server.close();
  }
}
