import { setTimeout as pause } from "node:timers/promises";

/** The first answer that is not undefined, or undefined when there is none in time. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  {
    timeoutMs,
    intervalMs,
    signal,
  }: { readonly timeoutMs: number; readonly intervalMs: number; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() + intervalMs > deadline) return answer;
    await pause(intervalMs, undefined, { signal });
  }
}
