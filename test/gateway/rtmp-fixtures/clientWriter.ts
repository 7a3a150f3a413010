import type { Message } from "../../../gateway/rtmp/chunkReader";

interface State {
  timestamp: number;
  delta: number;
  extended: boolean;
  length: number;
  type: number;
  messageStreamId: number;
}

/** Cuts messages into chunks as clients do, with the shortest header allowed or a longer one. */
export class ClientWriter {
  readonly #states = new Map<number, State>();
  chunkSize = 128;

  /**
   * The chunks of a message. Its header is of form `shortest` or of the next longer one that can say it.
   * A SetChunkSize counts from the next message on.
   */
  write(message: Message, shortest = 3): Buffer[] {
    const { chunkStreamId, type, timestamp, messageStreamId, body } = message;
    const last = this.#states.get(chunkStreamId);
    const delta = last ? timestamp - last.timestamp : -1;
    let fmt = Math.min(shortest, 3);
    if (last && fmt === 3 && delta !== last.delta) fmt = 2;
    if (last && fmt >= 2 && (type !== last.type || body.length !== last.length)) fmt = 1;
    if (!last || delta < 0 || messageStreamId !== last.messageStreamId) fmt = 0;

    const field = fmt === 0 ? timestamp : delta;
    const extended = fmt === 3 && last ? last.extended : field >= 0xffffff;
    const extension = Buffer.alloc(extended ? 4 : 0);
    if (extended) extension.writeUInt32BE(field);
    const full = Buffer.alloc(12);
    full[0] = (fmt << 6) | chunkStreamId;
    full.writeUIntBE(extended ? 0xffffff : Math.max(field, 0), 1, 3);
    full.writeUIntBE(body.length, 4, 3);
    full[7] = type;
    full.writeUInt32LE(messageStreamId, 8);
    const header = full.subarray(0, [12, 8, 4, 1][fmt]);

    const chunks = [Buffer.concat([header, extension, body.subarray(0, this.chunkSize)])];
    for (let at = this.chunkSize; at < body.length; at += this.chunkSize) {
      const rest = body.subarray(at, at + this.chunkSize);
      chunks.push(Buffer.concat([Buffer.of(0xc0 | chunkStreamId), extension, rest]));
    }
    this.#states.set(chunkStreamId, {
      ...{ timestamp, delta: fmt === 0 ? 0 : delta, extended },
      ...{ length: body.length, type, messageStreamId },
    });
    if (type === 1) this.chunkSize = body.readUInt32BE();
    return chunks;
  }

  /** The same in one piece. */
  bytes(message: Message, shortest = 3): Buffer {
    return Buffer.concat(this.write(message, shortest));
  }
}
