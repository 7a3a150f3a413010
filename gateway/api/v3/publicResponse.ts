import { protocols } from "../../../shared/protocols";
import { redact } from "../../mediamtx/redact";
import type { LiveSession } from "../../sessions/registry";
import { withClientAddresses } from "./clientAddresses";

/** Port of the plaintext listener, or of the only one, in the form that CloudTAK puts into its URLs. */
const address = (key: string): string => {
  const row = protocols.find((protocol) => protocol.key === key);
  return `:${(row?.plain ?? row?.secure)?.port}`;
};

const secureAddress = (key: string): string =>
  `:${protocols.find((protocol) => protocol.key === key)?.secure.port}`;

/**
 * Servers as clients reach them, instead of MediaMTX's own addresses on loopback. CloudTAK makes an rtsp:// or rtmp://
 * URL, without TLS, when `rtsp` or `rtmp` is true.
 */
const publicServers = (insecurePorts: boolean) => ({
  api: true,
  apiAddress: address("api"),
  hls: true,
  hlsAddress: address("hls"),
  metrics: false,
  playback: false,
  pprof: false,
  rtmp: insecurePorts,
  rtmpAddress: address("rtmp"),
  rtmpsAddress: secureAddress("rtmp"),
  rtsp: insecurePorts,
  rtspAddress: address("rtsp"),
  rtspsAddress: secureAddress("rtsp"),
  srt: true,
  srtAddress: address("srt"),
  webrtc: false,
});

/** An answer of MediaMTX as clients get it: without secrets, with public addresses and the clients' own. */
export function publicResponse(
  target: string,
  body: unknown,
  sessions: readonly LiveSession[],
  insecurePorts: boolean,
): unknown {
  const shown = withClientAddresses(redact(body), sessions);
  return target === "/v3/config/global/get" && typeof shown === "object"
    ? { ...shown, ...publicServers(insecurePorts) }
    : shown;
}
