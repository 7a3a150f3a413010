/**
 * The gateway's core without servers: decisions, tickets, sessions, log and MediaMTX's hook. Its parent sends jobs
 * and gets figures; CPU and memory are this process's own.
 */

import { join } from "node:path";
import { createHistogram } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { AdmissionControl } from "../../gateway/auth/admissionControl";
import { createDecisions } from "../../gateway/auth/createDecisions";
import { DecisionCache } from "../../gateway/auth/decisionCache";
import { AuthClient } from "../../gateway/auth/function/authClient";
import { createLog } from "../../gateway/log";
import { AuthHookWorker } from "../../gateway/mediamtx/authHookWorker";
import { monotonicMs } from "../../gateway/process/monotonic";
import { configureHeapGrowth } from "../../gateway/process/v8Heap";
import { MetricsReporter } from "../../gateway/sessions/metrics";
import { SessionRegistry } from "../../gateway/sessions/registry";
import type { AuthRequest, Decision } from "../../shared/authContract";
import { leasesWhere } from "../../test/gateway/support/leaseDirectory";

export type Job =
  | {
      readonly kind: "admit";
      /** Who decides: an answer at once, or the auth function. */
      readonly asker: keyof typeof askers;
      readonly count: number;
      readonly atOnce: number;
      /** Different credentials; they come round again and again. */
      readonly users: number;
    }
  /** Issues tickets, to be shown to the hook by the parent, which then says "shown". */
  | { readonly kind: "hook"; readonly count: number }
  | { readonly kind: "shown" };

export interface AdmitFigures {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** MiB, at the start and after each quarter. */
  readonly rss: readonly number[];
}

export interface HookTickets {
  readonly port: number;
  readonly passwords: readonly string[];
}

export interface HookFigures {
  readonly cpuMicroseconds: number;
}

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:auth:live";
configureHeapGrowth();
const log = createLog();
const sessions = new SessionRegistry(log);
const metrics = new MetricsReporter(sessions, "TAK-Bench-MediaInfra", log);
/** Run in the checkout, while this program is bundled elsewhere. */
const authHookMain = join(process.cwd(), "gateway/bin/authHookMain.js");
const hook = new AuthHookWorker(
  "api-token",
  (workerData) => new Worker(authHookMain, { workerData }),
);
const auth = new AuthClient(new LambdaClient({}), { functionArn }, log);

/** Every tenth user is allowed, the others are refused: wrong passwords are what comes in floods. */
const askers = {
  itself: async ({ user, stream: path }: AuthRequest): Promise<Decision> => {
    await setImmediate();
    return user.endsWith("0")
      ? { allow: true, path, subject: user, admin: false, handle: "h", notAfter: null }
      : { allow: false, reason: "bad-credentials" };
  },
  function: (question: AuthRequest) => auth.decide(question),
};

/** Logins that cost nothing, where the auth function has no part. */
const atOnce: Pick<AuthClient, "login"> = {
  login: async (logins) => logins.map(() => ({ login: "sealed", forMs: 540_000 })),
};

/** One client from its credentials to its end. */
async function enterAndLeave(control: AdmissionControl, at: number): Promise<void> {
  const user = `u${at}`;
  const credentials = { user, password: `password-of-${user}`, token: "" };
  // An address each, or the gateway would pause them all.
  const clientAddress = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
  const answerBy = monotonicMs() + 9_000;
  const client = { clientAddress, clientPort: 40_000, answerBy, disconnect: () => {} };
  const stream = { protocol: "rtmp", action: "read", stream: "live" } as const;
  const answer = await control.admit({ ...stream, ...credentials, ...client });
  if (answer.admitted) answer.session.end("client-closed");
}

const noLeases = leasesWhere(() => false);

async function admit(job: Extract<Job, { kind: "admit" }>): Promise<AdmitFigures> {
  const cache = new DecisionCache(askers[job.asker]);
  const decisions = createDecisions(cache, job.asker === "itself" ? atOnce : auth);
  const decide = decisions.decide.bind(decisions);
  const control = new AdmissionControl({
    decide,
    leases: noLeases,
    tickets: hook,
    sessions,
    metrics,
    log,
  });
  const nanoseconds = createHistogram();
  const rss: number[] = [];
  let next = 0;
  const work = async () => {
    while (next < job.count) {
      const at = next++;
      if (at % Math.ceil(job.count / 4) === 0) rss.push(process.memoryUsage.rss() / 2 ** 20);
      const started = performance.now();
      await enterAndLeave(control, at % job.users);
      nanoseconds.record(Math.ceil((performance.now() - started) * 1e6));
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: job.atOnce }, work));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  rss.push(process.memoryUsage.rss() / 2 ** 20);
  const quantile = (q: number) => nanoseconds.percentile(100 * q) / 1e6;
  return {
    perSecond: job.count / seconds,
    cpuMicroseconds: (user + system) / job.count,
    ...{ p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999) },
    rss,
  };
}

async function main(): Promise<void> {
  const port = await hook.listen(0);
  let cpu = process.cpuUsage();
  let count = 0;
  process.on("message", async (job: Job) => {
    switch (job.kind) {
      case "admit":
        process.send?.(await admit(job));
        return;
      case "hook": {
        count = job.count;
        const scope = { action: "read", path: "live", protocol: "rtmp" } as const;
        const passwords = Array.from({ length: count }, () => hook.issue(scope, () => {}).password);
        process.send?.({ port, passwords } satisfies HookTickets);
        cpu = process.cpuUsage();
        return;
      }
      case "shown": {
        const { user, system } = process.cpuUsage(cpu);
        process.send?.({ cpuMicroseconds: (user + system) / count } satisfies HookFigures);
      }
    }
  });
}

process.on("disconnect", () => process.exit());
void main();
