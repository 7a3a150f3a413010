import type { ProtocolKey } from "./protocols";

type PortVariables<Prefix extends string> = {
  readonly [Key in ProtocolKey as `${Prefix}_${Uppercase<Key>}`]: string;
};

/** Environment of the gateway's container: components/ writes it, gateway/settings.ts reads it. */
export interface GatewayEnvironment
  extends PortVariables<"GATEWAY_PORT">,
    PortVariables<"MEDIAMTX_PORT"> {
  readonly GATEWAY_PORT_HEALTH: string;
  readonly GATEWAY_PORT_HOOK: string;
  readonly SYSTEM_NAME: string;
  readonly AUTH_MODE: string;
  readonly AUTH_FUNCTION_ARN: string;
  readonly GATEWAY_RECHECK_INTERVAL_SECONDS: string;
  readonly GATEWAY_RECORDINGS_FOLDER: string;
  readonly GATEWAY_RECORDINGS_MAX_GIB: string;
  /** Separated by commas; absent when there are none. */
  readonly GATEWAY_TRUSTED_SOURCE_CIDRS?: string;
}

/** Environment of the auth function: components/ writes it, lambda/auth/environment.ts reads it. */
export interface AuthFunctionEnvironment {
  readonly CLOUDTAK_URL: string;
  readonly CLOUDTAK_SIGNING_SECRET_ARN: string;
  /** PEM; absent when the public authorities are enough. */
  readonly CLOUDTAK_CA_CERTIFICATES?: string;
  readonly AUTH_MODE: string;
  readonly ENABLE_INSECURE_PORTS: string;
}

/** An environment some of whose values are known only when a resource has been made. */
export type Declared<Environment, Value> = { readonly [Name in keyof Environment]: Value };

/** An environment as a process finds it, before it is checked. */
export type Unchecked<Environment> = {
  readonly [Name in keyof Environment]?: string | undefined;
};

/** "rtmp" -> "GATEWAY_PORT_RTMP" */
export const portVariable = <
  Prefix extends "GATEWAY_PORT" | "MEDIAMTX_PORT",
  Key extends ProtocolKey,
>(
  prefix: Prefix,
  key: Key,
) => `${prefix}_${key.toUpperCase()}` as `${Prefix}_${Uppercase<Key>}`;
