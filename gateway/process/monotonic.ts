/**
 * Milliseconds of a clock that is never set, the same in all threads. Order and age go by it; the wall clock is for dates
 * that come from outside, such as the end of a lease.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
