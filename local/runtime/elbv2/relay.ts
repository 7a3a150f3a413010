import { connect, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A target that has not answered the SYN by then is gone. */
const connectTimeoutMs = 5000;

/**
 * Copies bytes between a client and a port on 127.0.0.1, each direction until its own end, and passes
 * resets on.
 */
export function relay(client: Socket, port: number, localAddress: string | undefined): void {
  const target = connect({
    host: "127.0.0.1",
    port,
    allowHalfOpen: true,
    noDelay: true,
    ...(localAddress ? { localAddress } : {}),
  });
  const deadline = setTimeout(() => target.destroy(new Error("connect timeout")), connectTimeoutMs);
  target.once("connect", () => clearTimeout(deadline));
  target.once("close", () => clearTimeout(deadline));
  client.on("error", () => reset(target));
  target.on("error", () => reset(client));
  client.once("close", () => target.destroy());
  target.once("close", (hadError) => {
    if (!hadError && client.writableEnded) return;
    client.destroy();
  });
  client.pipe(target);
  target.pipe(client);
}

/** Ends a connection at once: by RST, under TLS without close_notify. */
export function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
