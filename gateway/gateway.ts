import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { ApiServer } from "./api/server";
import { AdmissionControl } from "./auth/admissionControl";
import { createDecisions } from "./auth/createDecisions";
import { DecisionCache } from "./auth/decisionCache";
import { AuthClient } from "./auth/function/authClient";
import { HandleVerifier } from "./auth/function/handleVerifier";
import { withoutOpenLeases } from "./auth/leases/leaseDirectory";
import { LeasePoller } from "./auth/leases/leasePoller";
import { SessionRechecker } from "./auth/sessionRechecker";
import { HlsServer } from "./hls/server";
import type { Log } from "./log";
import { AuthHookWorker } from "./mediamtx/authHookWorker";
import { MediamtxClient } from "./mediamtx/client";
import { OrphanedSessionReaper } from "./mediamtx/orphanedSessions";
import { RecordingCleaner } from "./mediamtx/recordingCleaner";
import { HealthServer } from "./net/healthServer";
import { PreAuthMemory } from "./net/preAuthMemory";
import type { ProtocolServer } from "./net/protocolServer";
import { PathConfigurations } from "./paths/configurations";
import { PathSync } from "./paths/sync";
import { monotonicMs } from "./process/monotonic";
import { RtmpServer } from "./rtmp/server";
import { RtspServer } from "./rtsp/server";
import { MetricsReporter } from "./sessions/metrics";
import { SessionRegistry } from "./sessions/registry";
import type { Settings } from "./settings";
import { SourcesWorker, startSourcesWorker } from "./sources/sourcesWorker";
import { SrtServer } from "./srt/server";

const probeTimeoutMs = 1_000;
const drainPollMs = 100;

/** The whole gateway: all doors, MediaMTX's hook and the health port. */
export class Gateway {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #sessions: SessionRegistry;
  readonly #metrics: MetricsReporter;
  readonly #auth: AuthClient;
  readonly #admission: AdmissionControl;
  readonly #mediamtx: MediamtxClient;
  readonly #leases: LeasePoller;
  readonly #recheck: SessionRechecker;
  readonly #sources: SourcesWorker;
  readonly #paths: PathConfigurations;
  readonly #pathSync: PathSync;
  readonly #recordings: RecordingCleaner;
  readonly #strangers: OrphanedSessionReaper;
  readonly #hook: AuthHookWorker;
  readonly #health: HealthServer;
  readonly #servers: readonly ProtocolServer[];

