import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { ServerNegotiation } from "../../gateway/rtmp/serverNegotiation";
import { obs } from "../../test/gateway/rtmp/fixtures/conversations";
import { until } from "../../test/until";

/**
 * A server in MediaMTX's place that costs as little as can be. Behind the server, which begins with a PROXY
 * header, it plays RTMP until publish; everything else is given to `onData`.
 */
export class RtmpSink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  onData: (data: Buffer) => void = () => {};
  #publishing = 0;

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** A connection through which what is written reaches `onData`, by the server's port or a forwarder's. */
  async connect(port: number, throughGateway: boolean): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.resume();
    if (throughGateway) {
      const already = this.#publishing;
      socket.write(obs("rtmp://h/live", "bench:bench:cam"));
      await until("the server has let the client through", () => this.#publishing > already);
    }
    return socket;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    socket.once("data", (first: Buffer) => {
      if (first.toString("latin1", 0, 5) !== "PROXY") {
        this.onData(first);
        socket.on("data", (data: Buffer) => this.onData(data));
        return;
      }
      const negotiation = new ServerNegotiation(65_536);
      const hear = (data: Buffer) => {
        if (data.length === 0) return;
        socket.write(negotiation.push(data));
        if (!negotiation.request) return;
        socket.off("data", hear);
        socket.on("data", (media: Buffer) => this.onData(media));
        this.#publishing += 1;
      };
      hear(first.subarray(first.indexOf("\r\n") + 2));
      socket.on("data", hear);
    });
  }
}
