/** An SRT caller in a thread of its own: packets of 1316 bytes at a steady rate, each with the time of its sending. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { readHandshake } from "../../gateway/srt/handshake";
import {
  conclusionPacket,
  inductionPacket,
  streamIdExtension,
} from "../../test/gateway/srt/packets";

export interface CallerTask {
  readonly port: number;
  readonly mbitPerSecond: number;
  readonly seconds: number;
  /** Through the server a handshake comes first; a plain relay gets the packets at once. */
  readonly throughGateway: boolean;
}

export const payloadBytes = 1316;
const headerBytes = 16;
const socketId = 77;
/** Where the sink expects the time. */
export const stampOffset = headerBytes;

/** Resolves to the number of packets that were sent. */
export function runCaller(task: CallerTask): Promise<number> {
  const worker = new Worker(__filename, {
    workerData: task,
    execArgv: ["-r", "ts-node/register/transpile-only"],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function call({ port, mbitPerSecond, seconds, throughGateway }: CallerTask): Promise<number> {
  const socket = createSocket({ type: "udp4", sendBufferSize: 4 * 1024 * 1024 });
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  const packet = Buffer.alloc(headerBytes + payloadBytes);
  if (throughGateway) {
    socket.send(inductionPacket(socketId));
    const [induction] = (await once(socket, "message")) as [Buffer];
    const cookie = readHandshake(induction)?.cookie ?? 0;
    socket.send(conclusionPacket(socketId, cookie, [streamIdExtension("bench:bench:cam")]));
    const [conclusion] = (await once(socket, "message")) as [Buffer];
    packet.writeUInt32BE(readHandshake(conclusion)?.socketId ?? 0, 12);
  } else {
    // A relay opens its socket at the first packet and may drop the next ones meanwhile.
    socket.send(Buffer.alloc(headerBytes));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const total = Math.round((mbitPerSecond * 1e6 * seconds) / (8 * payloadBytes));
  const startedAt = performance.now();
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000 / seconds) * total);
    for (; sent < due; sent++) {
      packet.writeBigUInt64BE(process.hrtime.bigint(), stampOffset);
      socket.send(Buffer.from(packet));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.close();
  return sent;
}

if (parentPort) {
  call(workerData as CallerTask).then((sent) => parentPort?.postMessage(sent));
}
