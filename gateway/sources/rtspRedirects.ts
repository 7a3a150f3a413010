import { Transform, type TransformCallback } from "node:stream";
import { SourceError } from "./source";

const version = Buffer.from("RTSP/1.0 ");
const statusBytes = 4;
/** What MediaMTX reads as any status but 3xx. */
const isHarmless = (status: string) => /^[1245]\d\d[ \r]$/.test(status);

/**
 * Passes a source's RTSP responses, but fails at a redirect: MediaMTX would follow it to anywhere. MediaMTX follows
 * one only in answer to DESCRIBE, and sends SETUP after that; so after the first SETUP nothing is checked.
 *
 * It searches for the status line anywhere, not only where a response should begin, so that framing which two
 * programs read differently hides nothing.
 */
export class RedirectGuard extends Transform {
  /** What MediaMTX sends, watched for its first SETUP. */
  readonly requests: Transform;
  #open = false;
  #tail: Buffer = Buffer.alloc(0);

  constructor() {
    super();
    let last = "";
    this.requests = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (!this.#open) {
          last += chunk.toString("latin1");
          if (/(?:^|\n)SETUP /.test(last)) this.#open = true;
          last = last.slice(-8);
        }
        done(null, chunk);
      },
    });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#open) {
      const held = this.#tail;
      this.#tail = Buffer.alloc(0);
      done(null, held.length > 0 ? Buffer.concat([held, chunk]) : chunk);
      return;
    }
    const text = Buffer.concat([this.#tail, chunk]);
    for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + 1)) {
      const end = at + version.length + statusBytes;
      // The status is not there yet: what has come of it waits.
      if (end > text.length) {
        this.#pass(text, at, done);
        return;
      }
      if (!isHarmless(text.toString("latin1", at + version.length, end))) {
        done(new SourceError("the source redirects, which is not followed"));
        return;
      }
    }
    this.#pass(text, text.length - beginningOf(version, text), done);
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#tail);
  }

  #pass(text: Buffer, end: number, done: TransformCallback): void {
    this.#tail = Buffer.from(text.subarray(end));
    done(null, text.subarray(0, end));
  }
}

/** How many bytes at the end of a text may be the beginning of the word. */
function beginningOf(word: Buffer, text: Buffer): number {
  for (let length = Math.min(word.length - 1, text.length); length > 0; length--) {
    if (text.subarray(text.length - length).equals(word.subarray(0, length))) return length;
  }
  return 0;
}
