/**
 * The API's server: long lists against MediaMTX's own API in one run, CloudTAK's list, HLS under many viewers.
 * `node -r ts-node/register bench/api.ts` runs it alone.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import { Pool } from "undici";
import type { ApiServer } from "./apiServer";
import { report } from "./timing";

const runs = 3;
const seconds = 5;
const connections = 10;
const viewers = 200;
const viewingSeconds = 15;

interface Started extends ApiServer {
  readonly child: ChildProcess;
  readonly authorization: string;
}

async function start(): Promise<Started> {
  const child = fork(join(__dirname, "apiServer.ts"), { execArgv: ["-r", "ts-node/register"] });
  const [message] = await once(child, "message");
  return { ...message.server, authorization: message.authorization, child };
}

/** CPU seconds of the server's process so far. */
async function cpuSeconds({ child }: Started): Promise<number> {
  child.send("cpu");
  const [{ cpu }] = await once(child, "message");
  return (cpu.user + cpu.system) / 1e6;
}

interface Figures {
  readonly perSecond: number[];
  readonly p99Ms: number[];
  readonly cpuMs: number[];
}

const figures = (): Figures => ({ perSecond: [], p99Ms: [], cpuMs: [] });

async function load(server: Started, url: string, authorization: string, into: Figures) {
  const before = await cpuSeconds(server);
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers: { authorization },
  });
  const requests = result["2xx"];
  if (result.non2xx > 0 || requests === 0)
    throw new Error(`${result.non2xx} answers other than 2xx`);
  into.perSecond.push(requests / result.duration);
  into.p99Ms.push(result.latency.p99);
  into.cpuMs.push((((await cpuSeconds(server)) - before) * 1_000) / requests);
}

function tell(name: string, { perSecond, p99Ms, cpuMs }: Figures, cpuAim?: string): void {
  report(`${name}: requests`, perSecond, "/s", 0);
  report(`${name}: p99`, p99Ms, "ms", 0);
  if (cpuAim !== undefined) report(`${name}: CPU per request${cpuAim}`, cpuMs, "ms", 2);
}

async function benchLists(server: Started): Promise<void> {
  const direct = figures();
  const through = figures();
  const cloudtak = figures();
  const gateway = `http://127.0.0.1:${server.apiPort}`;
  const mediamtx = `http://127.0.0.1:${server.mediamtxApiPort}`;
  for (let run = 0; run < runs; run++) {
    const token = `Bearer ${server.mediamtxToken}`;
    await load(server, `${mediamtx}/v3/paths/list`, token, direct);
    await load(server, `${gateway}/v3/paths/list`, server.authorization, through);
    await load(server, `${gateway}/path`, server.authorization, cloudtak);
  }
  tell("/v3/paths/list, 100 of 501, MediaMTX", direct);
  tell("/v3/paths/list, 100 of 501, gateway", through, "");
  const ratio = (of: (figures: Figures) => number[]) =>
    of(through).map((value, run) => value / (of(direct)[run] ?? Number.NaN));
  report(
    "  requests, gateway to MediaMTX (aim: 0.9 or more)",
    ratio(({ perSecond }) => perSecond),
    "",
    2,
  );
  report(
    "  p99, gateway to MediaMTX (aim: 1.2 or less)",
    ratio(({ p99Ms }) => p99Ms),
    "",
    2,
  );
  tell("/path, all 501, gateway", cloudtak, " (aim: 0.63 or less)");
}

/** Fetches playlists and each new segment of every track, as a player does; resolves to the bytes. */
async function view(pool: Pool, authorization: string, until: number): Promise<number> {
  let bytes = 0;
  const get = async (path: string, headers = {}) => {
    const { statusCode, body } = await pool.request({ method: "GET", path, headers });
    const content = Buffer.from(await body.arrayBuffer());
    if (statusCode !== 200) throw new Error(`${statusCode} for a playlist or segment`);
    bytes += content.length;
    return content.toString("latin1");
  };
  const children = (playlist: string) =>
    playlist.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const [media = ""] = children(await get("/stream/cam/index.m3u8", { authorization }));
  const seen = new Set<string>();
  while (Date.now() < until) {
    for (const segment of children(await get(`/stream/cam/${media}`)).slice(-3)) {
      if (seen.has(segment)) continue;
      seen.add(segment);
      await get(`/stream/cam/${segment}`);
    }
    await sleep(1_000);
  }
  return bytes;
}

async function benchHls(server: Started): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${server.apiPort}`, { connections: viewers });
  const before = await cpuSeconds(server);
  const until = Date.now() + viewingSeconds * 1_000;
  const watching = Array.from({ length: viewers }, () => view(pool, server.authorization, until));
  const bytes = (await Promise.all(watching)).reduce((sum, one) => sum + one, 0);
  const gigabits = (bytes * 8) / 1e9;
  const cpu = (await cpuSeconds(server)) - before;
  await pool.destroy();
  report(`HLS, ${viewers} viewers: bandwidth`, [(gigabits * 1_000) / viewingSeconds], "Mbit/s", 0);
  report(`HLS, ${viewers} viewers: gateway CPU`, [cpu / gigabits], "s/Gbit", 2);
}

export async function benchApi(): Promise<void> {
  const server = await start();
  try {
    await benchLists(server);
    await benchHls(server);
  } finally {
    server.child.send("stop");
    await once(server.child, "exit");
  }
}

if (require.main === module) void benchApi();
