import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import type { Relay, RelayOptions } from "./relay";
import { reasonOf } from "./source";

/** MediaMTX gives a source up after 10 s of silence, and comes back from another port. */
const idleMs = 30_000;
const maxFlows = 16;
const maxWaiting = 8;

interface Flow {
  readonly idle: NodeJS.Timeout;
  upstream?: Socket;
  isConnected: boolean;
  /** What has come before that: MediaMTX sends its first handshake only once. */
  readonly waiting: Buffer[];
}

/** SRT: the datagrams of each of MediaMTX's sockets are relayed to a checked address of the source's host. */
export class UdpRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #server = createSocket("udp4");
  readonly #flows = new Map<number, Flow>();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#server.on("message", (data, peer) => this.#take(data, peer));
    // What cannot be sent is lost, as any datagram may be.
    this.#server.on("error", () => {});
  }

  async listen(port: number): Promise<number> {
    this.#server.bind(port, "127.0.0.1");
    await once(this.#server, "listening");
    return this.#server.address().port;
  }

  close(): void {
    for (const port of [...this.#flows.keys()]) this.#end(port);
    this.#server.close();
  }

  #take(data: Buffer, { port }: RemoteInfo): void {
    const flow = this.#flows.get(port);
    if (!flow) {
      if (this.#flows.size < maxFlows) void this.#begin(port, data);
      return;
    }
    flow.idle.refresh();
    if (flow.isConnected) flow.upstream?.send(data);
    else if (flow.waiting.length < maxWaiting) flow.waiting.push(data);
  }

  async #begin(port: number, first: Buffer): Promise<void> {
    const idle = setTimeout(() => this.#end(port), idleMs).unref();
    const flow: Flow = { idle, isConnected: false, waiting: [first] };
    this.#flows.set(port, flow);
    try {
      const { host, port: sourcePort } = this.#options.source;
      const [address = ""] = await this.#options.hosts.resolve(host);
      if (this.#flows.get(port) !== flow) return;
      const upstream = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
      flow.upstream = upstream;
      // Connected, it takes datagrams from this address only.
      upstream.on("connect", () => {
        flow.isConnected = true;
        for (const data of flow.waiting.splice(0)) upstream.send(data);
      });
      upstream.on("message", (data) => {
        flow.idle.refresh();
        this.#server.send(data, port, "127.0.0.1");
      });
      upstream.on("error", () => this.#end(port));
      upstream.connect(sourcePort, address);
    } catch (error) {
      this.#options.refused(reasonOf(error));
      // Stays until it is idle, so that not every datagram asks the name server.
    }
  }

  #end(port: number): void {
    const flow = this.#flows.get(port);
    if (!flow) return;
    this.#flows.delete(port);
    clearTimeout(flow.idle);
    flow.upstream?.close();
  }
}
