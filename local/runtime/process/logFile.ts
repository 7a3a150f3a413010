import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** CloudWatch takes events of up to 1 MiB; a longer line is cut into several. */
const maxLineLength = 1024 * 1024;

/** A log stream as a file to which only whole lines are appended. */
export class LogFile {
  private readonly file: WriteStream;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = createWriteStream(path, { flags: "a" });
    // A full disk must not end the containers.
    this.file.on("error", () => {});
  }

  line(text: string): void {
    this.file.write(`${text}\n`);
  }

  /** Appends what a process prints. */
  follow(output: Readable): void {
    const decoder = new StringDecoder("utf8");
    let rest = "";
    output.on("data", (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.line(line);
      for (; rest.length > maxLineLength; rest = rest.slice(maxLineLength)) {
        this.line(rest.slice(0, maxLineLength));
      }
    });
    output.on("end", () => {
      if (rest !== "") this.line(rest);
      rest = "";
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.file.once("close", resolve);
      this.file.end();
    });
  }
}
