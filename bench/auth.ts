import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { gatewayNodeOptions } from "../components/service/gatewayEnvironment";
import { startCloudtak } from "../local/cloudtak/server";
import type { AdmitFigures, HookFigures, HookTickets, Job } from "./auth/gatewayCore";
import { startProgram } from "./auth/processes";
import { gatewayStorm, mediamtxStorm, type Storm } from "./auth/storm";
import { awsVariables } from "./auth/system";
import { report, summary } from "./timing";

const root = join(__dirname, "..");
const program = (name: string) => join(__dirname, "auth", name);

/** Of everything but the million questions. */
const runs = 3;

/** Decisions, a storm of clients, and the function's bundle. Prints medians; takes about five minutes. */
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
  await admit("a million distinct questions (n=1)", distinct, {}, 1);
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

/** Prints medians; memory is that of the last run. */
async function admit(
  name: string,
  job: Job,
  environment: Record<string, string> = {},
  times = runs,
): Promise<void> {
  const figures: AdmitFigures[] = [];
  for (let run = 0; run < times; run++) figures.push(await admitOnce(job, environment));
  const median = (of: (figures: AdmitFigures) => number) => summary(figures.map(of)).median;
  const cpu = summary(figures.map(({ cpuMicroseconds }) => cpuMicroseconds));
  const ms = [median(({ p50 }) => p50), median(({ p99 }) => p99), median(({ p999 }) => p999)];
  console.log(
    `${name.padEnd(46)} ${median(({ perSecond }) => perSecond).toFixed(0)} /s, ` +
      `${cpu.median.toFixed(0)} [${cpu.min.toFixed(0)}..${cpu.max.toFixed(0)}] us CPU, ` +
      `p50 / p99 / p99.9 ${ms.map((value) => value.toFixed(2)).join(" / ")} ms, ` +
      `RSS ${figures
        .at(-1)
        ?.rss.map((value) => value.toFixed(0))
        .join(" ")} MiB`,
  );
}

async function admitOnce(job: Job, environment: Record<string, string>): Promise<AdmitFigures> {
  const core = startProgram<AdmitFigures>(program("gatewayCore.ts"), [], {
    ...awsVariables("http://127.0.0.1:9"),
    NODE_OPTIONS: gatewayNodeOptions(2048),
    ...environment,
  });
  try {
    core.child.send(job);
    return await core.next();
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
  const whole = await tell("1,000 readers and 200 publishers", () =>
    gatewayStorm(1_000, 200, delayMs),
  );
  // The floor of this machine, with the same clients on the same cores.
  const floor = await tell("the same, MediaMTX by itself where auth costs nothing", () =>
    mediamtxStorm(1_000, 200, 0),
  );
  console.log(
    `    readers took ${(whole / floor).toFixed(2)} times as long as where auth costs nothing; ` +
      "the aim is 6 s where these take 2.75 s: 2.18 times",
  );
  const few = await tell("MediaMTX by itself, 20 readers and 4 publishers", () =>
    mediamtxStorm(20, 4, delayMs),
  );
  const perQuestion = few / (2 * 20 + 4);
  console.log(
    `    it asks one question at a time: ${(perQuestion * 1000).toFixed(0)} ms each, ` +
      `so 2,200 of them take ${(perQuestion * 2_200).toFixed(0)} s`,
  );
}

/** Prints medians over the runs; resolves to the seconds until all readers had their stream. */
async function tell(name: string, run: () => Promise<Storm>): Promise<number> {
  const storms: Storm[] = [];
  while (storms.length < runs) storms.push(await run());
  const last = storms.at(-1) as Storm;
  const at = (of: "readers" | "publishers" | "lists", q: number) =>
    summary(
      storms.map(({ [of]: sorted }) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN),
    );
  const seconds = (of: "readers" | "publishers") => {
    const all = at(of, 1);
    const [half, most] = [at(of, 0.5).median.toFixed(2), at(of, 0.99).median.toFixed(2)];
    const range = `[${all.min.toFixed(2)}..${all.max.toFixed(2)}]`;
    return `${half} / ${most} / ${all.median.toFixed(2)} ${range} s`;
  };
  const failures = storms.map((storm) => storm.failures).join(", ");
  const p99 = at("lists", 0.99);
  console.log(`${name}, 50 % / 99 % / all (n=${runs}):`);
  console.log(
    `    readers ${seconds("readers")}, publishers ${seconds("publishers")}, failures ${failures}`,
  );
  console.log(
    `    /v3/paths/list p50 ${at("lists", 0.5).median.toFixed(0)}, ` +
      `p99 ${p99.median.toFixed(0)} [${p99.min.toFixed(0)}..${p99.max.toFixed(0)}], ` +
      `max ${at("lists", 1).median.toFixed(0)} ms, ` +
      `failures ${storms.map(({ listFailures }) => listFailures).join(", ")}`,
  );
  for (const process of Object.keys(last.cpu)) {
    const used = summary(storms.map(({ cpu }) => cpu[process] ?? Number.NaN)).median;
    console.log(`    CPU of ${process} ${used.toFixed(2)} s`);
  }
  return at("readers", 1).median;
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
