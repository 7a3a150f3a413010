import type { ChildProcess } from "node:child_process";

/** Bounds on a command of the engine's CLI. */
export interface Limits {
  /** For commands that change nothing: after this they are interrupted, and killed if that does not end them. */
  readonly readOnlyMs: number;
  /** From the interrupt of a command that changes nothing to its end. */
  readonly graceMs: number;
  /** From the end of the CLI to the end of its output, which a plugin that outlives it may hold open. */
  readonly drainMs: number;
  /** Characters of output that are kept. */
  readonly maxOutput: number;
}

/** A preview takes half a minute, and some more while plugins are downloaded. */
export const defaultLimits: Limits = {
  readOnlyMs: 15 * 60_000,
  graceMs: 30_000,
  drainMs: 10_000,
  maxOutput: 256 * 1024 * 1024,
};

/** Commands that change resources are never killed: the engine would leave the stack locked, with resources half made. */
export const isReadOnly = (args: readonly string[]): boolean =>
  !["up", "update", "destroy", "refresh", "import"].includes(args[0] ?? "") ||
  args.includes("--preview-only");

/** Interrupts the command once; kills its process group where that does no harm. Call `stop` when it has ended. */
export function watch(child: ChildProcess, readOnly: boolean, { readOnlyMs, graceMs }: Limits) {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, act: () => void) => timers.add(setTimeout(act, ms));
  let isInterrupted = false;
  const watched = {
    /** Why it was ended, if it took too long. */
    overdue: undefined as string | undefined,
    interrupt: () => {
      if (isInterrupted) return;
      isInterrupted = true;
      child.kill("SIGINT");
      if (readOnly) after(graceMs, () => killGroup(child));
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
  if (readOnly) {
    after(readOnlyMs, () => {
      watched.overdue = `pulumi did not end within ${readOnlyMs / 60_000} minutes, and was ended`;
      watched.interrupt();
    });
  }
  return watched;
}

/** The child leads a group of its own, with the plugins in it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
