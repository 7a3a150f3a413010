/** RTMP publishers and RTSP readers at the rates of real video, through the server and around it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/freePort";
import { startFfmpeg, startMediamtx } from "../../test/gateway/support/fixtures";
import { until } from "../../test/until";
import { report } from "../timing";
import { type Ask, Measured, start, startGatewayAndMediamtx } from "./programs";

/** As the reference figures of a pipe and of MediaMTX were measured. */
const windows = 8;
const windowMs = 15_000;
const settleMs = 3_000;
/** V8 tidies up some ten seconds after a start, for 2 % of a core. */
const warmUpMs = 20_000;

interface Listed {
  readonly items: readonly { ready: boolean; bytesReceived: number; bytesSent: number }[];
}

/** A way from the clients to MediaMTX and what of it is measured. */
interface Way {
  readonly name: string;
  readonly rtmp: number;
  readonly rtsp: number;
  readonly ask: Ask;
  readonly processes: Readonly<Record<string, Measured>>;
}

/** Makes a file of this bit rate, half a minute long. */
async function makeVideo(file: string, kbitPerSecond: number, size: string): Promise<void> {
  const rate = `-b:v ${kbitPerSecond}k -minrate ${kbitPerSecond}k -maxrate ${kbitPerSecond}k`;
  const coder = `-c:v libx264 -preset ultrafast -x264-params nal-hrd=cbr -g 25 -bf 0`;
  const made = startFfmpeg(
    `-f lavfi -i testsrc2=size=${size}:rate=25 -t 30 ${coder} ${rate} -bufsize ${kbitPerSecond}k ${file}`.split(
      " ",
    ),
  );
  if ((await made.ended) !== 0) throw new Error(made.log());
}

/**
 * Publishers cam0, cam1 and so on. Those of one process send their pictures at one moment, as
 * cameras never do; a process for each of hundreds would leave the machine no time for the server.
 */
function publish(
  file: string,
  port: number,
  { count, perProcess = 1 }: { count: number; perProcess?: number },
): Measured[] {
  const input = ["-stream_loop", "-1", "-re", "-i", file];
  return Array.from({ length: Math.ceil(count / perProcess) }, (_, process) => {
    const outputs = Array.from(
      { length: Math.min(perProcess, count - process * perProcess) },
      (_, index) => [
        ..."-c copy -f flv".split(" "),
        `rtmp://127.0.0.1:${port}/cam${process * perProcess + index}?user=bench&pass=bench`,
      ],
    );
    return start("ffmpeg", ["-v", "error", "-nostdin", ...input, ...outputs.flat()]);
  });
}

const list = async (ask: Ask) =>
  (await ask<Listed>("/v3/paths/list?itemsPerPage=1000")).items ?? [];

const untilLive = (ask: Ask, count: number) =>
  until(`${count} streams are live`, async () => {
    const items = await list(ask);
    return items.filter(({ ready }) => ready).length >= count;
  });

const cpuSeconds = (way: Way) =>
  Object.values(way.processes).map((process) => process.cpuSeconds());

/** CPU-s per Gbit of each process of each way, one figure per window; all at once, as the machine's pace changes. */
async function measure(
  ways: readonly Way[],
  counted: "bytesReceived" | "bytesSent",
): Promise<void> {
  await sleep(settleMs);
  await Promise.all(ways.map((way) => measureOne(way, counted)));
}

async function measureOne(way: Way, counted: "bytesReceived" | "bytesSent"): Promise<void> {
  const figures = new Map<string, number[]>();
  const rates: number[] = [];
  const bytes = async () => (await list(way.ask)).reduce((sum, item) => sum + item[counted], 0);
  for (let window = 0; window < windows; window++) {
    const [bytesBefore, startedAt] = [await bytes(), performance.now()];
    const before = cpuSeconds(way);
    await sleep(windowMs);
    // Before the question about bytes, which the server answers as well.
    const after = cpuSeconds(way);
    const gbit = (((await bytes()) - bytesBefore) * 8) / 1e9;
    rates.push((gbit * 1e6) / (performance.now() - startedAt));
    for (const [index, name] of Object.keys(way.processes).entries()) {
      const cpu = (after[index] ?? 0) - (before[index] ?? 0);
      figures.set(name, [...(figures.get(name) ?? []), cpu / gbit]);
    }
  }
  report(`  ${way.name}: rate`, rates, "Mbit/s", 0);
  for (const [name, values] of figures) report(`  ${way.name}: ${name}`, values, "CPU-s/Gbit", 2);
}

