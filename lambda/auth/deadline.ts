import { UndecidedError } from "./undecidedError";

/** The gateway's clients wait 9 s: what is late is undecided. */
export const decisionDeadlineMs = 8_000;
/** Logins may take longer: the gateway keeps the answer for the client's next try. The function ends after 25 s. */
export const loginDeadlineMs = 22_000;

/**
 * Runs the work of one event. `within` gives up on a part of it at the event's deadline, by rejecting with
 * UndecidedError; calls that are still under way then end by their own limits, and the next try finds their answers.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  work: (within: <P>(part: Promise<P>) => Promise<P>) => Promise<T>,
): Promise<T> {
  let stop = () => {};
  const hit = new Promise<never>((_, reject) => {
    const late = new UndecidedError(`no decision in ${deadlineMs} ms`);
    const timer = setTimeout(reject, deadlineMs, late);
    stop = () => clearTimeout(timer);
  });
  hit.catch(() => {}); // Nobody may be waiting any more.
  try {
    return await work((part) => Promise.race([part, hit]));
  } finally {
    stop();
  }
}
