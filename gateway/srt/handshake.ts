/*
 * Datagrams of SRT (draft-sharabayko-srt, section 3), all numbers big-endian.
 *
 *   0  control flag(1) type(15) subtype(16)
 *   4  type-specific, 8 timestamp in us, 12 destination socket id
 *
 * A handshake is a control packet of type 0; SHUTDOWN is type 5. Its body:
 *
 *   16 version, 20 encryption(16) extension flags(16), 24 initial sequence number, 28 MTU, 32 window
 *   36 handshake type, 40 socket id of the sender, 44 SYN cookie, 48 peer address(128)
 *   64 extensions: type(16) length(16, in words of 4 bytes) content
 */
const headerBytes = 16;
const handshakeBytes = 64;
const controlHandshake = 0x80000000;
const controlShutdown = 0x80050000;
const offsetOf = {
  destination: 12,
  version: 16,
  encryption: 20,
  extension: 22,
  type: 36,
  socketId: 40,
  cookie: 44,
} as const;

const induction = 1;
const conclusion = 0xffffffff;
/** In the extension field of an answered INDUCTION: "I speak version 5". */
const srtMagic = 0x4a17;
const extensionKeyMaterial = 3;
const extensionStreamId = 5;
/** libsrt's limit. */
const maxStreamIdBytes = 512;
/** A rejection's handshake type is this plus libsrt's reason (1000 and up: application's reasons). */
export const failure = 1000;

/** What a handshake packet says, as far as the server needs it. */
export interface Handshake {
  readonly kind: "induction" | "conclusion" | "rejection" | "other";
  /** Handshake type as on the wire. */
  readonly type: number;
  readonly version: number;
  /** Socket id of the sender. */
  readonly socketId: number;
  readonly cookie: number;
}

/** Socket id that a packet is for; 0 before the receiver's is known. undefined when this is not SRT. */
export function destinationOf(packet: Buffer): number | undefined {
  return packet.length < headerBytes ? undefined : packet.readUInt32BE(offsetOf.destination);
}

export function isShutdown(packet: Buffer): boolean {
  return packet[0] === 0x80 && packet[1] === 5 && packet.length >= headerBytes;
}

/** undefined when the packet is not a handshake. */
export function readHandshake(packet: Buffer): Handshake | undefined {
  if (packet.length < handshakeBytes || packet.readUInt32BE(0) !== controlHandshake)
    return undefined;
  const type = packet.readUInt32BE(offsetOf.type);
  return {
    kind: kindOf(type),
    type,
    version: packet.readUInt32BE(offsetOf.version),
    socketId: packet.readUInt32BE(offsetOf.socketId),
    cookie: packet.readUInt32BE(offsetOf.cookie),
  };
}

function kindOf(type: number): Handshake["kind"] {
  if (type === induction) return "induction";
  if (type === conclusion) return "conclusion";
  return type >= failure && type < 0x80000000 ? "rejection" : "other";
}

/** What the extensions of a CONCLUSION tell. */
export interface Conclusion {
  /** "" when there is none. */
  readonly streamId: string;
  /** The caller has a passphrase. */
  readonly encrypted: boolean;
}

/** undefined when the extensions are malformed or name the stream id twice. */
export function readConclusion(packet: Buffer): Conclusion | undefined {
  const extensions = readExtensions(packet);
  const streamIds = extensions?.filter(({ type }) => type === extensionStreamId) ?? [];
  if (!extensions || streamIds.length > 1) return undefined;
  const [found] = streamIds;
  const streamId = found ? packet.subarray(found.content, found.end) : Buffer.alloc(0);
  if (streamId.length > maxStreamIdBytes) return undefined;
  return {
    streamId: swapWords(streamId).toString("utf8").replace(/\0+$/, ""),
    encrypted: extensions.some(({ type }) => type === extensionKeyMaterial),
  };
}

interface Extension {
  readonly type: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

function readExtensions(packet: Buffer): Extension[] | undefined {
  const extensions: Extension[] = [];
  for (let start = handshakeBytes; start < packet.length; ) {
    const content = start + 4;
    if (content > packet.length) return undefined;
    const end = content + 4 * packet.readUInt16BE(start + 2);
    if (end > packet.length) return undefined;
    extensions.push({ type: packet.readUInt16BE(start), start, content, end });
    start = end;
  }
  return extensions;
}

/** A stream id travels with the bytes of each word in reverse, padded with zeros to whole words. */
function swapWords(text: Buffer): Buffer {
  const words = Buffer.alloc(Math.ceil(text.length / 4) * 4);
  text.copy(words);
  return words.swap32();
}

/** The listener's answer to an INDUCTION. */
export function inductionResponse(packet: Buffer, cookie: number): Buffer {
  const answer = handshakeFor(packet);
  answer.writeUInt32BE(5, offsetOf.version);
  answer.writeUInt16BE(0, offsetOf.encryption);
  answer.writeUInt16BE(srtMagic, offsetOf.extension);
  answer.writeUInt32BE(cookie, offsetOf.cookie);
  return answer;
}

/**
 * The listener's refusal of a CONCLUSION.
 * @param reason one of libsrt's, below 1000 its own, from 1000 on those of access control
 */
export function rejection(packet: Buffer, reason: number): Buffer {
  const answer = handshakeFor(packet);
  answer.writeUInt16BE(0, offsetOf.extension);
  answer.writeUInt32BE(failure + reason, offsetOf.type);
  return answer;
}

/** The packet's handshake without extensions, addressed to its sender. */
function handshakeFor(packet: Buffer): Buffer {
  const answer = Buffer.from(packet.subarray(0, handshakeBytes));
  answer.writeUInt32BE(packet.readUInt32BE(offsetOf.socketId), offsetOf.destination);
  return answer;
}

/** The INDUCTION that the caller of this CONCLUSION would have sent before. */
export function inductionBefore(packet: Buffer): Buffer {
  const request = Buffer.from(packet.subarray(0, handshakeBytes));
  request.writeUInt32BE(4, offsetOf.version);
  request.writeUInt16BE(0, offsetOf.encryption);
  // UDT_DGRAM, what every caller says at this point.
  request.writeUInt16BE(2, offsetOf.extension);
  request.writeUInt32BE(induction, offsetOf.type);
  request.writeUInt32BE(0, offsetOf.cookie);
  return request;
}

/** The same CONCLUSION with another cookie and stream id; all other extensions stay as they are. */
export function rewriteConclusion(packet: Buffer, cookie: number, streamId: string): Buffer {
  const text = swapWords(Buffer.from(streamId));
  const extension = Buffer.alloc(4 + text.length);
  extension.writeUInt16BE(extensionStreamId, 0);
  extension.writeUInt16BE(text.length / 4, 2);
  text.copy(extension, 4);
  const old = readExtensions(packet)?.find(({ type }) => type === extensionStreamId);
  if (!old) throw new Error("the CONCLUSION has no stream id to replace");
  const rewritten = Buffer.concat([
    packet.subarray(0, old.start),
    extension,
    packet.subarray(old.end),
  ]);
  rewritten.writeUInt32BE(cookie, offsetOf.cookie);
  return rewritten;
}

export function shutdown(destination: number): Buffer {
  const packet = Buffer.alloc(headerBytes + 4);
  packet.writeUInt32BE(controlShutdown, 0);
  packet.writeUInt32BE(destination, offsetOf.destination);
  return packet;
}
