import { RtmpError } from "./errors";
import { ByteBuffer } from "./protocol/byteBuffer";
import { ChunkReader } from "./protocol/chunkReader";
import { writeMessage } from "./protocol/chunkWriter";
import { answerS0S1S2, s0s1s2Bytes } from "./protocol/handshake";
import type { Message, ReadMessage } from "./protocol/message";
import {
  answerConnect,
  messageType,
  readCommand,
  serverChunkSize,
  streamId,
} from "./protocol/messages";
import type { ClientRequest } from "./serverNegotiation";

/** MediaMTX's answers to connect and createStream take a few hundred bytes. */
const maxNegotiationBytes = 65_536;

/** What to send on, to whom, after some bytes of MediaMTX. */
export interface NegotiationStep {
  readonly toMediamtx: Buffer;
  readonly toClient: Buffer;
}

const nothing = Buffer.alloc(0);

/**
 * Negotiates with MediaMTX as the client: the handshake, then the responses to connect and createStream, which the
 * client already has from the gateway. They are dropped; all other messages are passed on. After the last of them
 * (`done`) MediaMTX's bytes go to the client unchanged.
 */
export class UpstreamNegotiation {
  readonly #replay: Buffer;
  readonly #bytes = new ByteBuffer();
  readonly #reader = new ChunkReader(maxNegotiationBytes);
  /** What the client was sent in response to connect. */
  readonly #greeting: readonly Message[];
  /** Transaction ids of the answers that are still to come, in order. */
  readonly #awaited: number[];
  readonly #passedOn = new Set<number>();
  #at = 0;
  #chunkSize = serverChunkSize;
  #done = false;

  /** `replay` is sent to MediaMTX after the handshake. */
  constructor(request: ClientRequest, replay: Buffer) {
    const [connect] = request.commands;
    this.#replay = replay;
    this.#greeting = answerConnect(connect.message.chunkStreamId, connect.transactionId);
    this.#awaited = request.commands
      .filter(({ name }) => name === "connect" || name === "createStream")
      .map(({ transactionId }) => transactionId);
  }

  get done(): boolean {
    return this.#done;
  }

  /** Takes bytes of MediaMTX. Not to be called once `done`. */
  push(data: Buffer): NegotiationStep {
    this.#bytes.append(data);
    const bytes = this.#bytes.view();
    const toMediamtx = this.#at === 0 ? this.#shakeHands(bytes) : nothing;
    const toClient = this.#at === 0 ? nothing : this.#readAnswers(bytes);
    if (!this.#done && bytes.length > maxNegotiationBytes) {
      throw new RtmpError("upstream", "MediaMTX does not answer connect and createStream");
    }
    return { toMediamtx, toClient };
  }

  #shakeHands(bytes: Buffer): Buffer {
    if (bytes.length < s0s1s2Bytes) return nothing;
    this.#at = s0s1s2Bytes;
    return Buffer.concat([answerS0S1S2(bytes.subarray(0, s0s1s2Bytes)), this.#replay]);
  }

  #readAnswers(bytes: Buffer): Buffer {
    const toClient: Buffer[] = [];
    while (!this.#done) {
      const chunk = this.#reader.read(bytes, this.#at);
      if (!chunk) return Buffer.concat(toClient);
      this.#at = chunk.end;
      if (chunk.message && !this.#isKnownToClient(chunk.message)) {
        toClient.push(this.#passOn(chunk.message));
      }
      this.#done = this.#awaited.length === 0 && !this.#reader.midMessage;
    }
    return Buffer.concat([...toClient, bytes.subarray(this.#at)]);
  }

  #isKnownToClient(message: ReadMessage): boolean {
    if (message.type === messageType.commandAmf0) return this.#isAwaited(message);
    // Dropping one after another message has passed on the same chunk stream would leave the client with
    // another last message than MediaMTX, to which a short header may refer.
    return (
      !this.#passedOn.has(message.chunkStreamId) &&
      this.#greeting.some(({ type, body }) => type === message.type && body.equals(message.body))
    );
  }

  #isAwaited(message: ReadMessage): boolean {
    const { name, transactionId, values } = readCommand(message.body);
    if (name !== "_result" || transactionId !== this.#awaited[0]) return false;
    this.#awaited.shift();
    const answered = values[3]?.number;
    if (answered !== undefined && answered !== streamId) {
      throw new RtmpError("upstream", `MediaMTX opened stream ${answered}, not ${streamId}`);
    }
    return true;
  }

  #passOn(message: ReadMessage): Buffer {
    this.#passedOn.add(message.chunkStreamId);
    const written = writeMessage(message, this.#chunkSize);
    if (message.type === messageType.setChunkSize) this.#chunkSize = message.body.readUInt32BE();
    return written;
  }
}
