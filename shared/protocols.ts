/**
 * One row per protocol that the system serves. Adding a protocol is adding a row.
 *
 * `basePort` is MediaMTX's own port number p: the gateway listens on p + 10000, MediaMTX on p + 20000
 * on loopback only, so all three fit on one host.
 */
interface ProtocolRow {
  readonly key: string;
  readonly basePort: number;
  /** Listener that is always open. */
  readonly secure: PublicPort;
  /** Plaintext listener, open only with enableInsecurePorts. */
  readonly plain?: PublicPort;
  /** Protocol of the target group and of the gateway's server. */
  readonly target: "TCP" | "UDP";
}

export interface PublicPort {
  readonly port: number;
  /** NLB listener protocol. */
  readonly listener: "TLS" | "TCP" | "UDP";
  /** URL scheme that clients use. */
  readonly scheme: string;
}

const rows = [
  {
    key: "rtmp",
    basePort: 1935,
    secure: { port: 1936, listener: "TLS", scheme: "rtmps" },
    plain: { port: 1935, listener: "TCP", scheme: "rtmp" },
    target: "TCP",
  },
  {
    key: "rtsp",
    basePort: 8554,
    secure: { port: 8555, listener: "TLS", scheme: "rtsps" },
    plain: { port: 8554, listener: "TCP", scheme: "rtsp" },
    target: "TCP",
  },
  {
    key: "srt",
    basePort: 8890,
    secure: { port: 8890, listener: "UDP", scheme: "srt" },
    target: "UDP",
  },
  {
    key: "hls",
    basePort: 8888,
    secure: { port: 8888, listener: "TLS", scheme: "https" },
    target: "TCP",
  },
  {
    key: "api",
    basePort: 9997,
    secure: { port: 9997, listener: "TLS", scheme: "https" },
    target: "TCP",
  },
] as const satisfies readonly ProtocolRow[];

/** The keys of the protocol table; every listener, target group and server of the gateway is named by one of them. */
export type ProtocolKey = (typeof rows)[number]["key"];

export interface Protocol extends ProtocolRow {
  readonly key: ProtocolKey;
}

export const protocols: readonly Protocol[] = rows;

/** Port on which the gateway serves a protocol. */
export const gatewayPort = (protocol: Protocol): number => protocol.basePort + 10000;

/** Port on which MediaMTX listens, on loopback. */
export const mediamtxPort = (protocol: Protocol): number => protocol.basePort + 20000;

/** Answers the health checks of all five target groups. */
export const gatewayHealthPort = 19990;

/** MediaMTX's auth hook, served by the gateway on loopback. */
export const gatewayHookPort = 29995;

/** MediaMTX's Prometheus metrics, on loopback. */
export const mediamtxMetricsPort = 29998;

/** The listeners of a load balancer, in the order of the table. */
export function publicPorts(
  enableInsecurePorts: boolean,
): { protocol: Protocol; public: PublicPort }[] {
  return protocols.flatMap((protocol) => [
    { protocol, public: protocol.secure },
    ...(enableInsecurePorts && protocol.plain ? [{ protocol, public: protocol.plain }] : []),
  ]);
}
