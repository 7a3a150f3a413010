import type { ProtocolKey } from "../shared/protocols";
import { ApiServer } from "./api/server";
import type { AuthParts } from "./createAuth";
import type { MediamtxParts } from "./createMediamtx";
import { HlsServer } from "./hls/server";
import type { Log } from "./log";
import { PreAuthMemory } from "./net/preAuthMemory";
import type { ProtocolServer } from "./net/protocolServer";
import { RtmpServer } from "./rtmp/server";
import { RtspServer } from "./rtsp/server";
import type { MetricsReporter } from "./sessions/metrics";
import type { SessionRegistry } from "./sessions/registry";
import type { Settings } from "./settings";
import { SrtServer } from "./srt/server";

export interface ServerDependencies {
  readonly auth: AuthParts;
  readonly mediamtx: MediamtxParts;
  readonly sessions: SessionRegistry;
  readonly metrics: MetricsReporter;
  readonly log: Log;
}

/** The server of each protocol. */
export function createServers(
  { servers: { rtmp, rtsp, srt, hls, api }, authMode }: Pick<Settings, "servers" | "authMode">,
  { auth, mediamtx, sessions, metrics, log }: ServerDependencies,
): readonly ProtocolServer[] {
  const { admission, client, leases } = auth;
  const preAuthMemory = new PreAuthMemory();
  const logConnectionErrors = (protocol: ProtocolKey) => (event: string, detail: object) => {
    metrics.countConnectionError();
    log.warn({ protocol, ...detail }, event);
  };
  const hlsServer = new HlsServer(admission, {
    ...hls,
    preAuthMemory,
    tracksOf: (path) => mediamtx.client.tracksOf(path),
    log: (detail, message) => log.warn({ protocol: "hls", ...detail }, message),
  });
  const apiServer = new ApiServer(
    {
      ...{ authorizer: admission, auth: client, leases, sessions, authMode, log },
      ...{ mediamtx: mediamtx.client, paths: mediamtx.paths, hls: hlsServer },
    },
    { ...api, preAuthMemory },
  );
  const servers: Record<ProtocolKey, ProtocolServer> = {
    rtmp: new RtmpServer(admission, { ...rtmp, preAuthMemory, log: logConnectionErrors("rtmp") }),
    rtsp: new RtspServer(admission, { ...rtsp, preAuthMemory, log: logConnectionErrors("rtsp") }),
    srt: new SrtServer(admission, { ...srt, log: logConnectionErrors("srt") }),
    hls: hlsServer,
    api: apiServer,
  };
  return Object.values(servers);
}
