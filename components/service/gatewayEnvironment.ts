import type { Names } from "../../config/names";
import type { AuthMode } from "../../shared/authContract";
import { type GatewayEnvironment, portVariable } from "../../shared/environmentVariables";
import {
  gatewayHealthPort,
  gatewayHookPort,
  gatewayPort,
  mediamtxPort,
  type Protocol,
  type ProtocolKey,
  protocols,
} from "../../shared/protocols";
import { maxRecordingsGib, recordingsFolder } from "./recordings";

const portVariables = <Prefix extends "GATEWAY_PORT" | "MEDIAMTX_PORT">(
  prefix: Prefix,
  portOf: (protocol: Protocol) => number,
) =>
  Object.fromEntries(
    protocols.map((protocol) => [portVariable(prefix, protocol.key), String(portOf(protocol))]),
  ) as Record<`${Prefix}_${Uppercase<ProtocolKey>}`, string>;

/** With this there is room for tens of thousands of sessions. */
const maxHeapMib = 512;

/**
 * What lives in the gateway's heap is some 30 MiB. Left alone, V8 takes 128 MiB for young objects and lets the old ones
 * grow to four times what lives; the smaller its limits, the sooner it collects. The limit holds for each of the gateway's two
 * threads, and what sockets have read, Node itself and MediaMTX come on top: a quarter of the task's memory each leaves half
 * of it for these. A heap that reaches its limit ends the gateway with a message; a task that reaches its own is killed.
 */
export const gatewayNodeOptions = (taskMemoryMib: number): string =>
  `--max-semi-space-size=2 --max-old-space-size=${Math.min(maxHeapMib, Math.floor(taskMemoryMib / 4))}`;

export interface GatewayEnvironmentArgs {
  readonly names: Pick<Names, "system">;
  readonly authMode: AuthMode;
  readonly recheckIntervalSeconds: number;
  /** Memory of the task in MiB. */
  readonly mediamtxMemory: number;
  /** Disk of the task. */
  readonly ephemeralStorageGib: number;
  /** Private networks that sources may be in. */
  readonly trustedSourceCidrs: readonly string[];
}

/** NODE_OPTIONS is Node's own. The auth function's ARN is known only when it has been made. */
export const gatewayEnvironment = (
  args: GatewayEnvironmentArgs,
): Omit<GatewayEnvironment, "AUTH_FUNCTION_ARN"> & { readonly NODE_OPTIONS: string } => ({
  ...portVariables("GATEWAY_PORT", gatewayPort),
  GATEWAY_PORT_HEALTH: String(gatewayHealthPort),
  GATEWAY_PORT_HOOK: String(gatewayHookPort),
  ...portVariables("MEDIAMTX_PORT", mediamtxPort),
  SYSTEM_NAME: args.names.system,
  AUTH_MODE: args.authMode,
  GATEWAY_RECHECK_INTERVAL_SECONDS: String(args.recheckIntervalSeconds),
  NODE_OPTIONS: gatewayNodeOptions(args.mediamtxMemory),
  GATEWAY_RECORDINGS_FOLDER: recordingsFolder,
  GATEWAY_RECORDINGS_MAX_GIB: String(maxRecordingsGib(args.ephemeralStorageGib)),
  ...trustedSources(args.trustedSourceCidrs),
});

const trustedSources = (
  cidrs: readonly string[],
): Pick<GatewayEnvironment, "GATEWAY_TRUSTED_SOURCE_CIDRS"> =>
  cidrs.length > 0 ? { GATEWAY_TRUSTED_SOURCE_CIDRS: cidrs.join(",") } : {};
