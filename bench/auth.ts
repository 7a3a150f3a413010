import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { gatewayNodeOptions } from "../components/gatewayEnvironment";
import { startCloudtak } from "../local/cloudtak/server";
import type { AdmitFigures, HookFigures, HookTickets, Job } from "./auth/gatewayCore";
import { startProgram } from "./auth/processes";
import { awsVariables, gatewayStorm, mediamtxStorm, type Storm } from "./auth/storm";
import { report } from "./timing";

const root = join(__dirname, "..");
const program = (name: string) => join(__dirname, "auth", name);

/** Decisions, a storm of clients, and the function's bundle. Prints; takes about two minutes. */
export async function benchAuth(): Promise<void> {
  await benchDecisions();
  await benchStorm();
  benchBundle();
}

async function benchDecisions(): Promise<void> {
  console.log("\n(a) decisions, from question to ticket, session and log line");
  console.log("    peer: 360..430 us CPU, memory without bound; aim: under 90 us, under 120 MiB");
  const repeated = { kind: "admit", asker: "itself", count: 100_000, atOnce: 50 } as const;
  await admit("repeated credentials, each a new connection", { ...repeated, users: 100 });
  await admit("new credentials each, decided at once", { ...repeated, users: 100_000 });
  const million = 1_000_000;
  const distinct = { ...repeated, count: million, users: million };
  await admit("a million distinct questions", distinct);
  await benchFunction();
  await benchHook();
}

/** Every question goes to the auth function and from there to a CloudTAK that answers at once. */
async function benchFunction(): Promise<void> {
  const signingSecret = "bench-signing-secret";
  const dataFile = join(root, "local/cloudtak/cloudtak.yaml");
  const cloudtak = await startCloudtak({ port: 0, dataFile, signingSecret });
  const backend = startProgram<{ url: string }>(
    program("backend.ts"),
    [cloudtak.url, signingSecret],
    awsVariables(""),
  );
  try {
    const { url } = await backend.next();
    const count = 10_000;
    const job = { kind: "admit", asker: "function", count, atOnce: 400, users: count } as const;
    await admit("new credentials each, by the auth function", job, awsVariables(url));
  } finally {
    await backend.stop();
    await cloudtak.close();
  }
}

async function admit(
  name: string,
  job: Job,
  environment: Record<string, string> = {},
): Promise<void> {
  const core = startProgram<AdmitFigures>(program("gatewayCore.ts"), [], {
    ...awsVariables("http://127.0.0.1:9"),
    NODE_OPTIONS: gatewayNodeOptions,
    ...environment,
  });
  try {
    core.child.send(job);
    const { perSecond, cpuMicroseconds, p50, p99, p999, rss } = await core.next();
    const ms = [p50, p99, p999].map((value) => value.toFixed(2)).join(" / ");
    const mib = rss.map((value) => value.toFixed(0)).join(" ");
    console.log(
      `${name.padEnd(46)} ${perSecond.toFixed(0)} /s, ${cpuMicroseconds.toFixed(0)} us CPU, ` +
        `p50 / p99 / p99.9 ${ms} ms, RSS ${mib} MiB`,
    );
  } finally {
    await core.stop();
  }
}

/** MediaMTX's question: a new connection each time, 50 at once. */
async function benchHook(): Promise<void> {
  const core = startProgram<HookTickets & HookFigures>(
    program("gatewayCore.ts"),
    [],
    awsVariables("http://127.0.0.1:9"),
  );
  const agent = new Agent({ keepAlive: false, maxSockets: 50 });
  try {
    core.child.send({ kind: "hook", count: 5_000 } satisfies Job);
    const { port, passwords } = await core.next();
    const started = performance.now();
    const answers = await Promise.all(
      passwords.map((password) => showTicket(agent, port, password)),
    );
    const perSecond = (answers.length / (performance.now() - started)) * 1000;
    core.child.send({ kind: "shown" } satisfies Job);
    const { cpuMicroseconds } = await core.next();
    const good = answers.filter((status) => status === 200).length;
    console.log(
      `${"MediaMTX's hook, a new TCP connection each".padEnd(46)} ${perSecond.toFixed(0)} /s, ` +
        `${cpuMicroseconds.toFixed(0)} us CPU, ${good} of ${answers.length} answered 200`,
    );
  } finally {
    agent.destroy();
    await core.stop();
  }
}

function showTicket(agent: Agent, port: number, password: string): Promise<number> {
  const question = { action: "read", protocol: "rtmp", path: "live", user: "ticket", password };
  const id = "0e5e9c8e-5a3a-4a0e-9a52-6c1ddf2c4a4b";
  return new Promise((resolve, reject) => {
    const options = { agent, port, host: "127.0.0.1", method: "POST", path: "/auth" };
    request(options, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end(JSON.stringify({ ...question, id, token: "", ip: "", query: "", userAgent: "" }));
  });
}

async function benchStorm(): Promise<void> {
  const delayMs = 200;
  console.log(`\n(b) all at once, each with its own login, cold caches, CloudTAK at ${delayMs} ms`);
  console.log("    aim: under 6 s for 1,000 readers, /v3/paths/list p99 under 100 ms");
  tell("1,000 readers and 200 publishers", await gatewayStorm(1_000, 200, delayMs));
  // The floor of this machine, with the same clients on the same cores.
  const free = await mediamtxStorm(1_000, 200, 0);
  tell("the same, MediaMTX by itself where auth costs nothing", free);
  const few = await mediamtxStorm(20, 4, delayMs);
  tell("MediaMTX by itself, 20 readers and 4 publishers", few);
  const perQuestion = (few.readers.at(-1) ?? Number.NaN) / (2 * 20 + 4);
  console.log(
    `    it asks one question at a time: ${(perQuestion * 1000).toFixed(0)} ms each, ` +
      `so 2,200 of them take ${(perQuestion * 2_200).toFixed(0)} s`,
  );
}

function tell(name: string, { readers, publishers, failures, lists, cpu }: Storm): void {
  const at = (values: readonly number[], q: number, digits: number) =>
    (values[Math.floor(q * (values.length - 1))] ?? Number.NaN).toFixed(digits);
  const seconds = (values: readonly number[]) =>
    `${at(values, 0.5, 2)} / ${at(values, 0.99, 2)} / ${at(values, 1, 2)} s`;
  console.log(`${name}, 50 % / 99 % / all:`);
  console.log(
    `    readers ${seconds(readers)}, publishers ${seconds(publishers)}, failures ${failures}`,
  );
  console.log(
    `    /v3/paths/list p50 ${at(lists, 0.5, 0)}, p99 ${at(lists, 0.99, 0)}, ` +
      `max ${at(lists, 1, 0)} ms (n=${lists.length})`,
  );
  for (const [process, used] of Object.entries(cpu)) {
    console.log(`    CPU of ${process} ${used.toFixed(2)} s`);
  }
}

function benchBundle(): void {
  console.log("\n(c) the auth function's bundle (aim: under 150 KB)");
  const bundle = join(root, "lambda/auth/bin/index.js");
  const code = readFileSync(bundle);
  console.log(
    `${"size".padEnd(46)} ${(code.length / 1000).toFixed(1)} KB, ` +
      `${(gzipSync(code).length / 1000).toFixed(1)} KB compressed`,
  );
  const script =
    "const t = performance.now(); require(process.argv[1]); console.log(performance.now() - t)";
  const times = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ["-e", script, bundle], { encoding: "utf8" })),
  );
  report("init, with the AWS SDK that the runtime brings", times, "ms");
}

if (require.main === module) void benchAuth();
