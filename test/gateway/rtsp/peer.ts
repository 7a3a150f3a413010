import type { Socket } from "node:net";
import { until } from "../../until";

export const password = "canary-p@ss";
export const basic = `Authorization: Basic ${Buffer.from(`bob:${password}`).toString("base64")}\r\n`;
export const describeRequest = (cseq: number, headers = "", url = "rtsp://server/cam") =>
  `DESCRIBE ${url} RTSP/1.0\r\nCSeq: ${cseq}\r\n${headers}\r\n`;

/** A socket with all that came in so far. */
export class Peer {
  received = "";
  closed = false;

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => {
      this.received += chunk.toString("latin1");
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.closed = true;
    });
  }

  untilReceived(text: string): Promise<void> {
    return until(`"${text}" arrives`, () => this.received.includes(text));
  }
}
