import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Runtime, type RuntimeOptions } from "../../../local/runtime/runtime";
import type { Status } from "../../../local/runtime/status";
import { freePort } from "../../freePort";
import { arns, type Ports, Stack } from "./stack";

/** A version of MediaMTX whose container cannot start, as its program is not there. */
export const missingVersion = "9.9.9";

/** A runtime on free ports in a folder of its own, with small programs in place of the images. */
export class TestCloud {
  readonly statuses: Status[] = [];
  readonly root = mkdtempSync(join(tmpdir(), "runtime-"));
  readonly runtime: Runtime;

  constructor(options: Partial<RuntimeOptions> = {}) {
    const binary = join(this.root, "mediamtx");
    writeFileSync(binary, "#!/bin/sh\necho configuration $1\nenv\nexec sleep 600\n", {
      mode: 0o755,
    });
    this.runtime = new Runtime({
      root: this.root,
      checkout: this.root,
      programs: {
        mediamtx: (version) => ({
          binary: version === missingVersion ? join(this.root, "missing") : binary,
          configuration: `mediamtx-${version}.yml`,
        }),
        gateway: join(__dirname, "programs", "gateway.mjs"),
      },
      secrets: new Map([[arns.secret, { value: "a secret passphrase" }]]),
      onStatus: (status) => this.statuses.push(status),
      portOf: () => 0,
      ...options,
    });
  }

  /** Writes the bundle of the function. */
  handler(source: string): void {
    mkdirSync(join(this.root, "bundle"), { recursive: true });
    writeFileSync(join(this.root, "bundle", "index.js"), source);
  }

  port(name: string): number {
    const found = this.runtime.listeners.find((listener) => listener.plan.name === name);
    if (!found) throw new Error(`listener ${name} is not open`);
    return found.boundPort;
  }

  /** Applies the stack and waits until its task is healthy: its targets may be so before all its containers run. */
  async start(stack: Stack): Promise<void> {
    const from = this.statuses.length;
    await this.runtime.apply(stack.list());
    await this.until("healthy", "tcp-target", from);
    await this.until("healthy", "udp-target", from);
    await this.until("running", "media", from);
  }

  /** Waits for the first status of this kind, by default since the beginning; rejects after 25 s. */
  async until(event: Status["event"], name: string, from = 0): Promise<Status> {
    for (const deadline = Date.now() + 25_000; Date.now() < deadline; ) {
      const found = this.statuses
        .slice(from)
        .find((status) => status.event === event && status.name === name);
      if (found) return found;
      await pause();
    }
    const heard = this.statuses.slice(from).map((status) => JSON.stringify(status));
    throw new Error([`waited 25 s in vain for "${event} ${name}", heard:`, ...heard].join("\n"));
  }

  /** All text in the log streams of a log group. */
  log(group: string): string {
    return this.logStreams(group).join("");
  }

  logStreams(group: string): string[] {
    const folder = join(this.root, `logs${group}`);
    // It appears with the first line.
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".log"))
      .map((file) => readFileSync(join(folder, file), "utf8"));
  }

  async close(): Promise<void> {
    await this.runtime.close();
    rmSync(this.root, { recursive: true });
  }
}

/** A stack on free container ports whose gateway is the small program. */
export async function freeStack(): Promise<Stack> {
  return withPorts({ tcp: await freePort(), udp: await freePort(), health: await freePort() });
}

export function withPorts(ports: Ports): Stack {
  return new Stack(ports).editContainer("gateway", {
    environment: [
      { name: "AUTH_FUNCTION_ARN", value: arns.alias },
      { name: "TCP_PORT", value: String(ports.tcp) },
      { name: "UDP_PORT", value: String(ports.udp) },
      { name: "HEALTH_PORT", value: String(ports.health) },
    ],
  });
}

/** A client that reads text line by line. */
export class Client {
  private text = "";
  private ended = false;
  error: NodeJS.ErrnoException | undefined;

  constructor(readonly socket: Socket) {
    socket.on("data", (data) => {
      this.text += data;
    });
    socket.on("error", (error) => {
      this.error = error;
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("close", () => {
      this.ended = true;
    });
  }

  static tcp(port: number, options: { host?: string; localAddress?: string } = {}): Client {
    return new Client(connect({ port, host: "127.0.0.1", allowHalfOpen: true, ...options }));
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  async line(): Promise<string> {
    while (!this.text.includes("\n")) {
      if (this.ended) throw new Error(`closed after "${this.text}" (${this.error?.code})`);
      await pause();
    }
    const end = this.text.indexOf("\n");
    const line = this.text.slice(0, end);
    this.text = this.text.slice(end + 1);
    return line;
  }

  /** Sends a line and reads one. */
  async say(word: string): Promise<string> {
    this.socket.write(`${word}\n`);
    return this.line();
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<void> {
    while (!this.ended) await pause();
  }
}

export const pause = (ms = 10): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True while the process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
