import type { LambdaClient } from "@aws-sdk/client-lambda";
import { AdmissionControl } from "./auth/admissionControl";
import { createDecisions } from "./auth/createDecisions";
import { DecisionCache } from "./auth/decisionCache";
import { AuthClient } from "./auth/function/authClient";
import { HandleVerifier } from "./auth/function/handleVerifier";
import { withoutOpenLeases } from "./auth/leases/leaseDirectory";
import { LeasePoller } from "./auth/leases/leasePoller";
import { SessionRechecker } from "./auth/sessionRechecker";
import type { Log } from "./log";
import type { Tickets } from "./mediamtx/tickets";
import type { PathSync } from "./paths/sync";
import type { MetricsReporter } from "./sessions/metrics";
import type { SessionRegistry } from "./sessions/registry";
import type { Settings } from "./settings";

/** Who may do what: the way to the auth function, and what acts on its answers. */
export interface AuthParts {
  readonly client: AuthClient;
  readonly leases: LeasePoller;
  readonly rechecker: SessionRechecker;
  readonly admission: AdmissionControl;
}

export interface AuthDependencies {
  readonly lambda: LambdaClient;
  readonly tickets: Pick<Tickets, "issue" | "void">;
  readonly sessions: SessionRegistry;
  readonly metrics: MetricsReporter;
  readonly pathSync: Pick<PathSync, "follow">;
  readonly log: Log;
}

/** Nothing is asked before `leases.start()`, or a client comes. */
export function createAuth(
  settings: Pick<Settings, "authFunctionArn" | "authMode" | "recheckIntervalMs">,
  { lambda, tickets, sessions, metrics, pathSync, log }: AuthDependencies,
): AuthParts {
  const client = new AuthClient(lambda, { functionArn: settings.authFunctionArn }, log);
  const cache = createCache(client);
  const { recheckIntervalMs: intervalMs } = settings;
  const rechecker = new SessionRechecker({ sessions, auth: client, cache, log, intervalMs });
  const leases = new LeasePoller(client, (list, askedAt, changed, streams) => {
    cache.invalidate(streams);
    rechecker.follow(list, askedAt, changed);
    pathSync.follow(list, askedAt);
  });
  const decisions = createDecisions(cache, client);
  const admission = new AdmissionControl({
    decide: (...question) => decisions.decide(...question),
    leases: settings.authMode === "strict" ? withoutOpenLeases(leases) : leases,
    tickets,
    sessions,
    metrics,
    log,
  });
  return { client, leases, rechecker, admission };
}

function createCache(client: AuthClient): DecisionCache {
  const handles = new HandleVerifier(client);
  return new DecisionCache((question, handle) =>
    handle === ""
      ? client.decide(question)
      : handles.verify({ handle, action: "read", path: question.stream }),
  );
}
