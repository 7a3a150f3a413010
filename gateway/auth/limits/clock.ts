import { monotonicMs } from "../../process/monotonic";

/** Time for what is limited by time; a fake one in tests. */
export interface Clock {
  /** Milliseconds that only ever go forward. */
  now(): number;
  /** Calls once after this time; the result cancels it. */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: monotonicMs,
  after(ms, work) {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};
