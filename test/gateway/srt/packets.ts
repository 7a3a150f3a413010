/** SRT datagrams as callers send them, built field by field. */
function handshake(fields: {
  version: number;
  typeField: number;
  type: number;
  socketId: number;
  cookie: number;
}): Buffer {
  const packet = Buffer.alloc(64);
  packet.writeUInt32BE(0x80000000, 0);
  packet.writeUInt32BE(4711, 8);
  packet.writeUInt32BE(fields.version, 16);
  packet.writeUInt32BE(fields.typeField, 20);
  packet.writeUInt32BE(123456, 24);
  packet.writeUInt32BE(1500, 28);
  packet.writeUInt32BE(8192, 32);
  packet.writeUInt32BE(fields.type, 36);
  packet.writeUInt32BE(fields.socketId, 40);
  packet.writeUInt32BE(fields.cookie, 44);
  packet.writeUInt32BE(0x0100007f, 48);
  return packet;
}

export function inductionPacket(socketId: number): Buffer {
  return handshake({ version: 4, typeField: 2, type: 1, socketId, cookie: 0 });
}

export function conclusionPacket(
  socketId: number,
  cookie: number,
  extensions: readonly Buffer[],
): Buffer {
  const head = handshake({ version: 5, typeField: 5, type: 0xffffffff, socketId, cookie });
  return Buffer.concat([head, ...extensions]);
}

/** @param content of whole words */
export function extension(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(content.length / 4, 2);
  return Buffer.concat([head, content]);
}

export function streamIdExtension(streamId: string): Buffer {
  const bytes = Buffer.from(streamId);
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return extension(5, padded.swap32());
}
