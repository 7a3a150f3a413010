import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls every 50 ms until the condition holds. Rejects after `timeoutMs`, and at once when the condition throws. `what`
 * completes "waited 25 s in vain until ...".
 */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 25_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await sleep(50);
  }
}
