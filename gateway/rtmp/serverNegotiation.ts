import { maxHeaderBytes } from "../net/preAuthMemory";
import { RtmpError } from "./errors";
import { ByteBuffer } from "./protocol/byteBuffer";
import { ChunkReader, initialChunkSize } from "./protocol/chunkReader";
import { writeMessage } from "./protocol/chunkWriter";
import { answerC0C1, c0c1Bytes, c2Bytes, checkC0 } from "./protocol/handshake";
import type { ReadMessage, Span } from "./protocol/message";
import {
  answerConnect,
  answerCreateStream,
  type Command,
  messageType,
  readCommand,
  rejectConnect,
  serverChunkSize,
} from "./protocol/messages";

/** A command with the message that brought it. */
export interface ReadCommand extends Command {
  readonly message: ReadMessage;
}

/** What a client asks for, and all bytes that it sent for it. */
export interface ClientRequest {
  readonly action: "publish" | "read";
  /** `tcUrl` of `connect`. */
  readonly tcUrl: string;
  /** Stream key of `publish` or `play`, "" when absent. */
  readonly key: string;
  /** Bytes after the handshake, up to the end of `publish` or `play`. */
  readonly bytes: Buffer;
  /** Bytes that came after it. */
  readonly rest: Buffer;
  /** Commands in the order in which they were complete: first `connect`, last `publish` or `play`. */
  readonly commands: readonly [ReadCommand, ...ReadCommand[]];
  /** Where bytes of messages lie that the client began and took back. */
  readonly aborted: readonly Span[];
  /** Chunk size of the client at the end of `bytes`. */
  readonly chunkSize: number;
  readonly chunkStreamIds: ReadonlySet<number>;
}

const actions = new Map<string, ClientRequest["action"]>([
  ["publish", "publish"],
  ["play", "read"],
]);

/** Message types that MediaMTX reads; it ends a connection that sends another. */
const { commandAmf3, ...readTypes } = messageType;
const knownTypes = new Set<number>(Object.values(readTypes));

const noAmf3 = "commands in AMF3 are not supported; set the client's object encoding to AMF0";

/**
 * Negotiates as the server, as MediaMTX would, from the handshake until the client sends publish or play. Errors are
 * thrown; the connection is of no use then.
 */
export class ServerNegotiation {
  readonly #maxBytes: number;
  readonly #handshake = new ByteBuffer();
  readonly #bytes = new ByteBuffer();
  readonly #reader: ChunkReader;
  readonly #commands: ReadCommand[] = [];
  #state: "c0c1" | "c2" | "chunks" | "done" = "c0c1";
  #received = 0;
  #at = 0;
  #request: ClientRequest | null = null;
  #rejection: RtmpError | null = null;

  /** `maxBytes` bounds the conversation, handshake included, and each of its messages. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#reader = new ChunkReader(maxBytes);
  }

  /** Null until the client has sent publish or play. */
  get request(): ClientRequest | null {
    return this.#request;
  }

  /** Why the client was rejected; the connection is of no use then. */
  get rejection(): RtmpError | null {
    return this.#rejection;
  }

  /** All bytes so far. */
  get received(): number {
    return this.#received;
  }

  /** Takes bytes of the client and returns the answer to them. Not to be called once `request` is there. */
  push(data: Buffer): Buffer {
    this.#received += data.length;
    const answers: Buffer[] = [];
    const left = this.#state === "chunks" ? data : this.#shakeHands(data, answers);
    this.#bytes.append(left);
    if (this.#state === "chunks") this.#answerChunks(answers);
    this.#checkSize();
    return Buffer.concat(answers);
  }

  #checkSize(): void {
    const isConnected = this.#commands.length > 0;
    const allowed = isConnected ? this.#maxBytes : Math.min(maxHeaderBytes, this.#maxBytes);
    if (this.#request || this.#received <= allowed) return;
    const sent = `${this.#received} bytes before ${isConnected ? "publish or play" : "connect"}`;
    throw new RtmpError("too-large", `${sent}, at most ${allowed} are allowed`);
  }

  /** Returns the bytes that come after the handshake. */
  #shakeHands(data: Buffer, answers: Buffer[]): Buffer {
    this.#handshake.append(data);
    const bytes = this.#handshake.view();
    checkC0(bytes);
    if (this.#state === "c0c1" && bytes.length >= c0c1Bytes) {
      answers.push(answerC0C1(bytes.subarray(0, c0c1Bytes)));
      this.#state = "c2";
    }
    // C2 is not checked: MediaMTX does not either, and real clients get it wrong.
    if (bytes.length < c0c1Bytes + c2Bytes) return Buffer.alloc(0);
    this.#state = "chunks";
    return bytes.subarray(c0c1Bytes + c2Bytes);
  }

