import type { Socket } from "node:net";
import { writeAndRelease } from "./pooledSockets";

/**
 * Time after which a receiver that is behind is disconnected: a live stream is of no use to it, and it makes the kernel hold
 * full buffers. Reading a little now and then does not help it. SRT needs none of this: MediaMTX drops what is late, and
 * callers that acknowledge nothing for 10 s.
 */
export const maxBehindMs = 10_000;

/** Time for one side to take the last bytes and close, once the other has closed. */
export const lingerMs = 5_000;

/** Measures for how long a socket has not caught up with what is written to it. */
export class StallTimer {
  readonly #receiver: Socket;
  readonly #onStalled: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onStalled` is called when bytes still wait after {@link maxBehindMs}. */
  constructor(receiver: Socket, onStalled: () => void) {
    this.#receiver = receiver;
    this.#onStalled = onStalled;
    receiver.once("close", () => this.caughtUp());
  }

  /** Bytes wait for the receiver. Counts from the first call since it had caught up. */
  behind(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#receiver.writableLength > 0) this.#onStalled();
    }, maxBehindMs);
  }

  /** The receiver has all that there is. */
  caughtUp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Copies MediaMTX's bytes to a reader, at the reader's pace. The reader has caught up when it has taken all of a read that
 * brought less than would have fitted: then nothing waits in front of it.
 */
export function pumpToReader(
  mediamtx: Socket,
  client: Socket,
  count: (bytes: number) => void,
  onStalled: () => void,
): void {
  const stall = new StallTimer(client, onStalled);
  mediamtx.on("data", (data: Buffer) => {
    count(data.length);
    const isAll = data.length < data.buffer.byteLength;
    const flows = writeAndRelease(data, client);
    if (client.writableLength > 0) stall.behind();
    else if (isAll) stall.caughtUp();
    if (!flows) mediamtx.pause();
  });
  client.on("drain", () => mediamtx.resume());
}

/** Copies a client's bytes to MediaMTX, at MediaMTX's pace, which may be less than the client's for as long as it moves. */
export function pumpToMediamtx(
  client: Socket,
  mediamtx: Socket,
  count: (bytes: number) => void,
  onStalled: () => void,
): void {
  const stall = new StallTimer(mediamtx, onStalled);
  client.on("data", (data: Buffer) => {
    count(data.length);
    if (writeAndRelease(data, mediamtx)) return;
    client.pause();
    stall.behind();
  });
  mediamtx.on("drain", () => {
    stall.caughtUp();
    client.resume();
  });
}
