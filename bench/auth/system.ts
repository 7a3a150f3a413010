import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { LeaseInput } from "../../local/cloudtak/data";
import { freePort } from "../../test/freePort";
import { accepts, endProcess, startMediamtx } from "../../test/gateway/support/fixtures";
import { until } from "../../test/until";
import { benchEnvironment } from "../environment";
import { channel, passwordOf, userOf } from "./accounts";
import { startProgram } from "./processes";

const root = join(__dirname, "../..");
const signingSecret = "bench-signing-secret";

/** What an AWS SDK client needs; "" when it learns the endpoint later. */
export const awsVariables = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
});

export interface SystemOptions {
  /** Users user0, user1 and so on, all in {@link channel}. */
  readonly users: number;
  /** Besides those of local/cloudtak/cloudtak.yaml. */
  readonly leases: readonly LeaseInput[];
  /** Milliseconds before each answer of CloudTAK. */
  readonly delayMs: number;
  /** Node options of the gateway's process, before its program. */
  readonly gatewayArguments?: readonly string[];
  /** MediaMTX's configuration, added to that of the tests. */
  readonly mediamtxEnvironment?: Readonly<Record<string, string>>;
}

export interface System {
  readonly ports: Readonly<Record<"RTMP" | "RTSP" | "SRT" | "HLS" | "API" | "HEALTH", number>>;
  /** Has an IPC channel. */
  readonly gateway: ChildProcess;
  readonly pids: Readonly<Record<"gateway" | "auth function" | "MediaMTX", number>>;
  stop(): Promise<void>;
}

async function startCloudtakWith({ users, leases, delayMs }: SystemOptions) {
  const folder = mkdtempSync(join(tmpdir(), "bench-cloudtak-"));
  const dataFile = join(folder, "cloudtak.yaml");
  const data = parse(readFileSync(join(root, "local/cloudtak/cloudtak.yaml"), "utf8"));
  const added = Array.from({ length: users }, (_, n) => ({
    username: userOf(n),
    password: passwordOf(n),
    groups: [channel],
  }));
  writeFileSync(
    dataFile,
    stringify({
      ...data,
      delay_ms: delayMs,
      users: [...data.users, ...added],
      leases: [...data.leases, ...leases],
    }),
  );
  const port = await freePort();
  const program = startProgram(join(root, "local/cloudtak/main.ts"), [String(port), dataFile], {
    SigningSecret: signingSecret,
  });
  await until("CloudTAK listens", () => accepts(port));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gateway (its bundle), auth function, MediaMTX and a CloudTAK, each a process of its own. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const cloudtak = await startCloudtakWith(options);
  const backend = startProgram<{ url: string }>(
    join(__dirname, "backend.ts"),
    [cloudtak.url, signingSecret],
    awsVariables(""),
  );
  const { url } = await backend.next();
  const ports = Object.fromEntries(
    await Promise.all(
      ["RTMP", "RTSP", "SRT", "HLS", "API", "HEALTH", "HOOK"].map(async (key) => [
        key,
        await freePort(),
      ]),
    ),
  ) as Record<keyof System["ports"] | "HOOK", number>;
  const mediamtx = await startMediamtx({
    ...options.mediamtxEnvironment,
    MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${ports.HOOK}/auth`,
  });
  const environment = [
    ...Object.entries(ports).map(([key, port]) => [`GATEWAY_PORT_${key}`, String(port)]),
    ...Object.entries(mediamtx.ports).map(([key, port]) => [
      `MEDIAMTX_PORT_${key.toUpperCase()}`,
      String(port),
    ]),
  ];
  const bundle = join(root, "gateway/bin/gateway.js");
  const gateway = spawn(process.execPath, [...(options.gatewayArguments ?? []), bundle], {
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: "1",
      ...benchEnvironment(),
      ...Object.fromEntries(environment),
      ...awsVariables(url),
      AUTH_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:123456789012:function:auth:live",
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = async () => {
    await endProcess(gateway);
    await mediamtx.stop();
    await backend.stop();
    await cloudtak.stop();
  };
  try {
    for (const key of ["RTSP", "API"] as const) {
      await until(`the gateway listens for ${key}`, () => accepts(ports[key]));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = {
    gateway: gateway.pid ?? 0,
    "auth function": backend.child.pid ?? 0,
    MediaMTX: mediamtx.child.pid ?? 0,
  };
  return { ports, gateway, pids, stop };
}
