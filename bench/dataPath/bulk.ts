/** As many bytes as will go through one connection. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { freePort } from "../../test/freePort";
import { report } from "../timing";
import { type Forwarder, startGateway, startTcpForwarders } from "./programs";
import { RtmpSink } from "./rtmpSink";

const runs = 5;
const runMs = 2_000;
const block = Buffer.alloc(65_536);

async function pour(socket: Socket, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!socket.write(block)) await once(socket, "drain");
    else await new Promise(setImmediate);
  }
}

export async function benchBulk(): Promise<void> {
  console.log("bulk, one TCP connection");
  const sink = new RtmpSink();
  await sink.listen();
  const gateway = await startGateway({ RTMP: sink.port }, await freePort());
  const server = { name: "server", port: gateway.ports.RTMP, process: gateway.process };
  const others = await startTcpForwarders(sink.port);
  const connected: [Forwarder, Socket][] = [];
  try {
    for (const forwarder of [server, ...others]) {
      connected.push([forwarder, await sink.connect(forwarder.port, forwarder === server)]);
    }
    const figures = new Map<Forwarder, { cost: number[]; rate: number[] }>();
    for (const [forwarder] of connected) figures.set(forwarder, { cost: [], rate: [] });
    // In turns, so that a disturbance hits all of them.
    for (let run = 0; run < runs; run++) {
      for (const [forwarder, socket] of connected) {
        let bytes = 0;
        sink.onData = (data) => {
          bytes += data.length;
        };
        const [cpuBefore, startedAt] = [forwarder.process.cpuSeconds(), performance.now()];
        await pour(socket, runMs);
        const gbit = (bytes * 8) / 1e9;
        figures.get(forwarder)?.cost.push((forwarder.process.cpuSeconds() - cpuBefore) / gbit);
        figures.get(forwarder)?.rate.push((gbit * 1000) / (performance.now() - startedAt));
      }
    }
    for (const [{ name }, { cost, rate }] of figures) {
      report(`  ${name}`, cost, "CPU-s/Gbit", 3);
      report(`  ${name}: rate`, rate, "Gbit/s", 1);
    }
  } finally {
    for (const [, socket] of connected) socket.destroy();
    await Promise.all(others.map(({ process }) => process.stop()));
    await gateway.stop();
    await sink.close();
  }
}
