/** Loss and cost of relayed datagrams. */
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/freePort";
import { report } from "../timing";
import { type Measured, start, startGateway } from "./programs";
import { payloadBytes, runCaller } from "./srtCaller";
import { SrtSink } from "./srtSink";

const runs = 3;
const seconds = 4;
const rates = [100, 200, 400];

interface Way {
  readonly name: string;
  readonly port: number;
  readonly throughGateway: boolean;
  readonly process?: Measured;
}

export async function benchSrt(): Promise<void> {
  console.log("SRT, one caller, packets of 1316 bytes");
  const sink = new SrtSink();
  await sink.listen();
  const gateway = await startGateway({ SRT: sink.port }, await freePort());
  const relayPort = await freePort();
  const args = ["bench/dataPath/udpRelay.mjs", String(relayPort), String(sink.port)];
  const relay = start(process.execPath, args);
  await sleep(500);
  const ways: Way[] = [
    { name: "server", port: gateway.ports.SRT, throughGateway: true, process: gateway.process },
    { name: "plain Node relay", port: relayPort, throughGateway: false, process: relay },
    { name: "direct", port: sink.port, throughGateway: false },
  ];
  try {
    for (const mbitPerSecond of rates) {
      for (const { name, process, ...way } of ways) {
        const [losses, costs]: [number[], number[]] = [[], []];
        for (let run = 0; run < runs; run++) {
          let arrived = 0;
          sink.onPacket = () => {
            arrived += 1;
          };
          const cpuBefore = process?.cpuSeconds() ?? 0;
          const sent = await runCaller({ ...way, mbitPerSecond, seconds });
          losses.push((100 * (sent - arrived)) / sent);
          const gbit = (arrived * payloadBytes * 8) / 1e9;
          if (process) costs.push((process.cpuSeconds() - cpuBefore) / gbit);
        }
        report(`  ${mbitPerSecond} Mbit/s, ${name}: loss`, losses, "%", 3);
        if (process) report(`  ${mbitPerSecond} Mbit/s, ${name}`, costs, "CPU-s/Gbit", 2);
      }
    }
  } finally {
    await relay.stop();
    await gateway.stop();
    await sink.close();
  }
}