  #answerChunks(answers: Buffer[]): void {
    try {
      this.#readChunks(answers);
    } catch (error) {
      if (!(error instanceof RtmpError && error.status)) throw error;
      const isConnected = this.#commands.length > 0;
      const chunkSize = isConnected ? serverChunkSize : initialChunkSize;
      answers.push(writeMessage(error.status, chunkSize));
      this.#rejection = error;
    }
  }

  #readChunks(answers: Buffer[]): void {
    const bytes = this.#bytes.view();
    while (!this.#request) {
      const chunk = this.#reader.read(bytes, this.#at);
      if (!chunk) return;
      this.#at = chunk.end;
      if (chunk.message) this.#onMessage(chunk.message, bytes, answers);
    }
  }

  #onMessage(message: ReadMessage, bytes: Buffer, answers: Buffer[]): void {
    if (message.type === commandAmf3) {
      throw new RtmpError("unsupported", noAmf3, rejectConnect(message.chunkStreamId, noAmf3));
    }
    if (!knownTypes.has(message.type)) {
      throw new RtmpError("unexpected-message", `message of type ${message.type}`);
    }
    if (message.type !== messageType.commandAmf0) return;
    const command = { ...readCommand(message.body), message };
    checkOrder(command, this.#commands.length === 0);
    this.#commands.push(command);

    const { chunkStreamId } = message;
    const action = actions.get(command.name);
    if (action) {
      this.#request = this.#finish(action, command, bytes);
    } else if (command.name === "connect") {
      const greeting = answerConnect(chunkStreamId, command.transactionId);
      // Only the last of them is long, and the chunk size is sent before it.
      answers.push(...greeting.map((answer) => writeMessage(answer, serverChunkSize)));
    } else if (command.name === "createStream") {
      const answer = answerCreateStream(chunkStreamId, command.transactionId);
      answers.push(writeMessage(answer, serverChunkSize));
    }
  }

  #finish(action: ClientRequest["action"], command: ReadCommand, bytes: Buffer): ClientRequest {
    const [connect, ...others] = this.#commands;
    if (!connect || !command.values[3]) {
      throw new RtmpError("unexpected-message", "publish or play without a stream key");
    }
    return {
      action,
      tcUrl: connectText(connect, "tcUrl", "tcurl"),
      key: command.values[3].text ?? "",
      bytes: bytes.subarray(0, this.#at),
      rest: bytes.subarray(this.#at),
      commands: [connect, ...others],
      aborted: this.#reader.aborted,
      chunkSize: this.#reader.chunkSize,
      chunkStreamIds: this.#reader.chunkStreamIds,
    };
  }
}

function checkOrder(command: ReadCommand, first: boolean): void {
  if (first !== (command.name === "connect")) {
    throw new RtmpError(
      "unexpected-message",
      "connect must be the first command, and only the first",
    );
  }
  if (!first) return;
  if (command.message.fmt !== 0) {
    // The rewritten connect goes before it on the same chunk stream, see replay.ts.
    throw new RtmpError("bad-chunk", "connect must begin with header form 0");
  }
  connectText(command, "app");
  connectText(command, "tcUrl", "tcurl");
}

/** A text of `connect` that MediaMTX demands as well. */
function connectText(connect: ReadCommand, ...names: readonly string[]): string {
  const properties = connect.values[2]?.properties ?? [];
  const found = properties.find(
    ([name, value]) => names.includes(name) && value.text !== undefined,
  );
  const text = found?.[1].text;
  if (text === undefined) throw new RtmpError("unexpected-message", `connect without ${names[0]}`);
  return text;
}
