import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { type AuthParts, createAuth } from "./createAuth";
import { createMediamtx, type MediamtxParts } from "./createMediamtx";
import { createServers } from "./createServers";
import type { Log } from "./log";
import { HealthServer } from "./net/healthServer";
import type { ProtocolServer } from "./net/protocolServer";
import { monotonicMs } from "./process/monotonic";
import { MetricsReporter } from "./sessions/metrics";
import { SessionRegistry } from "./sessions/registry";
import type { Settings } from "./settings";

const drainPollMs = 100;

/** The whole gateway: a server per protocol, MediaMTX's auth hook and the health port. */
export class Gateway {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #sessions: SessionRegistry;
  readonly #metrics: MetricsReporter;
  readonly #mediamtx: MediamtxParts;
  readonly #auth: AuthParts;
  readonly #servers: readonly ProtocolServer[];
  readonly #health: HealthServer;

  constructor(settings: Settings, lambda: LambdaClient, log: Log) {
    const sessions = new SessionRegistry(log);
    const metrics = new MetricsReporter(sessions, settings.systemName, log);
    const mediamtx = createMediamtx(settings, sessions, log);
    const { hook: tickets, pathSync, client } = mediamtx;
    const auth = createAuth(settings, { lambda, tickets, sessions, metrics, pathSync, log });

    this.#settings = settings;
    this.#log = log;
    this.#sessions = sessions;
    this.#metrics = metrics;
    this.#mediamtx = mediamtx;
    this.#auth = auth;
    this.#servers = createServers(settings, { auth, mediamtx, sessions, metrics, log });
    this.#health = new HealthServer(() => client.isReachable());
  }

  /** Resolves when every port is bound; rejects, with nothing left open, when one cannot be. */
  async start(): Promise<void> {
    const hook = this.#mediamtx.hook.listen(this.#settings.hookPort);
    // MediaMTX calls the hook as soon as a client connects: no server accepts one before.
    const hookIsSettled = Promise.allSettled([hook]);
    try {
      await allOf([
        hook,
        this.#health.listen(this.#settings.healthPort),
        ...this.#servers.map((server) => hookIsSettled.then(() => server.listen())),
      ]);
    } catch (error) {
      await this.close();
      throw error;
    }
    void this.#auth.leases.start();
    this.#log.info("gateway started");
  }

  /**
   * Refuses new clients. Resolves when no session can continue: the last one has ended, MediaMTX is gone, or
   * `timeoutMs` have passed.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#log.info({ sessions: this.#sessions.size }, "gateway draining");
    this.#health.drain();
    this.#auth.admission.close();
    for (const server of this.#servers) server.drain();
    const deadline = monotonicMs() + timeoutMs;
    const { client } = this.#mediamtx;
    while (this.#sessions.size > 0 && monotonicMs() < deadline && (await client.isReachable())) {
      await sleep(drainPollMs);
    }
  }

  /** Ends everything and frees all ports. */
  async close(): Promise<void> {
    const { leases, rechecker, admission } = this.#auth;
    const { client, hook, sources, paths, pathSync, recordings, orphanedSessions } = this.#mediamtx;
    for (const task of [leases, rechecker, pathSync, recordings, orphanedSessions]) task.close();
    this.#sessions.disconnectAll("shutting-down");
    await Promise.allSettled(this.#servers.map((server) => server.close()));
    this.#sessions.close();
    paths.close();
    await Promise.allSettled([hook.close(), this.#health.close(), client.close()]);
    await sources.close();
    this.#metrics.close();
    admission.end();
    this.#log.info("gateway closed");
  }
}

/** Waits for all of them, then rejects with the reasons of all that failed. */
async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(promises);
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  if (reasons.length > 0) throw new Error(reasons.join("; "));
}
