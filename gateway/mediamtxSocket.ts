import { connect, type Socket } from "node:net";

const readBytes = 65_536;

/** One is in use for each read that has not been taken; more than these are left to the garbage collector. */
const maxSpare = 16;
const spare: Buffer[] = [];

/**
 * A connection to MediaMTX on this host; each direction ends on its own. Listen to "data" before it is
 * connected: what comes while nobody listens is lost.
 *
 * What it reads lies in buffers that are used again when {@link release} gives them back. One of its own for
 * each read keeps the garbage collector going through the gateway's whole heap, for half of all CPU.
 */
export function connectMediamtx(port: number): Socket {
  const socket: Socket = connect({
    host: "127.0.0.1",
    port,
    allowHalfOpen: true,
    noDelay: true,
    onread: {
      buffer: () => spare.pop() ?? Buffer.allocUnsafeSlow(readBytes),
      callback: (length, buffer) => {
        socket.emit("data", (buffer as Buffer).subarray(0, length));
        return true;
      },
    },
  });
  return socket;
}

/** Gives back what "data" of such a connection brought, once nobody holds on to it. Other bytes are left alone. */
export function release(data: Buffer): void {
  const { buffer } = data;
  if (buffer.byteLength === readBytes && spare.length < maxSpare) spare.push(Buffer.from(buffer));
}