  constructor(settings: Settings, lambda: LambdaClient, log: Log) {
    const apiToken = randomBytes(32).toString("base64url");
    const hook = new AuthHookWorker(apiToken);
    const auth = new AuthClient(lambda, { functionArn: settings.authFunctionArn }, log);
    const handles = new HandleVerifier(auth);
    const cache = new DecisionCache((question, handle) =>
      handle === ""
        ? auth.decide(question)
        : handles.verify({ handle, action: "read", path: question.stream }),
    );
    const decisions = createDecisions(cache, auth);
    const leases = new LeasePoller(auth, (list, askedAt, changed, streams) => {
      cache.invalidate(streams);
      this.#recheck.follow(list, askedAt, changed);
      this.#pathSync.follow(list, askedAt);
    });

    this.#settings = settings;
    this.#log = log;
    this.#sessions = new SessionRegistry(log);
    this.#auth = auth;
    this.#metrics = new MetricsReporter(this.#sessions, settings.systemName, log);
    this.#admission = new AdmissionControl(
      (...asked) => decisions.decide(...asked),
      settings.authMode === "strict" ? withoutOpenLeases(leases) : leases,
      hook,
      this.#sessions,
      this.#metrics,
      log,
    );
    this.#mediamtx = new MediamtxClient(settings.servers.api.mediamtxPort, apiToken);
    this.#leases = leases;
    this.#recheck = new SessionRechecker(
      this.#sessions,
      auth,
      cache,
      log,
      settings.recheckIntervalMs,
    );
    const { trustedSourceCidrs } = settings;
    this.#sources = new SourcesWorker(log, () => startSourcesWorker({ trustedSourceCidrs }));
    this.#paths = new PathConfigurations(this.#mediamtx, this.#sources);
    this.#pathSync = new PathSync(this.#paths, this.#mediamtx, log);
    this.#recordings = new RecordingCleaner(this.#mediamtx, this.#paths, settings.recordings, log);
    this.#strangers = new OrphanedSessionReaper(this.#mediamtx, this.#sessions, log);
    this.#hook = hook;
    this.#health = new HealthServer(() => this.#mediamtxAnswers());
    this.#servers = this.#makeDoors();
  }

  /** Resolves when every port is bound; rejects, with nothing left open, when one cannot be. */
  async start(): Promise<void> {
    const hook = this.#hook.listen(this.#settings.hookPort);
    // Of whoever came in before, MediaMTX would get no answer.
    const hookIsSettled = Promise.allSettled([hook]);
    try {
      await allOf([
        hook,
        this.#health.listen(this.#settings.healthPort),
        ...this.#servers.map((door) => hookIsSettled.then(() => door.listen())),
      ]);
    } catch (error) {
      await this.close();
      throw error;
    }
    void this.#leases.start();
    this.#log.info("gateway started");
  }

  /**
   * Refuses new clients; resolves when no session can go on: the last has ended, MediaMTX is gone, or
   * `timeoutMs` are over.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#log.info({ sessions: this.#sessions.size }, "gateway draining");
    this.#health.drain();
    this.#admission.close();
    for (const door of this.#servers) door.drain();
    const deadline = monotonicMs() + timeoutMs;
    while (this.#sessions.size > 0 && monotonicMs() < deadline && (await this.#mediamtxAnswers())) {
      await sleep(drainPollMs);
    }
  }

  /** Ends everything and frees all ports. */
  async close(): Promise<void> {
    for (const task of [this.#leases, this.#recheck, this.#pathSync]) task.close();
    for (const task of [this.#recordings, this.#strangers]) task.close();
    this.#sessions.disconnectAll("gateway closed");
    await Promise.allSettled(this.#servers.map((door) => door.close()));
    this.#sessions.close();
    this.#paths.close();
    await Promise.allSettled([this.#hook.close(), this.#health.close(), this.#mediamtx.close()]);
    await this.#sources.close();
    this.#metrics.close();
    this.#admission.end();
    this.#log.info("gateway closed");
  }

  #makeDoors(): readonly ProtocolServer[] {
    const { rtmp, rtsp, srt, hls, api } = this.#settings.servers;
    const preAuthMemory = new PreAuthMemory();
    const hlsDoor = new HlsServer(this.#admission, {
      ...hls,
      preAuthMemory,
      tracksOf: (path) => this.#mediamtx.tracksOf(path),
      log: (detail, message) => this.#log.warn(detail, message),
    });
    const log = (event: string, detail: object) => {
      this.#metrics.countConnectionError();
      this.#log.warn(detail, event);
    };
    return [
      new RtmpServer(this.#admission, { ...rtmp, log, preAuthMemory }),
      new RtspServer(this.#admission, { ...rtsp, log, preAuthMemory }),
      new SrtServer(this.#admission, { ...srt, log }),
      hlsDoor,
      new ApiServer(
        {
          authorizer: this.#admission,
          auth: this.#auth,
          mediamtx: this.#mediamtx,
          paths: this.#paths,
          sessions: this.#sessions,
          leases: this.#leases,
          hls: hlsDoor,
          authMode: this.#settings.authMode,
          log: this.#log,
        },
        { ...api, preAuthMemory },
      ),
    ];
  }

  async #mediamtxAnswers(): Promise<boolean> {
    try {
      await this.#mediamtx.get("/v3/info", probeTimeoutMs);
      return true;
    } catch {
      return false;
    }
  }
}

/** Waits for all of them, then rejects with the reasons of all that failed. */
async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(promises);
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  if (reasons.length > 0) throw new Error(reasons.join("; "));
}
