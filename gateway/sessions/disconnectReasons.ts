import type { RefusalReason } from "../../shared/authContract";

/** Why a session ends, on every protocol: the field `reason` of "disconnected" and "not connected" in the log. */
export const disconnectReasons = {
  "client-closed": "the client closed the connection",
  "client-gave-up": "an SRT caller stopped trying before it was decided about",
  "client-stalled": "the client did not take what was sent to it for 10 s",
  "protocol-error": "the client broke the protocol; a fault with the details is logged",
  "close-timeout": "one side closed, and the other did not within 5 s",
  idle: "the client requested or sent nothing for 30 s",
  evicted: "too many connections or sessions: this one had to make room",
  "upstream-closed": "MediaMTX closed the connection, for example because the publisher is gone",
  "upstream-stalled": "MediaMTX did not take what was sent to it for 10 s",
  "upstream-unreachable": "MediaMTX does not listen or does not answer",
  "upstream-refused": "MediaMTX refused the client after the gateway had admitted it",
  "bad-passphrase": "the SRT passphrase is wrong or missing",
  "not-live": "no client publishes the stream",
  "unsupported-codecs": "HLS carries none of the stream's tracks",
  "taken-over": "the publisher published to the path again",
  kicked: "an API call ended the session",
  expired: "the lease or the token has reached its end",
  "shutting-down": "the gateway is shutting down",
} as const;

/** A recheck ends a session with the reason of the auth function's refusal. */
export type DisconnectReason = keyof typeof disconnectReasons | RefusalReason;
