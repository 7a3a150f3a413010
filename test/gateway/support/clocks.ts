import { mock } from "node:test";

/** The wall clock and the monotonic one, which stand still until a test moves them. */
export interface Clocks {
  /** Both go on, and timers with them. */
  tick(ms: number): void;
  /** Somebody sets the wall clock. */
  set(byMs: number): void;
}

export const startOfTest = 1_000_000;
export const monotonicStart = 5_000;

/** Timers see the time at the end of a step. */
const stepMs = 1_000;

/** To be undone by `mock.restoreAll()` and `mock.timers.reset()`. */
export function mockClocks(timers: readonly ("setTimeout" | "setInterval")[] = []): Clocks {
  let wall = startOfTest;
  let monotonic = monotonicStart;
  mock.method(Date, "now", () => wall);
  mock.method(process, "hrtime", () => [
    Math.floor(monotonic / 1_000),
    Math.round((monotonic % 1_000) * 1_000_000),
  ]);
  if (timers.length > 0) mock.timers.enable({ apis: [...timers] });
  return {
    tick(ms) {
      for (let left = ms; left > 0; left -= stepMs) {
        const step = Math.min(left, stepMs);
        wall += step;
        monotonic += step;
        if (timers.length > 0) mock.timers.tick(step);
      }
    },
    set(byMs) {
      wall += byMs;
    },
  };
}
