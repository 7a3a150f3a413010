import type { Message } from "./message";

const maxTimestampField = 0xffffff;

/**
 * A message as chunks: a full header, so that nothing depends on what was sent before, then fmt 3.
 * `chunkSize` is the payload per chunk that the receiver expects.
 */
export function writeMessage(message: Message, chunkSize: number): Buffer {
  const { chunkStreamId, type, timestamp, messageStreamId, body } = message;
  const extended = timestamp >= maxTimestampField;
  const extension = Buffer.alloc(extended ? 4 : 0);
  if (extended) extension.writeUInt32BE(timestamp);

  const header = Buffer.alloc(12);
  header[0] = chunkStreamId;
  header.writeUIntBE(extended ? maxTimestampField : timestamp, 1, 3);
  header.writeUIntBE(body.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(messageStreamId, 8);

  const continuation = Buffer.concat([Buffer.of(0xc0 | chunkStreamId), extension]);
  const pieces = [header, extension, body.subarray(0, chunkSize)];
  for (let at = chunkSize; at < body.length; at += chunkSize) {
    pieces.push(continuation, body.subarray(at, at + chunkSize));
  }
  return Buffer.concat(pieces);
}
