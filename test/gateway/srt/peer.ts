import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";

/** A UDP socket with all that came in so far. */
export class Peer {
  readonly received: Buffer[] = [];
  from: RemoteInfo | undefined;

  constructor(readonly socket: Socket) {
    socket.on("message", (packet, from) => {
      this.received.push(packet);
      this.from = from;
    });
  }

  /** The packet of that number, counted from 1, as soon as it is here. */
  async next(count: number): Promise<Buffer> {
    while (this.received.length < count) await once(this.socket, "message");
    return this.received[count - 1] as Buffer;
  }
}

/** Bound to a free port of the loopback address. */
export async function bound(): Promise<Peer> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return new Peer(socket);
}
