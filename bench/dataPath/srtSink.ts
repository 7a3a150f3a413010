import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { inductionResponse, readHandshake } from "../../gateway/srt/handshake";
import { conclusionPacket } from "../../test/gateway/srt/packets";
import { payloadBytes } from "./srtCaller";

/** A listener in MediaMTX's place: it accepts everybody and gives data packets to `onPacket`. */
export class SrtSink {
  readonly #socket = createSocket({ type: "udp4", recvBufferSize: 4 * 1024 * 1024 });
  onPacket: (packet: Buffer) => void = () => {};
  #nextSocketId = 1000;

  get port(): number {
    return this.#socket.address().port;
  }

  async listen(): Promise<void> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    this.#socket.on("message", (packet, from) => {
      if (packet.length > payloadBytes) this.onPacket(packet);
      else this.#answer(packet, from);
    });
  }

  #answer(packet: Buffer, from: RemoteInfo): void {
    const handshake = readHandshake(packet);
    if (handshake?.kind === "induction") {
      this.#socket.send(inductionResponse(packet, 4711), from.port, from.address);
    } else if (handshake?.kind === "conclusion") {
      const answer = conclusionPacket(this.#nextSocketId++, 4711, []);
      answer.writeUInt32BE(handshake.socketId, 12);
      this.#socket.send(answer, from.port, from.address);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
