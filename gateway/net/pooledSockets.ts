import { connect, type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";

/**
 * A socket begins with small reads and changes to large ones when a read has filled its buffer and its bytes were not
 * copied out: before admission clients are read in small ones, and hold no large buffer.
 */
const smallBytes = 4_096;
const largeBytes = 65_536;
/** Audio's small reads come between video's large ones; after so many in a row there is no video. */
const smallReadsInARow = 16;

/** Unused buffers by size. Each socket uses one; those beyond the limit are left to the garbage collector. */
const maxSpareBuffers = 16;
const spareBuffers = new Map<number, Buffer[]>([
  [smallBytes, []],
  [largeBytes, []],
]);

/** The buffer that listeners of "data" have, until one releases it. */
let lentBuffer: Buffer | undefined;
let wasCopied = false;

/**
 * A connection to MediaMTX on this host; each direction ends on its own. Listen to "data" before it is
 * connected: bytes that arrive without a listener are lost.
 *
 * What it reads lies in buffers that are used again when {@link release} gives them back. One of its own for
 * each read keeps the garbage collector going through the gateway's whole heap, for half of all CPU.
 */
export function connectPooled(port: number): Socket {
  const onread = reads(() => socket);
  const socket: Socket = connect({
    ...{ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true },
    onread,
  });
  return socket;
}

/**
 * The connection of a client that was accepted with `pauseOnConnect`, as a socket that reads like
 * {@link connectPooled}'s, paused. The accepted one is of no use afterwards, and the server does not wait for this one
 * when it closes.
 *
 * Node takes `onread` for connections that it makes and for file descriptors only; for this the handle of the accepted
 * socket has to move, which is not documented but how its server itself makes sockets.
 */
export function withPooledReads(accepted: Socket): Socket {
  const shell = accepted as unknown as { _handle: unknown };
  const onread = reads(() => client);
  const options = { handle: shell._handle, allowHalfOpen: true, onread };
  shell._handle = null;
  const client: Socket = new Socket(options as SocketConstructorOpts).pause();
  accepted.destroy();
  return client;
}

/** A copy of what "data" brought, for listeners that keep it: its buffer may be large, and is released. */
export function copyOut(data: Buffer): Buffer {
  const kept = Buffer.from(data);
  release(data);
  wasCopied = true;
  return kept;
}

/**
 * Writes what "data" brought and gives its buffer back once the kernel has it all. False when the receiver does not keep
 * up; what waits for it takes no more memory than its bytes.
 */
export function writeAndRelease(data: Buffer, to: Socket): boolean {
  if (to.writableLength > 0) return to.write(copyOut(data));
  const flows = to.write(data);
  if (to.writableLength === 0) release(data);
  return flows;
}

/** Releases the buffer of what "data" has just brought, when no listener keeps it. Ignores bytes of other sockets. */
export function release(data: Buffer): void {
  if (lentBuffer?.buffer !== data.buffer) return;
  const buffers = spareBuffers.get(lentBuffer.length);
  if (buffers && buffers.length < maxSpareBuffers) buffers.push(lentBuffer);
  lentBuffer = undefined;
}

/** Reads into buffers of our own, each given to the listeners of "data" at once. */
function reads(socket: () => Socket): OnReadOpts {
  let bytes = smallBytes;
  let smallReads = 0;
  return {
    buffer: () => spareBuffers.get(bytes)?.pop() ?? Buffer.allocUnsafeSlow(bytes),
    callback: (length, buffer) => {
      lentBuffer = buffer as Buffer;
      wasCopied = false;
      socket().emit("data", lentBuffer.subarray(0, length));
      if (length > smallBytes || length === buffer.length) {
        if (!wasCopied) bytes = largeBytes;
        smallReads = 0;
      } else if (++smallReads === smallReadsInARow) bytes = smallBytes;
      return true;
    },
  };
}
