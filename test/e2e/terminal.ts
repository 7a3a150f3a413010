import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";

/**
 * A command in a terminal of its own, made by script(1), so that keys reach it as they reach a user's. `exec`, because
 * not every shell gives its place to its last command, and Ctrl-C ends a shell that waits.
 */
export class Terminal {
  readonly ended: Promise<number | null>;
  screen = "";
  private readonly child: ChildProcess;

  constructor(command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    this.child = spawn(
      "script",
      ["--quiet", "--return", "--flush", "--command", `exec ${line}`, "/dev/null"],
      {
        env: { ...process.env, ...env },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    this.child.stdout?.on("data", (data) => {
      this.screen += data;
    });
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Waits until this is on the screen, below the first appearance of something else. */
  async shows(text: string, below = ""): Promise<void> {
    while (!this.screen.slice(Math.max(0, this.screen.indexOf(below))).includes(text)) {
      assert.equal(this.child.exitCode, null, `ended before it showed "${text}":\n${this.screen}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export const ctrlC = "\x03";
