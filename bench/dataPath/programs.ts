/** Processes of their own, so that their CPU and memory can be read from /proc. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../local/cloud/paths";
import { freePort } from "../../test/freePort";
import { allow, functionArn, startFakeLambda } from "../../test/gateway/support/fakeLambda";
import { accepts, endProcess, startMediamtx } from "../../test/gateway/support/fixtures";
import { until } from "../../test/until";
import { benchEnvironment } from "../environment";

const ticksPerSecond = 100;
const pageKiB = 4;

/** A running process. */
export class Measured {
  constructor(readonly child: ChildProcess) {}

  /** User and system time so far, with that of threads. */
  cpuSeconds(): number {
    const fields = this.#proc("stat")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  rssMiB(): number {
    return (Number(this.#proc("statm").split(" ")[1]) * pageKiB) / 1024;
  }

  stop(): Promise<void> {
    return endProcess(this.child);
  }

  #proc(file: string): string {
    return readFileSync(`/proc/${this.child.pid}/${file}`, "utf8");
  }
}

export function start(command: string, args: readonly string[], env = {}): Measured {
  const stdio = ["ignore", "ignore", "ignore"] as const;
  return new Measured(
    spawn(command, args, { cwd: checkout, env: { ...process.env, ...env }, stdio: [...stdio] }),
  );
}

/** One forwarder to measure: connect to `port`, it ends at the port it was started for. */
export interface Forwarder {
  readonly name: string;
  readonly port: number;
  readonly process: Measured;
}

/** The forwarders of TCP besides the server, from anywhere to the loopback port. */
export async function startTcpForwarders(to: number): Promise<Forwarder[]> {
  const [pipe, socat, haproxy] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const configuration = join(folder, "haproxy.cfg");
  const times = "timeout connect 5s\n timeout client 60s\n timeout server 60s";
  writeFileSync(
    configuration,
    `global\n nbthread 2\ndefaults\n mode tcp\n ${times}\nlisten all\n bind 127.0.0.1:${haproxy}\n` +
      ` server one 127.0.0.1:${to}\n`,
  );
  const listen = `TCP-LISTEN:${socat},bind=127.0.0.1,reuseaddr`;
  const forwarders = [
    {
      name: "plain Node pipe",
      port: pipe,
      process: start(process.execPath, ["bench/dataPath/pipe.mjs", String(pipe), String(to)]),
    },
    {
      name: "socat -b 65536",
      port: socat,
      process: start("socat", ["-b", "65536", listen, `TCP:127.0.0.1:${to}`]),
    },
    {
      name: "HAProxy, 2 threads",
      port: haproxy,
      process: start("haproxy", ["-f", configuration, "-db"]),
    },
  ];
  for (const { port, name } of forwarders) {
    // socat serves one connection only: it must not be tried.
    if (port !== socat) await until(`${name} listens`, () => accepts(port));
  }
  rmSync(folder, { recursive: true });
  return forwarders;
}

export interface GatewayUnderTest {
  readonly process: Measured;
  readonly ports: Readonly<Record<"RTMP" | "RTSP" | "SRT" | "HLS" | "API", number>>;
  stop(): Promise<void>;
}

/** The bundle as the container runs it; everybody may do everything. MediaMTX's ports are those given. */
export async function startGateway(
  mediamtxPorts: Readonly<Record<string, number>>,
  hookPort: number,
): Promise<GatewayUnderTest> {
  const bundle = join(checkout, "gateway/bin/gateway.js");
  if (!existsSync(bundle)) throw new Error(`${bundle} is not there; run npm run build`);
  const mayAll = (path: string, user: string) =>
    allow({ path, subject: `user:${user}`, handle: user, admin: true });
  const lambda = await startFakeLambda({
    decide: ({ stream, user }) => mayAll(stream, user),
    recheck: ({ path, handle }) => mayAll(path, handle),
  });
  const ports = {
    RTMP: await freePort(),
    RTSP: await freePort(),
    SRT: await freePort(),
    HLS: await freePort(),
    API: await freePort(),
  };
  const health = await freePort();
  const environment: Record<string, string> = {
    ...benchEnvironment(),
    AUTH_FUNCTION_ARN: functionArn,
    AWS_ENDPOINT_URL: lambda.endpoint,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    GATEWAY_PORT_HEALTH: String(health),
    GATEWAY_PORT_HOOK: String(hookPort),
  };
  for (const [key, port] of Object.entries(ports)) {
    environment[`GATEWAY_PORT_${key}`] = String(port);
    environment[`MEDIAMTX_PORT_${key}`] = String(mediamtxPorts[key] ?? (await freePort()));
  }
  const gateway = start(process.execPath, [bundle], environment);
  await until("the gateway listens", () => accepts(health));
  const stop = async () => {
    gateway.child.kill("SIGKILL");
    await gateway.stop();
    await lambda.stop();
  };
  return { process: gateway, ports, stop };
}

/** Asks an API; the server's takes any credentials here. */
export type Ask = <T>(path: string) => Promise<T>;

/** The real MediaMTX with the gateway in front of it. */
export async function startGatewayAndMediamtx() {
  const hookPort = await freePort();
  const mediamtx = await startMediamtx({
    MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${hookPort}/auth`,
  });
  const { rtmp, rtsp, srt, hls, api } = mediamtx.ports;
  const ports = { RTMP: rtmp, RTSP: rtsp, SRT: srt, HLS: hls, API: api };
  const gateway = await startGateway(ports, hookPort);
  const ask: Ask = async <T>(path: string) => {
    const headers = { authorization: "Bearer bench" };
    const answer = await fetch(`http://127.0.0.1:${gateway.ports.API}${path}`, { headers });
    return (await answer.json()) as T;
  };
  const stop = async () => {
    await gateway.stop();
    await mediamtx.stop();
  };
  return { gateway, mediamtx: new Measured(mediamtx.child), ask, stop };
}
