import type { Names } from "../config/names";
import {
  gatewayHealthPort,
  gatewayHookPort,
  gatewayPort,
  mediamtxPort,
  type Protocol,
  protocols,
} from "./ports";

const portVariables = (prefix: string, portOf: (protocol: Protocol) => number) =>
  Object.fromEntries(
    protocols.map((protocol) => [
      `${prefix}_${protocol.key.toUpperCase()}`,
      String(portOf(protocol)),
    ]),
  );

export interface GatewayEnvironmentArgs {
  readonly names: Pick<Names, "system">;
  readonly authMode: "strict" | "compatible";
  readonly recheckIntervalSeconds: number;
}

/** Environment of the gateway container, but for AUTH_FUNCTION_ARN. */
export const gatewayEnvironment = (args: GatewayEnvironmentArgs): Record<string, string> => ({
  ...portVariables("GATEWAY_PORT", gatewayPort),
  GATEWAY_PORT_HEALTH: String(gatewayHealthPort),
  GATEWAY_PORT_HOOK: String(gatewayHookPort),
  ...portVariables("MEDIAMTX_PORT", mediamtxPort),
  SYSTEM_NAME: args.names.system,
  AUTH_MODE: args.authMode,
  GATEWAY_RECHECK_INTERVAL_SECONDS: String(args.recheckIntervalSeconds),
});
