import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import type { TcpServerOptions } from "../../../gateway/net/tcpServer";
import { RtspServer } from "../../../gateway/rtsp/server";
import { until } from "../../until";
import { FakeAuthorizer } from "../support/fixtures";
import { basic, describeRequest, Peer } from "./peer";

/** The server between clients and a MediaMTX that the test speaks for. */
export class RtspServerUnderTest {
  /** Lets everybody in unless told otherwise. */
  readonly authorizer = new FakeAuthorizer(new Tickets(), () => "allow");
  /** MediaMTX's side of each connection. */
  readonly upstreams: Peer[] = [];
  readonly mediamtx: Server = createServer({ allowHalfOpen: true }, (socket) =>
    this.upstreams.push(new Peer(socket)),
  );
  /** What the server has logged. */
  readonly events: string[] = [];
  readonly #clients: Peer[] = [];
  #server: RtspServer | undefined;

  static async start(): Promise<RtspServerUnderTest> {
    const test = new RtspServerUnderTest();
    test.mediamtx.listen(0, "127.0.0.1");
    await once(test.mediamtx, "listening");
    return test;
  }

  async stop(): Promise<void> {
    for (const { socket } of [...this.#clients, ...this.upstreams]) socket.destroy();
    await this.#server?.close();
    await new Promise((resolve) => this.mediamtx.close(resolve));
  }

  get server(): RtspServer {
    if (!this.#server) throw new Error("open it first");
    return this.#server;
  }

  async open(options: Partial<TcpServerOptions> = {}): Promise<void> {
    const { port } = this.mediamtx.address() as { port: number };
    this.#server = new RtspServer(this.authorizer, {
      port: 0,
      mediamtxPort: port,
      log: (event, detail) => this.events.push(`${event} ${JSON.stringify(detail)}`),
      ...options,
    });
    await this.#server.listen();
  }

  /** From now on the authorizer decides when the function that is returned is called. */
  holdDecision(): () => void {
    let decide = () => {};
    this.authorizer.decide = () =>
      new Promise((resolve) => {
        decide = () => resolve("allow");
      });
    return () => decide();
  }

  async client(): Promise<Peer> {
    const socket = connect({ port: this.server.port, host: "127.0.0.1", allowHalfOpen: true });
    const peer = new Peer(socket);
    this.#clients.push(peer);
    await once(socket, "connect");
    return peer;
  }

  /** A client that has been let through, and MediaMTX's side of it. */
  async admitted(): Promise<[Peer, Peer]> {
    const peer = await this.client();
    peer.socket.write(describeRequest(1, basic));
    await until(
      "MediaMTX sees the request",
      () => this.upstreams[0]?.received.includes("\r\n\r\n") ?? false,
    );
    return [peer, this.upstreams[0] as Peer];
  }
}
