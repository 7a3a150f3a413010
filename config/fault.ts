import type { Settings } from "./settings";

/** One thing that is wrong with a configuration. */
export interface Fault {
  readonly key: string;
  /** What is wrong, after the key: "is 300", "is not set". Never a value that may be secret. */
  readonly problem: string;
  /** What is allowed or needed. */
  readonly allowed: string;
  /** What to change. */
  readonly remedy: string;
}

/** Every fault of a configuration, in one message. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(
    stack: string,
    readonly faults: readonly Fault[],
    /** With the default in place of what is missing or not allowed. */
    readonly settings?: Settings,
  ) {
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    super([`the configuration of stack "${stack}" has ${count}:`, ...faults.map(line)].join("\n"));
  }
}

const line = ({ key, problem, allowed, remedy }: Fault): string =>
  `  - "${key}" ${problem}; ${allowed}; ${remedy}`;

const maxShownLength = 120;

/**
 * A value as it may stand in a message: without what may be a credential in a URL (user, query), on one line,
 * without control characters, cut when long.
 */
export function shown(value: string): string {
  const harmless = value.replace(/\/\/.*@/s, "//***@").replace(/\?.*/s, "?***");
  const printable = harmless.replace(/[^\x20-\x7e]/g, "?");
  return printable.length > maxShownLength ? `${printable.slice(0, maxShownLength)}...` : printable;
}

/** The candidate that is the fewest edits away from `name`. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({
    candidate,
    edits: editDistance(name, candidate),
  }));
  return ranked.sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

/** Levenshtein distance, without regard to case. */
function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
