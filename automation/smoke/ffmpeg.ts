import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A moving picture with sound, as encoders of the field send it. */
const testPicture = [
  ..."-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine=frequency=440".split(" "),
  ..."-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 25 -b:v 400k".split(" "),
  ..."-c:a aac -b:a 64k".split(" "),
];

export const publishArguments = (output: readonly string[]): string[] => [
  ...testPicture,
  ...output,
];

/** Plays `seconds` and decodes them. */
export const playArguments = (input: readonly string[], seconds: number): string[] => [
  ...input,
  ...`-t ${seconds} -f null -`.split(" "),
];

const maxSaid = 20_000;
const killAfterMs = 3000;

/** A running FFmpeg. It ends with {@link stop}, or when the signal aborts. */
export class Ffmpeg {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private said = "";

  /** `trusted`: file of a certificate authority, for FFmpeg 8 and later, which verify certificates. */
  constructor(args: readonly string[], signal: AbortSignal, trusted: string | undefined) {
    this.child = spawn("ffmpeg", ["-hide_banner", "-nostdin", "-stats", ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...(trusted === undefined ? {} : { SSL_CERT_FILE: trusted }) },
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-maxSaid);
    });
    this.ended = once(this.child, "close").catch((error: Error) => {
      this.said = error.message;
    });
    signal.addEventListener("abort", () => void this.stop(), { once: true });
  }

  /** Decoded or encoded so far. */
  get frames(): number {
    return Number([...this.said.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1] ?? 0);
  }

  get isRunning(): boolean {
    return (
      this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined
    );
  }

  /** There is no such program. */
  get isMissing(): boolean {
    return this.child.pid === undefined;
  }

  /** The last words that are no statistics. They may hold the URL. */
  get lastWords(): string {
    const lines = this.said
      .split(/[\r\n]+/)
      .filter((line) => line !== "" && !/^frame=|^\s|^size=/.test(line));
    return lines.slice(-2).join("; ");
  }

  /** Resolves when it has ended by itself. */
  async end(): Promise<void> {
    await this.ended;
  }

  async stop(): Promise<void> {
    this.child.kill("SIGINT");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), killAfterMs);
    await this.ended;
    clearTimeout(timer);
  }
}
