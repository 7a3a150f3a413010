import { type ChildProcess, spawn } from "node:child_process";

/** A client that runs. */
export interface Program {
  /** Everything that it has said, the last 20,000 characters. */
  readonly log: () => string;
  /** All of its standard output. */
  readonly stdout: () => string;
  readonly isRunning: () => boolean;
  /** Resolves to the exit code when it has ended by itself or was stopped. */
  readonly ended: Promise<number | null>;
  /** SIGINT, so that it takes its leave of the server, after 3 s SIGKILL. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Kills the process and all that it has started. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), name);
  } catch {
    // It has ended.
  }
}

export function startProgram(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Program {
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let log = "";
  let stdout = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      log = (log + data).slice(-20000);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  ended.then(() => running.delete(child));
  return {
    log: () => log,
    stdout: () => stdout,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    ended,
    stop: async () => {
      signal(child, "SIGINT");
      const killer = setTimeout(() => signal(child, "SIGKILL"), 3000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Ends whatever a failed test left running. */
export function stopAllPrograms(): void {
  for (const child of running) signal(child, "SIGKILL");
}