export async function benchStreamRates(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const [video, small] = [join(folder, "4000.flv"), join(folder, "500.flv")];
  await makeVideo(video, 4000, "1280x720");
  await makeVideo(small, 500, "320x180");
  const system = await startGatewayAndMediamtx();
  const reference = await startMediamtx({ MTX_AUTHMETHOD: "internal" });
  const [pipeRtmp, pipeRtsp] = [await freePort(), await freePort()];
  const pipe = (port: number, to: number) =>
    start(process.execPath, ["bench/dataPath/pipe.mjs", String(port), String(to)]);
  const pipes = {
    rtmp: pipe(pipeRtmp, reference.ports.rtmp),
    rtsp: pipe(pipeRtsp, reference.ports.rtsp),
  };
  const gateway = system.gateway.process;
  const { RTMP, RTSP } = system.gateway.ports;
  const referenceProcess = new Measured(reference.child);
  const server = { name: "server", rtmp: RTMP, rtsp: RTSP, ask: system.ask };
  /** The server and the pipe run side by side, each with a MediaMTX of its own. */
  const atOnce = (direction: "rtmp" | "rtsp"): Way[][] => [
    [
      { ...server, processes: { server: gateway, MediaMTX: system.mediamtx } },
      {
        name: "plain Node pipe",
        ...{ rtmp: pipeRtmp, rtsp: pipeRtsp, ask: reference.api },
        processes: { pipe: pipes[direction], MediaMTX: referenceProcess },
      },
    ],
    [
      {
        name: "direct",
        ...{ rtmp: reference.ports.rtmp, rtsp: reference.ports.rtsp, ask: reference.api },
        processes: { MediaMTX: referenceProcess },
      },
    ],
  ];
  try {
    await sleep(warmUpMs);
    console.log("20 RTMP publishers of 4 Mbit/s");
    for (const together of atOnce("rtmp")) {
      const publishers = together.flatMap((way) => publish(video, way.rtmp, { count: 20 }));
      for (const way of together) await untilLive(way.ask, 20);
      await measure(together, "bytesReceived");
      await Promise.all(publishers.map((one) => one.stop()));
    }
    console.log("100 RTSP readers of 4 Mbit/s");
    for (const together of atOnce("rtsp")) {
      const publishers = together.flatMap((way) =>
        publish(video, way.ask === reference.api ? reference.ports.rtmp : RTMP, { count: 1 }),
      );
      for (const way of together) await untilLive(way.ask, 1);
      const readers = together.map(({ rtsp }) =>
        start(process.execPath, ["bench/dataPath/rtspReaders.mjs", String(rtsp), "cam0", "100"]),
      );
      await measure(together, "bytesSent");
      await Promise.all([...readers, ...publishers].map((one) => one.stop()));
    }
    console.log("200 RTMP publishers of 0.5 Mbit/s");
    const before = gateway.rssMiB();
    const publishers = publish(small, RTMP, { count: 200, perProcess: 20 });
    await untilLive(system.ask, 200);
    await measure([{ ...server, processes: { server: gateway } }], "bytesReceived");
    report("  server: memory per session", [((gateway.rssMiB() - before) * 1024) / 200], "KiB");
    report("  server: memory in all", [gateway.rssMiB()], "MiB");
    await Promise.all(publishers.map((one) => one.stop()));
  } finally {
    await Promise.all([system.stop(), reference.stop(), pipes.rtmp.stop(), pipes.rtsp.stop()]);
    rmSync(folder, { recursive: true });
  }
}
