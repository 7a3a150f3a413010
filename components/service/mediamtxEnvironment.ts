import {
  gatewayHookPort,
  mediamtxMetricsPort,
  mediamtxPort,
  type Protocol,
  protocols,
} from "../../shared/protocols";
import { recordingsEnvironment } from "./recordings";

const loopback = "127.0.0.1";

/** MediaMTX names each server's listen address after the protocol. */
const listenAddress = (protocol: Protocol): [string, string] => [
  `MTX_${protocol.key.toUpperCase()}ADDRESS`,
  `${loopback}:${mediamtxPort(protocol)}`,
];

/**
 * A web origin that cannot exist (RFC 2606), for an empty list of them. A variable without a value would do in
 * MediaMTX, but ECS drops it, and then every deployment sees a changed task definition and restarts the task
 * (hashicorp/terraform-provider-aws issue 39533).
 */
const noOrigin = "https://none.invalid";

/**
 * Environment of the MediaMTX container, over the image's own mediamtx.yml. Every server listens on loopback, where
 * only the gateway reaches it, and asks the gateway's hook about every client. MediaMTX ignores a name that it does
 * not know, and takes booleans as yes and no.
 */
export function mediamtxEnvironment(): Record<string, string> {
  return {
    MTX_LOGDESTINATIONS: "stdout",
    MTX_LOGSTRUCTURED: "yes",

    MTX_AUTHMETHOD: "http",
    MTX_AUTHHTTPADDRESS: `http://${loopback}:${gatewayHookPort}/auth`,

    ...Object.fromEntries(protocols.map(listenAddress)),
    MTX_API: "yes",
    MTX_METRICS: "yes",
    MTX_METRICSADDRESS: `${loopback}:${mediamtxMetricsPort}`,
    // By default any web page may call both, and adding a path can run a command.
    MTX_APIALLOWORIGINS: noOrigin,
    MTX_METRICSALLOWORIGINS: noOrigin,

    MTX_RTSPTRANSPORTS: "tcp",
    MTX_RTSPAUTHMETHODS: "basic",
    MTX_RTSPTRUSTEDPROXIES: loopback,
    // Drones publish MPEG-TS inside RTSP, which other protocols could not pass on as it is.
    MTX_PATHDEFAULTS_RTSPDEMUXMPEGTS: "yes",
    MTX_RTMPTRUSTEDPROXIES: loopback,
    MTX_HLSTRUSTEDPROXIES: loopback,
    MTX_HLSVARIANT: "fmp4",

    ...recordingsEnvironment,

    MTX_WEBRTC: "no",
    MTX_MOQ: "no",
    MTX_PLAYBACK: "no",
    MTX_PPROF: "no",
  };
}

/** The variables that ECS fills with the passphrase when SRT is encrypted. */
export const srtPassphraseVariables = [
  "MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE",
  "MTX_PATHDEFAULTS_SRTREADPASSPHRASE",
] as const;
