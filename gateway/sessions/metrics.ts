import { type MetricName, metricsNamespace, metricUnits } from "../../shared/metricNames";
import type { Refusal } from "../auth/authorizer";
import type { Log } from "../log";
import { EventLoopDelay } from "../process/eventLoopDelay";
import type { SessionRegistry } from "./registry";

const intervalMs = 60_000;

/**
 * Writes the figures of each minute into the log in CloudWatch's embedded metric format. CloudWatch Logs makes
 * metrics of such lines by itself, so the task needs no permission and no agent. The one dimension is the system's
 * name: each further one would multiply the price of custom metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class MetricsReporter {
  readonly #sessions: Pick<SessionRegistry, "list" | "bytes">;
  readonly #systemName: string;
  readonly #log: Log;
  readonly #timer = setInterval(() => this.#report(), intervalMs).unref();
  #errors = { AuthFailures: 0, AuthUndecided: 0, ConnectionErrors: 0 };
  #reportedBytes = { bytesIn: 0, bytesOut: 0 };
  readonly #eventLoopDelay: Pick<EventLoopDelay, "take" | "close">;

  constructor(
    sessions: Pick<SessionRegistry, "list" | "bytes">,
    systemName: string,
    log: Log,
    eventLoopDelay: Pick<EventLoopDelay, "take" | "close"> = new EventLoopDelay(),
  ) {
    this.#sessions = sessions;
    this.#systemName = systemName;
    this.#log = log;
    this.#eventLoopDelay = eventLoopDelay;
  }

  countRefusal(reason: Refusal["reason"]): void {
    this.#errors.AuthFailures += 1;
    if (reason === "undecided") this.#errors.AuthUndecided += 1;
  }

  countConnectionError(): void {
    this.#errors.ConnectionErrors += 1;
  }

  /** Reports what has not been reported yet. */
  close(): void {
    clearInterval(this.#timer);
    this.#report();
    this.#eventLoopDelay.close();
  }

  #report(): void {
    const description = {
      Namespace: metricsNamespace,
      Dimensions: [["System"]],
      Metrics: Object.entries(metricUnits).map(([Name, Unit]) => ({ Name, Unit })),
    };
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [description] };
    this.#log.info({ _aws, System: this.#systemName, ...this.#figures() }, "metrics");
  }

  #figures(): Record<MetricName, number> {
    const live = this.#sessions.list();
    const errors = this.#errors;
    const before = this.#reportedBytes;
    this.#errors = { AuthFailures: 0, AuthUndecided: 0, ConnectionErrors: 0 };
    this.#reportedBytes = this.#sessions.bytes();
    return {
      ActiveStreams: live.filter(({ action }) => action === "publish").length,
      ConnectionCount: live.length,
      BytesIn: this.#reportedBytes.bytesIn - before.bytesIn,
      BytesOut: this.#reportedBytes.bytesOut - before.bytesOut,
      ...errors,
      EventLoopDelay: this.#eventLoopDelay.take(),
    };
  }
}
