import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalPaths } from "./paths";

/** Keeps a second `npm start` from working on the same local cloud. */
export class LocalLock {
  private constructor(private readonly file: string) {}

  /** Takes the lock, also from a process that has ended. @throws Error when a running process holds it. */
  static take(paths: LocalPaths): LocalLock {
    mkdirSync(paths.root, { recursive: true });
    const file = join(paths.root, "run.pid");
    for (;;) {
      try {
        writeFileSync(file, String(process.pid), { flag: "wx" });
        return new LocalLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = Number(readFileSync(file, "utf8"));
      if (isAlive(holder, /node/)) {
        throw new Error(
          `the local cloud is already running as process ${holder}; ` +
            `use it, or end it with Ctrl-C in its terminal or \`kill ${holder}\``,
        );
      }
      rmSync(file, { force: true });
    }
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}

/** Whether a process runs and its command line matches: the system reuses process ids. */
export function isAlive(pid: number, command: RegExp): boolean {
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
