import { isAbsolute } from "node:path";
import { type AuthMode, authModes } from "../shared/authContract";
import {
  type GatewayEnvironment,
  portVariable,
  type Unchecked,
} from "../shared/environmentVariables";
import { isPrivateNetwork, privateNetworks } from "../shared/networks";
import type { ProtocolKey } from "../shared/protocols";

export interface Settings {
  /** Port of each protocol's server, and of MediaMTX behind it. */
  readonly servers: Readonly<Record<ProtocolKey, { port: number; mediamtxPort: number }>>;
  readonly healthPort: number;
  readonly hookPort: number;
  /** What the metrics are reported under. */
  readonly systemName: string;
  /** The auth function's alias. */
  readonly authFunctionArn: string;
  readonly authMode: AuthMode;
  /** How often CloudTAK is asked again about each session. */
  readonly recheckIntervalMs: number;
  readonly recordings: {
    readonly folder: string;
    /** Beyond this the oldest are deleted. */
    readonly maxBytes: number;
  };
  /** Private networks that sources may be in. */
  readonly trustedSourceCidrs: readonly string[];
}

const lambdaArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}(:[\w$-]{1,128})?$/;

/**
 * The environment of docs/ARCHITECTURE.md as checked settings.
 * @throws Error that lists every fault of the environment at once.
 */
export function readSettings(environment: Unchecked<GatewayEnvironment>): Settings {
  const faults: string[] = [];
  const takenBy = new Map<number, string>();

  const port = (name: keyof GatewayEnvironment): number => {
    const value = environment[name];
    if (value === undefined) {
      faults.push(`${name} is not set; give it a port number from 1 to 65535`);
      return 0;
    }
    const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > 65535) {
      faults.push(`${name} is "${value}"; give it a port number from 1 to 65535`);
      return 0;
    }
    const other = takenBy.get(number);
    if (other) faults.push(`${name} and ${other} are both ${number}; give each a port of its own`);
    takenBy.set(number, name);
    return number;
  };
  const authMode = (): AuthMode => {
    const value = environment.AUTH_MODE ?? "";
    const mode = authModes.find((one) => one === value);
    if (!mode) faults.push(`AUTH_MODE is "${value}"; give it one of ${authModes.join(", ")}`);
    return mode ?? "strict";
  };
  const number = (
    name: keyof GatewayEnvironment,
    unit: string,
    from: number,
    to: number,
  ): number => {
    const value = environment[name] ?? "";
    const found = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (found >= from && found <= to) return found;
    faults.push(`${name} is "${value}"; give it a number ${unit}from ${from} to ${to}`);
    return 0;
  };
  const server = (key: ProtocolKey) => ({
    port: port(portVariable("GATEWAY_PORT", key)),
    mediamtxPort: port(portVariable("MEDIAMTX_PORT", key)),
  });

  const settings: Settings = {
    servers: {
      rtmp: server("rtmp"),
      rtsp: server("rtsp"),
      srt: server("srt"),
      hls: server("hls"),
      api: server("api"),
    },
    healthPort: port("GATEWAY_PORT_HEALTH"),
    hookPort: port("GATEWAY_PORT_HOOK"),
    systemName: environment.SYSTEM_NAME ?? "",
    authFunctionArn: environment.AUTH_FUNCTION_ARN ?? "",
    authMode: authMode(),
    recheckIntervalMs: number("GATEWAY_RECHECK_INTERVAL_SECONDS", "of seconds ", 1, 60) * 1000,
    recordings: {
      folder: environment.GATEWAY_RECORDINGS_FOLDER ?? "",
      maxBytes: number("GATEWAY_RECORDINGS_MAX_GIB", "of GiB ", 1, 200) * 2 ** 30,
    },
    trustedSourceCidrs: (environment.GATEWAY_TRUSTED_SOURCE_CIDRS || undefined)?.split(",") ?? [],
  };
  if (!settings.trustedSourceCidrs.every(isPrivateNetwork)) {
    faults.push(
      `GATEWAY_TRUSTED_SOURCE_CIDRS is "${environment.GATEWAY_TRUSTED_SOURCE_CIDRS}"; give it private IPv4 ` +
        `networks in ${privateNetworks.join(", ")}, separated by commas`,
    );
  }
  if (!isAbsolute(settings.recordings.folder)) {
    faults.push(
      `GATEWAY_RECORDINGS_FOLDER is "${settings.recordings.folder}"; give it an absolute path`,
    );
  }
  if (settings.systemName === "") {
    faults.push("SYSTEM_NAME is not set; give it the name under which metrics are reported");
  }
  if (!lambdaArn.test(settings.authFunctionArn)) {
    faults.push(
      `AUTH_FUNCTION_ARN is "${settings.authFunctionArn}"; give it the ARN of the auth function's ` +
        "alias, arn:<partition>:lambda:<region>:<account>:function:<name>:<alias>",
    );
  }
  if (faults.length > 0) {
    throw new Error(`The gateway's environment has faults:\n- ${faults.join("\n- ")}`);
  }
  return settings;
}
