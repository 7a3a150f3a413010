import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startMediamtx } from "../../test/gateway/support/fixtures";
import { basic, channel, passwordOf, userOf } from "./accounts";
import { cpuSeconds, startProgram } from "./processes";
import { publishRtsp, readRtsp, sendFrames } from "./rtspClients";
import { startSystem } from "./system";

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

/** Gateway, auth function, MediaMTX and a CloudTAK that takes `delayMs` for each answer. */
export async function gatewayStorm(
  readers: number,
  publishers: number,
  delayMs: number,
): Promise<Storm> {
  const own = Array.from({ length: publishers }, (_, n) => {
    const path = `own${n}`;
    return { id: 1_000 + n, name: path, path, username: userOf(n) };
  });
  const live = { id: 999, name: "live", path: "live", username: "admin", share: true, channel };
  const system = await startSystem({ users: readers, leases: [live, ...own], delayMs });
  const authorization = basic("admin", "admin-pass");
  try {
    // The API has been called before.
    const signedIn = await fetch(`http://127.0.0.1:${system.ports.API}/v3/info`, {
      headers: { authorization },
    });
    await signedIn.arrayBuffer();
    const publisher = await publishRtsp(system.ports.RTSP, "live", "admin", "admin-pass");
    sendFrames(publisher);
    const { gateway, "auth function": authFunction } = system.pids;
    const pids = { gateway, "auth function": authFunction };
    const { RTSP: rtspPort, API: apiPort } = system.ports;
    const figures = await storm({ rtspPort, apiPort, authorization, pids }, readers, publishers);
    publisher.destroy();
    return figures;
  } finally {
    await system.stop();
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
