import { UndecidedError } from "./undecidedError";

/** The gateway's clients wait 9 s: what is late is undecided. */
export const decisionDeadlineMs = 8_000;
/** Logins may take longer: the gateway keeps the answer for the client's next try. The function ends after 25 s. */
export const loginDeadlineMs = 22_000;

/**
 * Runs the work of one event. `within` rejects with UndecidedError when its part is not done by the event's deadline.
 * Calls still in flight then end by their own limits, and the next try finds their results cached.
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
  hit.catch(() => {}); // Without a waiter the rejection would count as unhandled.
  try {
    return await work((part) => Promise.race([part, hit]));
  } finally {
    stop();
  }
}
