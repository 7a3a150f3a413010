/**
 * What the gateway asks the auth Lambda and what it answers, over Lambda Invoke (RequestResponse, JSON).
 */
import type { ProtocolKey } from "./protocols";

export type Action = "publish" | "read" | "playback" | "api";

/** One client wants to do one thing. Credentials are as the client sent them, "" when absent. */
export interface AuthRequest {
  readonly action: Action;
  readonly protocol: ProtocolKey;
  /** Lease path, or the name of a lease; "" for action "api". */
  readonly stream: string;
  readonly user: string;
  readonly password: string;
  /** Bearer token, or `?token=` / `?jwt=`. */
  readonly token: string;
  /** Client's IP address, for logs only, never for a decision. */
  readonly address: string;
  /**
   * Sealed login of this user and password, by which all instances of the function share one: of the last
   * {@link LoginAnswer}, or the handle of the last allow.
   */
  readonly login?: string;
}

/** Stable reason codes of a refusal, for log and metrics. */
export const refusalReasons = [
  "bad-credentials",
  "no-lease",
  "ambiguous-name",
  "expired",
  "not-permitted",
  "sso-enforced",
  "undecided",
  "malformed",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Allow {
  readonly allow: true;
  /** The lease's path: the only name that MediaMTX ever sees. "" for action "api". */
  readonly path: string;
  /**
   * Who it is, for logs and for the rule that only the same subject may take over its live path:
   * `user:<username>`, `lease:<path>` for lease credentials, `management`, `anonymous`.
   */
  readonly subject: string;
  /** System administrator (CloudTAK profile system_admin). */
  readonly admin: boolean;
  /** Sealed handle (AEAD, opaque to the gateway) with which to ask again later. */
  readonly handle: string;
  /** Epoch milliseconds after which this allow is void whatever happens; null = no limit known. */
  readonly notAfter: number | null;
}

/**
 * What a client sends as a stream name may be its password, typed into the wrong place of a stream key. So the name
 * of a refused question may be logged only when it is `streamKnown`.
 */
export interface Refuse {
  readonly allow: false;
  readonly reason: RefusalReason;
  /** Who asked, as in an allow; only when the credentials have proved right. */
  readonly subject?: string;
  /** The asked stream is the path or name of a lease. */
  readonly streamKnown?: true;
}

/** "undecided" is never cached and is answered to HTTP clients as 503. */
export type Decision = Allow | Refuse;

export interface DecideEvent {
  readonly operation: "decide";
  /** At most {@link maxBatch}. */
  readonly questions: readonly AuthRequest[];
  /**
   * Whether a management token of a wrong signature may make the function read the signing secret again. The gateway
   * allows it once a minute: anybody can make such a token, and there are many instances of the function.
   */
  readonly mayRefreshSecret?: boolean;
}

/** A user to be logged in. */
export interface LoginRequest {
  readonly user: string;
  readonly password: string;
  /** Client's IP address, for logs only. */
  readonly address: string;
}

/** Makes logins at CloudTAK. The gateway asks for one per user and password, and for few at a time. */
export interface LoginEvent {
  readonly operation: "login";
  /** At most {@link maxLogins}. */
  readonly logins: readonly LoginRequest[];
}

export type LoginResult =
  | {
      /** Sealed, for {@link AuthRequest.login}. */
      readonly login: string;
      /** Milliseconds for which it serves. */
      readonly forMs: number;
    }
  | { readonly reason: RefusalReason };

/** Results stand in the order of the requests. They come when all logins are made or have failed, in 22 s at most. */
export interface LoginAnswer {
  readonly logins: readonly LoginResult[];
}

/** Whether a session that was allowed may go on. */
export interface RunningSession {
  /** Of the latest allow. */
  readonly handle: string;
  /** What the session does; a handle is good for this alone. */
  readonly action: "publish" | "read";
  /** Lease path. */
  readonly path: string;
}

/** Asks CloudTAK itself, past every cache but that of logins, which last 9 minutes at most. */
export interface RecheckEvent {
  readonly operation: "recheck";
  /** At most {@link maxBatch}. */
  readonly sessions: readonly RunningSession[];
  /** The handles were shown by clients, who may have made them up: no reason to read the signing secret again. */
  readonly handlesFromClients?: boolean;
}

/**
 * Answers stand in the order of the questions. Null is not decided yet, because CloudTAK takes long over it: no
 * decision waits for the slowest of its event. It is to be asked again, and joins what is under way. At least one of
 * an answer is decided.
 */
export interface DecideAnswer {
  readonly decisions: readonly (Decision | null)[];
  /**
   * The stack's enableInsecurePorts. The gateway hears of it here: were it in the task definition, switching it would
   * cut every stream.
   */
  readonly insecurePorts: boolean;
}

/**
 * Answers stand in the order of the sessions. An allow brings a fresh handle and `notAfter`; a refusal ends the
 * session, unless the reason is "undecided".
 */
export interface RecheckAnswer {
  readonly decisions: readonly Decision[];
  readonly insecurePorts: boolean;
}

/** Asks for all leases that have not expired, page by page from 0. */
export interface LeasesEvent {
  readonly operation: "leases";
  readonly page: number;
}

/** A lease without its credentials. */
export interface ListedLease {
  readonly path: string;
  /** Null when no client can ask for it: it is no name that a stream may have. */
  readonly name: string | null;
  /** Epoch milliseconds; null = permanent. */
  readonly expiration: number | null;
  readonly recording: boolean;
  /** None of its four credentials is set. */
  readonly open: boolean;
  /** URL that the stream is pulled from, possibly with the credentials of a camera: not for logs. */
  readonly proxy: string | null;
  /**
   * User name of the owner, for fair shares, for who may block a stream, and for whose publisher may take over from the
   * lease's credentials; null for leases of connections.
   */
  readonly owner: string | null;
}

export interface LeasesAnswer {
  /** Up to 100, in the order of their ids; null when CloudTAK could not be asked. */
  readonly leases: readonly ListedLease[] | null;
  /** Null after the last page. */
  readonly nextPage: number | null;
}

/**
 * strict: every client needs credentials. open-read: an open lease may be read by everyone who knows its path, as
 * CloudTAK's own player does. compatible: it may be published to as well, as CloudTAK itself allows.
 */
export const authModes = ["strict", "open-read", "compatible"] as const;
export type AuthMode = (typeof authModes)[number];

/** Whether an open lease admits a client without credentials. */
export function admitsAnonymous(authMode: AuthMode, action: Action): boolean {
  if (action === "api" || authMode === "strict") return false;
  return authMode === "compatible" || action !== "publish";
}

export const maxBatch = 100;
export const maxLogins = 25;

/** Longest stream name, user name, password, token and handle that is looked at, in UTF-16 units. */
export const maxFieldLength = {
  stream: 255,
  user: 255,
  password: 1024,
  token: 8192,
  handle: 16_384,
} as const;

const segment = /^[0-9A-Za-z_.-]+$/;

/**
 * True for names that a lease path or lease name may have here: segments of `[0-9A-Za-z_.-]` joined by "/",
 * no "." or ".." segment (MediaMTX's rule for path names, less what it would refuse later).
 */
export function isStreamName(stream: string): boolean {
  return (
    stream.length <= maxFieldLength.stream &&
    stream.split("/").every((part) => segment.test(part) && part !== "." && part !== "..")
  );
}

/** User names that CloudTAK makes for lease credentials; the number is the lease's id. */
const leaseUser = /^(?:read|write)(\d{1,9})$/;

/** The id of the lease that such a user name belongs to; null for names of people. */
export function leaseIdOf(user: string): number | null {
  const digits = leaseUser.exec(user)?.[1];
  return digits === undefined ? null : Number(digits);
}
