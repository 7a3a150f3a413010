import type { PreAuthMemory } from "./preAuthMemory";

/** Serves one protocol: listens on its port and connects admitted clients to MediaMTX. */
export interface ProtocolServer {
  /** Resolves when the port is bound. */
  listen(): Promise<void>;
  /** Refuses new clients at once; existing ones continue until `close`. */
  drain(): void;
  /** Ends everything and frees the port. */
  close(): Promise<void>;
}

/** Milliseconds from accept until the client must have sent its request. */
export const defaultPreAuthTimeoutMs = 10_000;

/** Options of every protocol server. */
export interface ServerOptions {
  /** Port to listen on, all interfaces. 0 = any free one (tests). */
  readonly port: number;
  /** MediaMTX's port for this protocol on 127.0.0.1. */
  readonly mediamtxPort: number;
  /** Default: {@link defaultPreAuthTimeoutMs}. */
  readonly preAuthTimeoutMs?: number;
  /** Bytes a client may send before it is admitted. Default 65,536. */
  readonly maxPreAuthBytes?: number;
  /** Memory budget for clients without a decision, shared by all servers. Default: a budget of its own. */
  readonly preAuthMemory?: PreAuthMemory;
}
