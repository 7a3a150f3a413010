import type { RefusalReason } from "../../shared/authContract";

type GatewayReason = "in-use" | "blocked" | "too-many-sessions" | "closing" | "throttled";

/** Why a client is refused, on every protocol: the field `reason` of "auth refused" in the log. */
export const refusalReasons = {
  "bad-credentials": "user name, password or token is wrong or missing",
  "no-lease": "there is no lease of this path or name",
  "ambiguous-name": "several leases have this name",
  expired: "the lease or the token has reached its end",
  "not-permitted": "the credentials are right, but do not allow this action on this stream",
  "sso-enforced": "this user must sign in by single sign-on, and use a token as the password",
  undecided: "CloudTAK or the auth function did not answer in time",
  malformed: "the stream name or the credentials have a form that no stream or user has",
  "in-use": "another user publishes to the path",
  blocked: "an operator has ended the stream and blocked it for a while",
  "too-many-sessions": "the user has as many sessions as one may have",
  closing: "the gateway is shutting down",
  throttled:
    "too many tries at this user's password or from this address; may be tried again later",
} as const satisfies Readonly<Record<RefusalReason | GatewayReason, string>>;

export type GatewayRefusalReason = RefusalReason | GatewayReason;
