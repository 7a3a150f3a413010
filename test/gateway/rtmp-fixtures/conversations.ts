import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Amf0Input, writeAmf0 } from "../../../gateway/rtmp/amf0";
import { ChunkReader, type Message, type ReadMessage } from "../../../gateway/rtmp/chunkReader";
import { c0c1Bytes, c2Bytes, createC0C1 } from "../../../gateway/rtmp/handshake";
import { ClientWriter } from "./clientWriter";

export const handshakeBytes = c0c1Bytes + c2Bytes;

export interface Conversation {
  readonly name: string;
  /** Everything from C0 on, and some of what follows publish or play. */
  readonly bytes: Buffer;
}

/** Recorded from FFmpeg 5.1 against a server that answers as MediaMTX does. */
export const captures: readonly Conversation[] = readdirSync(__dirname)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => ({ name: file, bytes: readFileSync(join(__dirname, file)) }));

export const message = (
  chunkStreamId: number,
  type: number,
  body: Buffer,
  more: Partial<Message> = {},
): Message => ({ chunkStreamId, type, timestamp: 0, messageStreamId: 0, body, ...more });

export const command = (chunkStreamId: number, ...values: Amf0Input[]): Message =>
  message(chunkStreamId, 20, writeAmf0(...values));

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const handshake = (): Buffer => Buffer.concat([createC0C1(), Buffer.alloc(c2Bytes)]);

export const connectCommand = (tcUrl: string, csid = 3): Message =>
  command(csid, "connect", 1, {
    app: "live",
    type: "nonprivate",
    flashVer: "FMLE/3.0 (compatible; FMSc/1.0)",
    swfUrl: tcUrl,
    tcUrl,
    somethingNew: { nested: "kept" },
  });

/** A publisher that speaks as OBS does (librtmp): chunk size first, publish and media on chunk stream 4. */
export function obs(tcUrl: string, key: string, writer = new ClientWriter()): Buffer {
  return Buffer.concat([
    handshake(),
    ...writer.write(message(2, 1, uint32(4096)), 0),
    ...writer.write(connectCommand(tcUrl)),
    ...writer.write(command(3, "releaseStream", 2, null, key)),
    ...writer.write(command(3, "FCPublish", 3, null, key)),
    ...writer.write(command(3, "createStream", 4, null)),
    ...writer.write({ ...command(4, "publish", 5, null, key, "live"), messageStreamId: 1 }),
  ]);
}

/** All that clients may do and hardly one does: tiny chunks, interleaving, Abort, other chunk streams. */
export function contortionist(tcUrl: string, key: string, writer = new ClientWriter()): Buffer {
  const late = 0x1000005;
  const connect = writer.write({ ...connectCommand(tcUrl, 5), timestamp: late });
  const [aborted] = writer.write(command(9, "FCPublish", 9, null, key.padEnd(200)));
  return Buffer.concat([
    handshake(),
    ...connect.slice(0, 1),
    ...writer.write(message(2, 5, uint32(3000)), 0),
    ...connect.slice(1),
    aborted ?? Buffer.alloc(0),
    ...writer.write(message(2, 2, uint32(9))),
    ...writer.write(message(2, 1, uint32(11))),
    ...writer.write({ ...command(5, "FCPublish", 3, null, key), timestamp: late }),
    ...writer.write({ ...command(6, "createStream", 4, null), timestamp: 1 }),
    ...writer.write({ ...command(6, "createStream", 4, null), timestamp: 1 }),
    ...writer.write(message(2, 4, Buffer.from("000600000001", "hex"))),
    ...writer.write({ ...command(5, "publish", 5, null, key, "live"), timestamp: late + 3 }),
  ]);
}

/** Every message of chunks that follow a handshake. */
export function messagesOf(bytes: Buffer, reader = new ChunkReader(1 << 24)): ReadMessage[] {
  const messages: ReadMessage[] = [];
  for (let at = 0; ; ) {
    const chunk = reader.read(bytes, at);
    if (!chunk) return messages;
    at = chunk.end;
    if (chunk.message) messages.push(chunk.message);
  }
}
