import { RtmpError } from "../errors";
import type { ReadMessage, Span } from "./message";
import { messageType } from "./messages";

/** Of both directions until Set Chunk Size (RTMP 1.0 section 5.4.1). */
export const initialChunkSize = 128;

interface ChunkStream {
  fmt: number;
  timestamp: number;
  delta: number;
  extended: boolean;
  length: number;
  type: number;
  messageStreamId: number;
  start: number;
  chunkSize: number;
  parts: Span[];
  received: number;
}

/** Chunk streams of real clients: two to five. */
const maxChunkStreams = 32;

const headerBytes = [11, 7, 3, 0] as const;

/**
 * Reads RTMP chunks and puts messages together; keeps chunk size and Abort by itself.
 *
 *     fmt (2 bits) chunk stream id (6 bits)
 *     fmt 0: timestamp (3), length (3), type (1), message stream id (4, little endian)
 *     fmt 1: timestamp delta (3), length (3), type (1)
 *     fmt 2: timestamp delta (3)
 *     fmt 3: nothing; the next chunk of a message, or a message like the one before
 *     timestamp 0xFFFFFF: 4 bytes of timestamp follow the header, also after each fmt 3 that goes with it
 */
export class ChunkReader {
  readonly #maxMessageBytes: number;
  readonly #streams = new Map<number, ChunkStream>();
  readonly #aborted: Span[] = [];
  #chunkSize = initialChunkSize;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  get chunkSize(): number {
    return this.#chunkSize;
  }

  /** True while a message is known in part. */
  get midMessage(): boolean {
    return [...this.#streams.values()].some((stream) => stream.received > 0);
  }

  /** Where bytes of messages lie that the peer took back. */
  get aborted(): readonly Span[] {
    return this.#aborted;
  }

  get chunkStreamIds(): ReadonlySet<number> {
    return new Set(this.#streams.keys());
  }

  /**
   * Reads the chunk at `start` of `bytes`, which hold the stream from its beginning. Null when it is not
   * all there yet; nothing has changed then.
   */
  read(bytes: Buffer, start: number): { end: number; message?: ReadMessage } | null {
    const first = bytes[start];
    if (first === undefined) return null;
    const fmt = first >> 6;
    const id = first & 0x3f;
    const stream = this.#checkHeader(fmt, id);

    let at = start + 1;
    const headerEnd = at + (headerBytes[fmt] ?? 0);
    if (bytes.length < headerEnd) return null;
    const next: ChunkStream = stream ? { ...stream } : newStream();
    let time = fmt < 3 ? bytes.readUIntBE(at, 3) : 0;
    if (fmt < 3) next.extended = time === 0xffffff;
    if (fmt < 2) {
      next.length = bytes.readUIntBE(at + 3, 3);
      next.type = bytes.readUInt8(at + 6);
    }
    if (fmt === 0) next.messageStreamId = bytes.readUInt32LE(at + 7);
    at = headerEnd;
    if (next.extended) {
      if (bytes.length < at + 4) return null;
      time = bytes.readUInt32BE(at);
      at += 4;
    }
    if (next.length > this.#maxMessageBytes) {
      const allowed = `at most ${this.#maxMessageBytes} are allowed here`;
      throw new RtmpError("too-large", `message of ${next.length} bytes, ${allowed}`);
    }
    const end = at + Math.min(next.length - next.received, this.#chunkSize);
    if (bytes.length < end) return null;

    if (next.received === 0) this.#begin(next, fmt, time, start);
    next.parts.push({ start: at, end });
    next.received += end - at;
    this.#streams.set(id, next);
    return next.received < next.length
      ? { end }
      : { end, message: this.#finish(bytes, id, next, end) };
  }

  #checkHeader(fmt: number, id: number): ChunkStream | undefined {
    // 0 and 1 announce ids of two and three bytes, which MediaMTX does not read either.
    if (id < 2) throw new RtmpError("bad-chunk", "chunk stream id above 63, allowed are 2 to 63");
    const stream = this.#streams.get(id);
    if (!stream && fmt !== 0) {
      throw new RtmpError("bad-chunk", `chunk stream ${id} begins with header form ${fmt}, not 0`);
    }
    if (!stream && this.#streams.size >= maxChunkStreams) {
      throw new RtmpError("too-large", `more than ${maxChunkStreams} chunk streams`);
    }
    if (stream && stream.received > 0 && fmt !== 3) {
      throw new RtmpError("bad-chunk", `chunk stream ${id} begins a message within a message`);
    }
    return stream;
  }

  #begin(stream: ChunkStream, fmt: number, time: number, start: number): void {
    if (fmt === 0) {
      stream.timestamp = time;
      stream.delta = 0;
    } else {
      if (fmt < 3) stream.delta = time;
      stream.timestamp = (stream.timestamp + stream.delta) >>> 0;
    }
    stream.fmt = fmt;
    stream.start = start;
    stream.chunkSize = this.#chunkSize;
    stream.parts = [];
  }

  #finish(bytes: Buffer, id: number, stream: ChunkStream, end: number): ReadMessage {
    const { fmt, type, timestamp, messageStreamId, start, chunkSize, parts } = stream;
    const body = Buffer.concat(parts.map((part) => bytes.subarray(part.start, part.end)));
    stream.received = 0;
    stream.parts = [];
    if (type === messageType.setChunkSize) this.#setChunkSize(body);
    if (type === messageType.abort) this.#abort(body);
    const span = { start, end };
    return {
      chunkStreamId: id,
      type,
      timestamp,
      messageStreamId,
      body,
      fmt,
      span,
      parts,
      chunkSize,
    };
  }

  #setChunkSize(body: Buffer): void {
    const size = body.length === 4 ? body.readUInt32BE(0) : 0;
    if (size < 1 || size > 0x7fffffff) {
      throw new RtmpError("bad-chunk", `chunk size ${size}, allowed are 1 to 2147483647`);
    }
    this.#chunkSize = size;
  }

  #abort(body: Buffer): void {
    if (body.length !== 4) throw new RtmpError("bad-chunk", "Abort without a chunk stream id");
    const stream = this.#streams.get(body.readUInt32BE(0));
    if (!stream) return;
    this.#aborted.push(...stream.parts);
    stream.received = 0;
    stream.parts = [];
  }
}

const newStream = (): ChunkStream => ({
  ...{ fmt: 0, timestamp: 0, delta: 0, extended: false },
  ...{ length: 0, type: 0, messageStreamId: 0 },
  ...{ start: 0, chunkSize: 0, parts: [], received: 0 },
});
