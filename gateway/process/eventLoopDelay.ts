import { monitorEventLoopDelay } from "node:perf_hooks";

/** Interval of the measurements: a delay shorter than this is not seen. */
const resolutionMs = 20;
const nanosecondsPerMs = 1_000_000;

/** How long one synchronous step held the event loop, during which no stream moves. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#histogram.enable();
  }

  /** The longest since the last call, in milliseconds. */
  take(): number {
    // The measured time includes the interval itself.
    const longestMs = this.#histogram.max / nanosecondsPerMs - resolutionMs;
    this.#histogram.reset();
    return Math.max(0, Math.round(longestMs));
  }

  close(): void {
    this.#histogram.disable();
  }
}
