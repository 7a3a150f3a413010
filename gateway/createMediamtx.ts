import { randomBytes } from "node:crypto";
import type { Log } from "./log";
import { AuthHookWorker } from "./mediamtx/authHookWorker";
import { MediamtxClient } from "./mediamtx/client";
import { OrphanedSessionReaper } from "./mediamtx/orphanedSessions";
import { RecordingCleaner } from "./mediamtx/recordingCleaner";
import { PathConfigurations } from "./paths/configurations";
import { PathSync } from "./paths/sync";
import type { SessionRegistry } from "./sessions/registry";
import type { Settings } from "./settings";
import { SourcesWorker, startSourcesWorker } from "./sources/sourcesWorker";

/** What controls MediaMTX. */
export interface MediamtxParts {
  readonly client: MediamtxClient;
  readonly hook: AuthHookWorker;
  readonly sources: SourcesWorker;
  readonly paths: PathConfigurations;
  readonly pathSync: PathSync;
  readonly recordings: RecordingCleaner;
  readonly orphanedSessions: OrphanedSessionReaper;
}

export function createMediamtx(
  { servers, trustedSourceCidrs, recordings }: Settings,
  sessions: SessionRegistry,
  log: Log,
): MediamtxParts {
  const apiToken = randomBytes(32).toString("base64url");
  const client = new MediamtxClient(servers.api.mediamtxPort, apiToken);
  const sources = new SourcesWorker(log, () => startSourcesWorker({ trustedSourceCidrs }));
  const paths = new PathConfigurations(client, sources);
  return {
    client,
    hook: new AuthHookWorker(apiToken),
    sources,
    paths,
    pathSync: new PathSync(paths, client, log),
    recordings: new RecordingCleaner(client, paths, recordings, log),
    orphanedSessions: new OrphanedSessionReaper(client, sessions, log),
  };
}
