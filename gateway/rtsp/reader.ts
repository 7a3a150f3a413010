import { maxHeaderBytes } from "../net/preAuthMemory";
import { badRequest, parseHead, RtspError, type RtspRequest } from "./message";

const maxBodyBytes = 65_536;
/** Held at a time: what comes behind a request is given back, and held again for the next one. */
const holdBytes = 2_048;
const headEnd = Buffer.from("\r\n\r\n");
const dollar = 0x24;
const empty = Buffer.alloc(0);

/**
 * Takes a client's bytes apart, in any split: requests, and runs of interleaved frames, which are
 * `$`, channel(8), length(16 big-endian), payload.
 *
 * A run comes out as a view on the chunk it came in, however many frames it holds and wherever they
 * begin and end: media is neither copied nor parsed. Requests are held back until complete.
 */
export class RtspReader {
  /** The newest chunk; what lies behind `at` is unread. */
  #chunk: Buffer = empty;
  #at = 0;
  /** Bytes of the open frame's header that were seen, 0..3; its length once known. */
  #frameHead = 0;
  #frameLength = 0;
  #frameLeft = 0;
  /** The beginning of an unfinished request. */
  #held: Buffer = empty;
  #heldLength = 0;
  #head: ReturnType<typeof parseHead> | undefined;
  #headLength = 0;

  /** Bytes that have come and not been taken. */
  get heldBytes(): number {
    return this.#chunk.length - this.#at + this.#heldLength;
  }

  push(chunk: Buffer): void {
    const unread = this.#chunk.subarray(this.#at);
    this.#chunk = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    this.#at = 0;
  }

  /**
   * The next run of frames or request; undefined when more bytes are needed.
   *
   * @throws RtspError when these bytes are not RTSP; the reader is of no use afterwards
   */
  next(): Buffer | RtspRequest | undefined {
    if (this.#heldLength === 0) {
      this.#skipLineEnds();
      const frames = this.#readFrames();
      if (frames) return frames;
    }
    return this.#at < this.#chunk.length ? this.#readRequest() : undefined;
  }

  #readFrames(): Buffer | undefined {
    const start = this.#at;
    const chunk = this.#chunk;
    while (this.#at < chunk.length) {
      if (this.#frameLeft > 0) {
        const step = Math.min(this.#frameLeft, chunk.length - this.#at);
        this.#at += step;
        this.#frameLeft -= step;
      } else if (this.#frameHead > 0 || chunk[this.#at] === dollar) {
        this.#readFrameHeadByte(chunk[this.#at++] ?? 0);
      } else {
        break;
      }
    }
    if (this.#at === start) return undefined;
    return start === 0 && this.#at === chunk.length ? chunk : chunk.subarray(start, this.#at);
  }

  #readFrameHeadByte(byte: number): void {
    this.#frameLength = ((this.#frameLength << 8) | byte) & 0xffff;
    this.#frameHead = (this.#frameHead + 1) % 4;
    if (this.#frameHead === 0) this.#frameLeft = this.#frameLength;
  }

  /** Some clients send an empty line between two messages. */
  #skipLineEnds(): void {
    if (this.#frameHead > 0 || this.#frameLeft > 0) return;
    while (this.#chunk[this.#at] === 0x0d || this.#chunk[this.#at] === 0x0a) this.#at++;
  }

  #readRequest(): RtspRequest | undefined {
    while (!this.#isWhole()) {
      if (this.#at === this.#chunk.length) return undefined;
      const known = this.#heldLength;
      this.#hold();
      if (!this.#head) this.#findHead(known);
    }
    const { bodyLength = 0, ...head } = this.#head ?? {};
    const length = this.#headLength + bodyLength;
    const body = Buffer.from(this.#held.subarray(this.#headLength, length));
    // What was held beyond this request is the end of the chunk: give it back.
    this.#at -= this.#heldLength - length;
    this.#heldLength = 0;
    this.#held = empty;
    this.#head = undefined;
    return { ...(head as Omit<RtspRequest, "body">), body };
  }

  #isWhole(): boolean {
    return this.#head !== undefined && this.#heldLength >= this.#headLength + this.#head.bodyLength;
  }

  /** Moves unread bytes to the held ones, which grow by doubling: a byte at a time costs no more. */
  #hold(): void {
    const room = maxHeaderBytes + headEnd.length + maxBodyBytes - this.#heldLength;
    const step = Math.min(this.#chunk.length - this.#at, room, holdBytes);
    if (this.#heldLength + step > this.#held.length) {
      const grown = Buffer.allocUnsafe(
        Math.max(1024, 2 * this.#held.length, this.#heldLength + step),
      );
      this.#held.copy(grown, 0, 0, this.#heldLength);
      this.#held = grown;
    }
    this.#chunk.copy(this.#held, this.#heldLength, this.#at, this.#at + step);
    this.#heldLength += step;
    this.#at += step;
  }

  #findHead(known: number): boolean {
    const held = this.#held.subarray(0, this.#heldLength);
    const end = held.indexOf(headEnd, Math.max(0, known - 3));
    if (end > maxHeaderBytes || (end < 0 && held.length > maxHeaderBytes)) {
      throw badRequest(`request line and headers exceed ${maxHeaderBytes} bytes`);
    }
    if (end < 0) return false;
    this.#head = parseHead(held.toString("latin1", 0, end));
    if (this.#head.bodyLength > maxBodyBytes) {
      throw new RtspError(413, "Request Entity Too Large", `body exceeds ${maxBodyBytes} bytes`);
    }
    this.#headLength = end + headEnd.length;
    return true;
  }
}
