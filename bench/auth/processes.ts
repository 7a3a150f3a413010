import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** A program of this folder in a process of its own, bundled, so that no compiler is measured with it. */
export interface Program<Message> {
  readonly child: ChildProcess;
  /** Its next message. */
  next(): Promise<Message>;
  stop(): Promise<void>;
}

export function startProgram<Message>(
  entry: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Program<Message> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const outfile = join(folder, "program.cjs");
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "cjs" });
  const child = fork(outfile, args, {
    // Without ts-node, which takes 20 MiB.
    execArgv: [],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_NO_WARNINGS: "1", ...environment },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  child.on("message", (message: Message) => {
    const take = waiting.shift();
    if (take) take(message);
    else messages.push(message);
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    child,
    next: () => {
      const message = messages.shift();
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve, reject) => {
        waiting.push(resolve);
        void gone.then(() => reject(new Error(`${entry} ended`)));
      });
    },
    async stop() {
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ticksPerSecond = 100;

/** CPU seconds, user and system, that a process has used so far. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
