import { createInterface } from "node:readline/promises";
import { CancelledError } from "../../automation/errors";

/** Asks on the terminal; anything but yes is no. Throws a CancelledError when `signal` comes first, or the input ends. */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  // In the terminal's raw mode Ctrl-C comes as a key, not as a signal.
  terminal.once("SIGINT", () => ended.abort());
  terminal.once("close", () => ended.abort());
  try {
    const answer = await terminal.question(question, {
      signal: AbortSignal.any([signal, ended.signal]),
    });
    // Ctrl-C right after the answer comes with it.
    await new Promise(setImmediate);
    ended.signal.throwIfAborted();
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    throw new CancelledError("cancelled; nothing was changed");
  } finally {
    terminal.close();
  }
}
