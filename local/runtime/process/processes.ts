import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Child processes that must not outlive this one, however it ends. Each leads a process group of its
 * own (spawned with `detached`), so that its children end with it and a Ctrl-C in the terminal reaches
 * only this process. If this process is killed, a watchdog in a session of its own sees its pipe close and
 * kills the groups.
 */
export class Processes {
  private readonly children = new Set<number>();
  private watchdog: ChildProcess | undefined;

  /** Takes charge of a child that was just spawned with `detached`. */
  adopt(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.watchdog ??= this.startWatchdog();
    this.children.add(pid);
    this.watchdog.stdin?.write(`+${pid}\n`);
    child.once("exit", () => {
      signalGroup(pid, "SIGKILL");
      this.children.delete(pid);
      this.watchdog?.stdin?.write(`-${pid}\n`);
    });
  }

  /** Kills what is left and the watchdog. */
  close(): void {
    for (const pid of this.children) signalGroup(pid, "SIGKILL");
    this.watchdog?.removeAllListeners("exit");
    this.watchdog?.kill("SIGKILL");
    this.watchdog = undefined;
  }

  private startWatchdog(): ChildProcess {
    const watchdog = spawn(process.execPath, [join(__dirname, "watchdog.mjs")], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
    });
    watchdog.stdin?.on("error", () => {});
    watchdog.on("error", () => {});
    watchdog.once("exit", () => {
      if (this.watchdog !== watchdog) return;
      this.watchdog = this.startWatchdog();
    });
    for (const pid of this.children) watchdog.stdin?.write(`+${pid}\n`);
    return watchdog;
  }
}

/** Signals a process group; a group that has already ended is not an error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: no process of the group is left.
  }
}
