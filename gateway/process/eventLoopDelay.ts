import { monitorEventLoopDelay } from "node:perf_hooks";

/** The loop is looked at this often, so what holds it for less is not seen. */
const resolutionMs = 20;
const nanosecondsPerMs = 1_000_000;

/** How long the event loop was held by one synchronous step, in which no stream goes on. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#histogram.enable();
  }

  /** The longest since the last call, in milliseconds. */
  take(): number {
    // The time between two looks is measured, which includes the pause between them.
    const longestMs = this.#histogram.max / nanosecondsPerMs - resolutionMs;
    this.#histogram.reset();
    return Math.max(0, Math.round(longestMs));
  }

  close(): void {
    this.#histogram.disable();
  }
}
