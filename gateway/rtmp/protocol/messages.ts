import { RtmpError } from "../errors";
import { type Amf0Input, type Amf0Value, readAmf0, writeAmf0 } from "./amf0";
import type { Message, Span } from "./message";

export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
} as const;

const controlChunkStreamId = 2;

/** The only stream of a connection, as MediaMTX answers createStream. */
export const streamId = 1;

/** Chunk size that MediaMTX, and therefore the gateway, uses towards clients. */
export const serverChunkSize = 65536;

const windowBytes = 2_500_000;
const dynamicLimit = 2;

export interface Command {
  readonly name: string;
  readonly transactionId: number;
  /** All values of the body: name, transaction id, command object, arguments. */
  readonly values: readonly Amf0Value[];
  readonly texts: readonly Span[];
}

export function readCommand(body: Buffer): Command {
  const { values, texts } = readAmf0(body);
  const name = values[0]?.text;
  const transactionId = values[1]?.number;
  if (name === undefined || transactionId === undefined || values.length < 3) {
    throw new RtmpError("bad-amf0", "command without name, transaction id and command object");
  }
  return { name, transactionId, values, texts };
}

function control(type: number, ...fields: readonly number[]): Message {
  return {
    ...{ chunkStreamId: controlChunkStreamId, type, timestamp: 0, messageStreamId: 0 },
    body: Buffer.from(fields),
  };
}

function command(chunkStreamId: number, ofStream: number, ...values: Amf0Input[]): Message {
  return {
    ...{ chunkStreamId, type: messageType.commandAmf0, timestamp: 0 },
    ...{ messageStreamId: ofStream, body: writeAmf0(...values) },
  };
}

function uint32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/**
 * What MediaMTX says to `connect` (gortmplib v1.0.1, server_conn.go AcceptConn), on the same chunk streams
 * and in the same sizes, so that the headers by which MediaMTX goes on mean the same to the client.
 */
export const answerConnect = (chunkStreamId: number, transactionId: number): readonly Message[] => [
  control(messageType.windowAcknowledgementSize, ...uint32(windowBytes)),
  control(messageType.setPeerBandwidth, ...uint32(windowBytes), dynamicLimit),
  control(messageType.setChunkSize, ...uint32(serverChunkSize)),
  command(
    chunkStreamId,
    0,
    "_result",
    transactionId,
    { fmsVer: "LNX 9,0,124,2", capabilities: 31 },
    {
      level: "status",
      code: "NetConnection.Connect.Success",
      description: "Connection succeeded.",
      objectEncoding: 0,
    },
  ),
];

export const answerCreateStream = (chunkStreamId: number, transactionId: number): Message =>
  command(chunkStreamId, 0, "_result", transactionId, null, streamId);

/** The answer to a `connect` that is not accepted. Its transaction id is 1 (RTMP 1.0 section 7.2.1.1). */
export const rejectConnect = (chunkStreamId: number, description: string): Message =>
  command(chunkStreamId, 0, "_error", 1, null, {
    level: "error",
    code: "NetConnection.Connect.Rejected",
    description,
  });

/** The status message that ends a publish or play before it began. */
export const errorStatus = (code: string, description: string): Message =>
  command(5, streamId, "onStatus", 0, null, { level: "error", code, description });
