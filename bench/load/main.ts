/**
 * `npm run load -- [minutes]`: 20 publishers and 100 readers for ten minutes, of which a fifth is killed again and again,
 * while others attack. Exit code 1 when an honest stream had a gap, the event loop stalled or memory grew too large.
 * Runs in a network namespace of its own, so on Linux as root only.
 */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { channel, userOf } from "../auth/accounts";
import { startProgram } from "../auth/processes";
import { type System, startSystem } from "../auth/system";
import { networks } from "./addresses";
import { hostileLeases } from "./attackPlan";
import type { HonestReport } from "./honestClients";

const publishers = 20;
const readers = 100;
const maxGapMs = 1_000;
const maxEventLoopP99Ms = 20;
/** Of the smallest task: 0.25 vCPU and 512 MiB. */
const maxTaskMiB = 512;
const sampleMs = 1_000;
const insideVariable = "LOAD_NETWORK_NAMESPACE";

interface Sample {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly rssMiB: number;
}

function minutesOf(text = "10"): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= 120) return minutes;
  console.error(`"${text}" minutes: usage: npm run load -- [minutes, up to 120, default 10]`);
  process.exit(2);
}

function enterNamespace(): void {
  const again = ["--net", process.execPath, "-r", "ts-node/register", __filename];
  const inside = spawn("unshare", [...again, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, [insideVariable]: "1" },
  });
  inside.once("error", () => {
    console.error("no program `unshare`; this runs on Linux, as root");
    process.exitCode = 2;
  });
  inside.once("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

function addAddresses(): void {
  execFileSync("ip", ["link", "set", "lo", "up"]);
  for (const network of Object.values(networks)) {
    execFileSync("ip", ["address", "add", `${network}.0/24`, "dev", "lo"]);
  }
}

const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

const start = () =>
  startSystem({
    users: publishers + readers + 1,
    leases: [
      ...hostileLeases,
      ...Array.from({ length: publishers }, (_, n) => ({
        ...{ id: 1_000 + n, name: `own${n}`, path: `own${n}`, username: userOf(n) },
        ...{ share: true, channel },
      })),
    ],
    delayMs: 20,
    gatewayArguments: ["--require", join(__dirname, "eventLoopProbe.cjs")],
  });

/** Resolves to the samples of the whole run; `bothMiB` is gateway and MediaMTX together at their most. */
async function watch({ gateway, pids }: System, minutes: number) {
  const samples: Sample[] = [];
  let bothMiB = 0;
  gateway.on("message", (sample: Sample) => {
    samples.push(sample);
    bothMiB = Math.max(bothMiB, sample.rssMiB + residentMiB(pids.MediaMTX));
  });
  const seconds = minutes * 60;
  for (let second = 1; second <= seconds; second++) {
    await sleep(sampleMs);
    const last = samples.at(-1);
    if (second % 30 !== 0 || !last) continue;
    const { p99Ms, maxMs, rssMiB } = last;
    console.log(
      `  ${second} s: event loop p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(0)} ms, ` +
        `gateway ${rssMiB.toFixed(0)} MiB, with MediaMTX ${bothMiB.toFixed(0)} MiB at most`,
    );
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}`);
  }
  return { last: samples.at(-1), bothMiB };
}

async function main(): Promise<void> {
  const minutes = minutesOf(process.argv[2]);
  if (!process.env[insideVariable]) return enterNamespace();
  addAddresses();
  const system = await start();
  const { RTSP, RTMP } = system.ports;
  const program = (name: string) => join(__dirname, name);
  const honest = startProgram<"ready" | HonestReport>(
    program("honestClients.ts"),
    [RTSP, publishers, readers].map(String),
  );
  try {
    await honest.next();
    console.log(`${publishers} publishers, ${readers} readers, ${minutes} min, under attack`);
    const attackers = startProgram(
      program("attackers.ts"),
      [RTSP, RTMP, publishers + readers].map(String),
    );
    const { last, bothMiB } = await watch(system, minutes);
    honest.child.send("stop");
    const report = (await honest.next()) as HonestReport;
    await attackers.stop();
    checkResults(report, last, bothMiB);
  } finally {
    await honest.stop();
    await system.stop();
  }
}

function checkResults(report: HonestReport, last: Sample | undefined, bothMiB: number): void {
  const { gapsMs, lost, returnsMs, failedReturns, bytesRead } = report;
  const longestGapMs = Math.max(...gapsMs);
  const p99Ms = last?.p99Ms ?? Number.POSITIVE_INFINITY;
  const most = (values: readonly number[]) => Math.max(0, ...values);
  console.log(`
  longest gap of ${gapsMs.length} readers   ${longestGapMs.toFixed(0)} ms (at most ${maxGapMs})
  connections lost              ${lost.length} (none)
  event loop p99                ${p99Ms.toFixed(1)} ms (under ${maxEventLoopP99Ms}), longest ${last?.maxMs.toFixed(0)} ms
  gateway and MediaMTX          ${bothMiB.toFixed(0)} MiB (under ${maxTaskMiB})
  back after being killed       ${returnsMs.length} times, longest ${most(returnsMs).toFixed(0)} ms, ${failedReturns} attempts failed
  read                          ${(bytesRead / 2 ** 20).toFixed(0)} MiB`);
  if (lost.length > 0) console.log(`  lost: ${lost.join(", ")}`);
  const isKept =
    longestGapMs <= maxGapMs &&
    lost.length === 0 &&
    p99Ms < maxEventLoopP99Ms &&
    bothMiB < maxTaskMiB &&
    bytesRead > 0;
  if (!isKept) process.exitCode = 1;
  console.log(isKept ? "  kept" : "  NOT kept");
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
