/** What a packet of video waits for the server, at 4 Mbit/s. */
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/freePort";
import { start, startGateway } from "./programs";
import { RtmpSink } from "./rtmpSink";
import { runCaller, stampOffset } from "./srtCaller";
import { SrtSink } from "./srtSink";

const packets = 3_000;
const packetBytes = 1316;
const mbitPerSecond = 4;

const msSince = (bytes: Buffer, at: number): number =>
  Number(process.hrtime.bigint() - bytes.readBigUInt64BE(at)) / 1e6;

function show(name: string, values: readonly number[], direct?: readonly number[]): void {
  const quantile = (all: readonly number[], part: number) =>
    [...all].sort((a, b) => a - b)[Math.floor(part * all.length)] ?? Number.NaN;
  const figures = [0.5, 0.99].map((part) => {
    const value = quantile(values, part);
    const added = direct ? `, added ${(value - quantile(direct, part)).toFixed(2)}` : "";
    return `p${part * 100} ${value.toFixed(2)} ms${added}`;
  });
  console.log(`${`  ${name}`.padEnd(40)} ${figures.join("   ")}  (n=${values.length})`);
}

/** Sends packets one by one to the sink; resolves to the time that each took. */
async function timeTcp(sink: RtmpSink, port: number, throughGateway: boolean): Promise<number[]> {
  const socket = await sink.connect(port, throughGateway);
  const times: number[] = [];
  let held: Buffer = Buffer.alloc(0);
  sink.onData = (data) => {
    held = held.length === 0 ? data : Buffer.concat([held, data]);
    for (; held.length >= packetBytes; held = held.subarray(packetBytes)) {
      times.push(msSince(held, 0));
    }
  };
  const startedAt = performance.now();
  for (let sent = 0; sent < packets; sent++) {
    const packet = Buffer.alloc(packetBytes);
    packet.writeBigUInt64BE(process.hrtime.bigint());
    socket.write(packet);
    const due = startedAt + ((sent + 1) * packetBytes * 8) / (mbitPerSecond * 1000);
    if (due > performance.now()) await sleep(due - performance.now());
  }
  await sleep(200);
  socket.destroy();
  return times;
}

async function timeSrt(sink: SrtSink, port: number, throughGateway: boolean): Promise<number[]> {
  const times: number[] = [];
  sink.onPacket = (packet) => times.push(msSince(packet, stampOffset));
  const seconds = (packets * packetBytes * 8) / (mbitPerSecond * 1e6);
  await runCaller({ port, mbitPerSecond, seconds, throughGateway });
  return times;
}

export async function benchLatency(): Promise<void> {
  console.log("latency, one stream of 4 Mbit/s");
  const [tcp, udp] = [new RtmpSink(), new SrtSink()];
  await Promise.all([tcp.listen(), udp.listen()]);
  const gateway = await startGateway({ RTMP: tcp.port, SRT: udp.port }, await freePort());
  const pipePort = await freePort();
  const args = ["bench/dataPath/pipe.mjs", String(pipePort), String(tcp.port)];
  const pipe = start(process.execPath, args);
  await sleep(500);
  try {
    const direct = await timeTcp(tcp, tcp.port, false);
    show("TCP, direct", direct);
    show("TCP, plain Node pipe", await timeTcp(tcp, pipePort, false), direct);
    show("RTMP server", await timeTcp(tcp, gateway.ports.RTMP, true), direct);
    const datagrams = await timeSrt(udp, udp.port, false);
    show("UDP, direct", datagrams);
    show("SRT server", await timeSrt(udp, gateway.ports.SRT, true), datagrams);
  } finally {
    await pipe.stop();
    await gateway.stop();
    await Promise.all([tcp.close(), udp.close()]);
  }
}
