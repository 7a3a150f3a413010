import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { LogFile } from "../process/logFile";
import { type Processes, signalGroup } from "../process/processes";

export interface ContainerOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** undefined = output is dropped. */
  readonly log: LogFile | undefined;
}

/** A container as a process. */
export class Container {
  /** Resolves when the process has ended and all its output is written, to how it ended. */
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  /** Why it was killed, if it was. */
  private killedFor: string | undefined;

  constructor(processes: Processes, options: ContainerOptions) {
    const [program = "", ...args] = options.command;
    this.child = spawn(program, args, {
      cwd: options.workingDirectory,
      env: options.environment,
      detached: true,
      stdio: ["ignore", options.log ? "pipe" : "ignore", options.log ? "pipe" : "ignore"],
    });
    processes.adopt(this.child);
    for (const output of [this.child.stdout, this.child.stderr]) {
      if (output) options.log?.follow(output);
    }
    this.exited = this.watch(program);
  }

  /** Of the process that leads the container's group; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** SIGKILL to all its processes; the reason is how it ended. */
  kill(reason: string): void {
    if (this.pid === undefined) return;
    this.killedFor ??= reason;
    signalGroup(this.pid, "SIGKILL");
  }

  /** SIGTERM, and SIGKILL for what is left after the time to stop. */
  async stop(stopTimeoutMs: number): Promise<void> {
    const { pid } = this.child;
    if (pid === undefined) return;
    this.child.kill("SIGTERM");
    const deadline = setTimeout(() => signalGroup(pid, "SIGKILL"), stopTimeoutMs);
    await this.exited;
    clearTimeout(deadline);
  }

  private async watch(program: string): Promise<Exit> {
    try {
      const [code, signal] = (await once(this.child, "close")) as [number | null, string | null];
      if (this.killedFor !== undefined) return { code: 137, text: this.killedFor };
      // Docker reports a death by signal as 128 + its number; its name says more.
      return { code: code ?? -1, text: signal ? `was ended by ${signal}` : `exited with ${code}` };
    } catch (error) {
      return { code: -1, text: `cannot start ${program}: ${(error as Error).message}` };
    }
  }
}

export interface Exit {
  readonly code: number;
  readonly text: string;
}
