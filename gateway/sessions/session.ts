import type { DisconnectReason } from "./disconnectReasons";
/**
 * An admitted client. The server calls `connected` once MediaMTX has accepted it, adds bytes as they flow, and calls
 * `end` exactly once.
 */
export interface Session {
  readonly id: string;
  /** Lease path; may differ from the asked name. */
  readonly path: string;
  /** Sealed handle with which to ask the auth function again, as of the latest decision. */
  readonly handle: string;
  /** Bytes from the client. */
  bytesIn: number;
  /** Bytes to the client. */
  bytesOut: number;
  /** Address and port under which MediaMTX sees the client, where it cannot get the client's own. */
  mediamtxPeer?: string;
  /** MediaMTX has accepted the client. Further calls do nothing. */
  connected(): void;
  end(reason: DisconnectReason): void;
}
