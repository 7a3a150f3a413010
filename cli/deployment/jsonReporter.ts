import type { Reporter } from "./reporter";

/** One JSON object per line on standard output; its `type` says what it is. The last one is `result` or `error`. */
export function jsonReporter(write: (line: string) => void): Reporter {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`);
  return {
    begin: (subject) => line({ type: "stack", ...subject }),
    event: line,
    plan: (plan) => line({ type: "plan", ...plan }),
    note: (message) => line({ type: "note", message }),
    result: (result) => line({ type: "result", exitCode: 0, ...result }),
    // The typed errors' own fields: faults, violations, diagnostics, health.
    error: (error, exitCode) =>
      line({ ...error, type: "error", exitCode, name: error.name, message: error.message }),
  };
}
