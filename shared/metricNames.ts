/** Namespace of the gateway's metrics in CloudWatch; their one dimension is System, the name of the system. */
export const metricsNamespace = "TAK/MediaInfra";

/** What the gateway reports each minute, by CloudWatch's units. Bytes and errors are those of the minute. */
export const metricUnits = {
  /** Streams that are being published now. */
  ActiveStreams: "Count",
  /** Publishers and viewers now. */
  ConnectionCount: "Count",
  BytesIn: "Bytes",
  BytesOut: "Bytes",
  /** Clients and API calls that were refused, whatever the reason. */
  AuthFailures: "Count",
  /** Those among them about whom nothing could be decided: CloudTAK or the auth function does not answer. */
  AuthUndecided: "Count",
  /** Clients that broke their protocol, or were too many. */
  ConnectionErrors: "Count",
  /** The longest that the gateway's event loop was held in the minute: no stream goes on meanwhile. */
  EventLoopDelay: "Milliseconds",
} as const;

export type MetricName = keyof typeof metricUnits;
