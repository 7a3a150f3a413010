import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** Fits the command line of every process. */
const anyCommand = /(?:)/;

/**
 * Takes a lock file, which holds the number of the process that has it. Undefined when this process has it now, otherwise
 * the number of its holder. A lock whose holder has ended, or is a process of another command by now, is removed.
 */
export function takeLockFile(file: string, holderCommand = anyCommand): number | undefined {
  for (;;) {
    const holder = holderOf(file);
    if (holder === undefined) {
      if (create(file)) return undefined;
    } else if (isAlive(holder, holderCommand)) {
      return holder;
    } else if (holderOf(file) === holder) {
      rmSync(file, { force: true });
    }
  }
}

/** Undefined when there is no lock, 0 when it names no process. */
function holderOf(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The file appears with its content, so that nobody reads it half written. False when another process was faster. */
function create(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether a process runs and its command line matches: the system reuses process ids. */
export function isAlive(pid: number, command = anyCommand): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return command.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    // No /proc on this system.
    return true;
  }
}
