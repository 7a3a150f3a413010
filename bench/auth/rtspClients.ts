import { connect, type Socket } from "node:net";

const host = "127.0.0.1";
const basic = (user: string, password: string) =>
  `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}\r\n`;

const keepAliveMs = 20_000;

/** Requests and answers of one RTSP connection. */
class Conversation {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #onData = () => {};
  #failed: Error | undefined;
  #cseq = 0;

  constructor(port: number, localAddress?: string) {
    this.socket = connect({ port, host, noDelay: true, ...(localAddress && { localAddress }) });
    this.socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#onData();
    });
    this.socket.on("error", () => this.socket.destroy());
    this.socket.on("close", () => {
      this.#failed = new Error("connection closed");
      this.#onData();
    });
  }

  /** Resolves to the answer's head. */
  async ask(method: string, url: string, headers = "", body = ""): Promise<string> {
    const length = body
      ? `Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n`
      : "";
    const head = `${method} ${url} RTSP/1.0\r\nCSeq: ${++this.#cseq}\r\n${headers}${length}\r\n`;
    this.socket.write(head + body);
    await this.#until(() => this.#received.includes("\r\n\r\n"));
    const end = this.#received.indexOf("\r\n\r\n") + 4;
    const answer = this.#received.subarray(0, end).toString("latin1");
    const contentLength = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
    await this.#until(() => this.#received.length >= end + contentLength);
    this.#received = this.#received.subarray(end + contentLength);
    return answer;
  }

  async ok(method: string, url: string, headers = "", body = ""): Promise<string> {
    const answer = await this.ask(method, url, headers, body);
    if (!answer.startsWith("RTSP/1.0 200"))
      throw new Error(`${method}: ${answer.split("\r\n")[0]}`);
    return answer;
  }

  /** Resolves with the first interleaved frame; everything after it is dropped unread. */
  async firstFrame(): Promise<void> {
    await this.#until(() => this.#received[0] === 0x24);
    this.socket.removeAllListeners("data");
    this.socket.resume();
  }

  /** MediaMTX ends a reader that says nothing for a minute. */
  keepAlive(url: string, headers: string): void {
    const timer = setInterval(() => {
      if (this.socket.destroyed) return;
      this.socket.write(`GET_PARAMETER ${url} RTSP/1.0\r\nCSeq: ${++this.#cseq}\r\n${headers}\r\n`);
    }, keepAliveMs);
    this.socket.once("close", () => clearInterval(timer));
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onData = () => {
        if (condition()) resolve();
        else if (this.#failed) reject(this.#failed);
      };
      this.#onData();
    });
  }
}

const sessionOf = (answer: string) => `Session: ${/session: ([^;\r]+)/i.exec(answer)?.[1]}\r\n`;
const transport = (mode: string) => `Transport: RTP/AVP/TCP;unicast;interleaved=0-1${mode}\r\n`;

/** As players do: DESCRIBE, 401, DESCRIBE with credentials, SETUP, PLAY. Resolves at the first RTP packet. */
export async function readRtsp(
  port: number,
  path: string,
  user: string,
  password: string,
  localAddress?: string,
) {
  const talk = new Conversation(port, localAddress);
  const url = `rtsp://${host}:${port}/${path}`;
  const login = basic(user, password);
  await talk.ask("DESCRIBE", url);
  const described = await talk.ok("DESCRIBE", url, login);
  const base = /content-base: (\S+)/i.exec(described)?.[1] ?? `${url}/`;
  const session = await talk.ok("SETUP", `${base}trackID=0`, login + transport(""));
  await talk.ok("PLAY", base, login + sessionOf(session));
  await talk.firstFrame();
  talk.keepAlive(base, login + sessionOf(session));
  return talk.socket;
}

const sdp = [
  "v=0",
  "o=- 0 0 IN IP4 127.0.0.1",
  "s=bench",
  "c=IN IP4 0.0.0.0",
  "t=0 0",
  "m=video 0 RTP/AVP 96",
  "a=rtpmap:96 H264/90000",
  "a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z0LAFdkBQfsBEAAAAwAQAAADAyDxYuSA,aMuMsg==",
  "a=control:trackID=0",
  "",
].join("\r\n");

/** ANNOUNCE, 401, ANNOUNCE with credentials, SETUP, RECORD. Resolves when MediaMTX takes media. */
export async function publishRtsp(
  port: number,
  path: string,
  user: string,
  password: string,
  localAddress?: string,
) {
  const talk = new Conversation(port, localAddress);
  const url = `rtsp://${host}:${port}/${path}`;
  const login = basic(user, password);
  await talk.ask("ANNOUNCE", url, "", sdp);
  await talk.ok("ANNOUNCE", url, login, sdp);
  const session = await talk.ok("SETUP", `${url}/trackID=0`, login + transport(";mode=record"));
  await talk.ok("RECORD", url, login + sessionOf(session));
  return talk.socket;
}

export interface FrameOptions {
  /** Pictures per second. */
  readonly rate: number;
  /** RTP payload of each. */
  readonly bytes: number;
}

/** An RTP packet per picture until the socket closes. */
export function sendFrames(
  socket: Socket,
  { rate, bytes }: FrameOptions = { rate: 10, bytes: 2 },
): void {
  let sequence = 0;
  const timer = setInterval(() => {
    const packet = Buffer.alloc(4 + 12 + bytes);
    packet.writeUInt8(0x24, 0);
    packet.writeUInt16BE(12 + bytes, 2);
    packet.writeUInt8(0x80, 4);
    packet.writeUInt8(0x80 | 96, 5);
    packet.writeUInt16BE(sequence & 0xffff, 6);
    packet.writeUInt32BE((sequence++ * (90_000 / rate)) >>> 0, 8);
    packet.fill(0x88, 16);
    packet.writeUInt8(0x65, 16);
    if (!socket.destroyed) socket.write(packet);
  }, 1000 / rate);
  socket.once("close", () => clearInterval(timer));
}
