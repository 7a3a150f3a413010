import type { Allow, Refuse } from "../../shared/authContract";
import type { ProtocolKey } from "../../shared/protocols";
import type { Ticket } from "../mediamtx/tickets";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";
import type { Credentials } from "./credentials/credentials";
import type { GatewayRefusalReason } from "./refusalReasons";

/** A client gets its answer within this time from its first byte, or its request where it sends several. */
export const answerWithinMs = 9_000;

/** What a protocol server knows of a client when it asks for admission. */
export interface AdmissionRequest extends Credentials {
  readonly protocol: Exclude<ProtocolKey, "api">;
  readonly action: "publish" | "read";
  /** Stream name as the client gave it, application (`live/`) already dropped. */
  readonly stream: string;
  /** Of an earlier session of this client on the path `stream`, instead of credentials. */
  readonly handle?: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  /** By the monotonic clock; what has not been decided by then is refused as "undecided". */
  readonly answerBy: number;
  /** Called at most once, when the session must end now (revoked, kicked, shutting down). */
  readonly disconnect: (reason: DisconnectReason) => void;
}

export interface Admission {
  readonly admitted: true;
  /** User and password to give MediaMTX instead of the client's: a random ticket, good for one use within seconds. */
  readonly ticket: Ticket;
  /** Another one, for a later request of the session about which MediaMTX asks its hook. */
  freshTicket(): Ticket;
  readonly session: Session;
}

export interface Refusal {
  readonly admitted: false;
  readonly reason: GatewayRefusalReason;
}

/** What was decided about a question, by the auth function or before it. */
export type GatewayDecision =
  | Allow
  | (Omit<Refuse, "reason"> & { readonly reason: Refusal["reason"] });

/**
 * The one question of every protocol server. Never rejects: any failure is a refusal "undecided". Answers by
 * `answerBy`. Logs every answer, with subject and stream and never a credential.
 */
export interface Authorizer {
  /**
   * Whether a client without credentials is worth a question; otherwise it is asked for them at once. Always
   * false in strict mode.
   */
  mayBeAnonymous(stream: string): Promise<boolean>;
  admit(request: AdmissionRequest): Promise<Admission | Refusal>;
}
