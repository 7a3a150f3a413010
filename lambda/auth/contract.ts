/**
 * What the gateway asks the auth Lambda and what it answers, over Lambda Invoke (RequestResponse, JSON).
 */

export type Action = "publish" | "read" | "playback" | "api";

export type QuestionProtocol = "rtmp" | "rtsp" | "srt" | "hls" | "api";

/** One client wants to do one thing. Credentials are as the client sent them, "" when absent. */
export interface Question {
  readonly action: Action;
  readonly protocol: QuestionProtocol;
  /** Lease path, or the name of a lease; "" for action "api". */
  readonly stream: string;
  readonly user: string;
  readonly password: string;
  /** Bearer token, or `?token=` / `?jwt=`. */
  readonly token: string;
  /** Client's IP address, for logs and back-off only, never for a decision. */
  readonly address: string;
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
   * `user:<username>`, `lease:<path>` for lease credentials, `management`.
   */
  readonly subject: string;
  /** System administrator (CloudTAK profile system_admin). */
  readonly admin: boolean;
  /** Sealed handle (AEAD, opaque to the gateway) with which to ask again later. */
  readonly handle: string;
  /** Epoch milliseconds after which this allow is void whatever happens; null = no limit known. */
  readonly notAfter: number | null;
}

export interface Refuse {
  readonly allow: false;
  readonly reason: RefusalReason;
}

/** "undecided" is never cached and is answered to HTTP clients as 503. */
export type Decision = Allow | Refuse;

export interface DecideEvent {
  readonly operation: "decide";
  /** At most {@link maxBatch}. */
  readonly questions: readonly Question[];
}

/** Answers stand in the order of the questions. */
export interface DecideAnswer {
  readonly decisions: readonly Decision[];
}

export const maxBatch = 100;

/** Longest stream name, user name, password and token that is looked at, in UTF-16 units. */
export const maxFieldLength = { stream: 255, user: 255, password: 1024, token: 8192 } as const;

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
