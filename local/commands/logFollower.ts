import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const pollIntervalMs = 300;
const chunkBytes = 64 * 1024;

/** Prints the lines that are appended to log files below a folder, each with the file's log group. */
export class LogFollower {
  private readonly offsets = new Map<string, number>();
  private readonly rests = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly folder: string,
    private readonly print: (line: string) => void,
  ) {}

  /** Starts; earlier lines are not printed. */
  start(): void {
    for (const file of this.files()) this.offsets.set(file, statSync(file).size);
    this.timer = setInterval(() => this.poll(), pollIntervalMs);
  }

  close(): void {
    this.poll();
    clearInterval(this.timer);
  }

  private files(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".log"))
      .map((name) => join(this.folder, name));
  }

  private poll(): void {
    for (const file of this.files()) {
      const lines = ((this.rests.get(file) ?? "") + this.added(file)).split("\n");
      this.rests.set(file, lines.pop() ?? "");
      const [source = ""] = relative(this.folder, file).split("/").slice(-2, -1);
      for (const line of lines) this.print(`${source.padEnd(9)} ${line}`);
    }
  }

  private added(file: string): string {
    const from = this.offsets.get(file) ?? 0;
    const size = statSync(file).size;
    if (size <= from) return "";
    const buffer = Buffer.alloc(Math.min(size - from, chunkBytes));
    const handle = openSync(file, "r");
    try {
      const count = readSync(handle, buffer, 0, buffer.length, from);
      this.offsets.set(file, from + count);
      return buffer.toString("utf8", 0, count);
    } finally {
      closeSync(handle);
    }
  }
}
