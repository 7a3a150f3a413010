import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { withPooledReads } from "../../../gateway/net/pooledSockets";

/** Connections on loopback with both ends in hand; either end may end its direction alone. */
export class SocketPairs {
  readonly #server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  readonly #sockets: Socket[] = [];

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** The accepted end, as the servers have it: adopted and paused; and the one that connected. */
  async open(): Promise<[near: Socket, far: Socket]> {
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address);
    const far = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
    const [accepted] = (await once(this.#server, "connection")) as [Socket];
    const near = withPooledReads(accepted);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    this.#sockets.push(near, far);
    return [near, far];
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
