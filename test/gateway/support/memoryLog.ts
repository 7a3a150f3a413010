import { createLog, type Log } from "../../../gateway/log";

export interface MemoryLog {
  readonly log: Log;
  /** The lines so far, parsed, without their time. */
  lines(): Record<string, unknown>[];
  text(): string;
}

/** The gateway's log, kept in memory. */
export function memoryLog(): MemoryLog {
  let text = "";
  const log = createLog({
    write: (line) => {
      text += line;
    },
  });
  const lines = () =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const { time: _time, ...rest } = JSON.parse(line) as Record<string, unknown>;
        return rest;
      });
  return { log, lines, text: () => text };
}
