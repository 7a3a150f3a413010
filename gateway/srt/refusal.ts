import type { Refusal } from "../auth/authorizer";
import type { DisconnectReason } from "../sessions/disconnectReasons";

/** libsrt's SRT_REJ_VERSION: the caller speaks another version than 5. */
export const versionRefused = 8;
/** libsrt's SRT_REJ_ROGUE: the handshake is malformed. */
export const malformedHandshake = 4;
/** SRT_REJX_OVERLOAD. */
export const overload = 1402;
/** SRT_REJX_DOWN. */
export const down = 1503;

/** Reject reasons of libsrt's access_control.h. */
export const refusalCodes: Readonly<Record<Refusal["reason"], number>> = {
  "bad-credentials": 1401,
  "no-lease": 1404,
  "ambiguous-name": 1404,
  expired: 1403,
  "not-permitted": 1403,
  "sso-enforced": 1403,
  "in-use": 1423,
  "too-many-sessions": overload,
  blocked: 1403,
  malformed: 1400,
  undecided: down,
  closing: down,
  throttled: overload,
};

/** libsrt's SRT_REJ_PEER: MediaMTX's code where it has asked its hook. */
const peer = 2;
/** libsrt's SRT_REJ_BADSECRET and SRT_REJ_UNSECURE. */
const passphraseCodes = [10, 11];

/**
 * Why MediaMTX has rejected an admitted caller. A publisher's passphrase is all that it checks after its hook; a
 * reader may also ask for a stream that is not live, with the same code.
 */
export function rejectionReason(action: "publish" | "read", code: number): DisconnectReason {
  const isPassphrase = passphraseCodes.includes(code) || (action === "publish" && code === peer);
  return isPassphrase ? "bad-passphrase" : "upstream-refused";
}

/** MediaMTX gives one and the same code for most causes; these are the ones left after its hook. */
export function rejectionHint(action: "publish" | "read", encrypted: boolean): string {
  const passphrase = encrypted
    ? "the passphrase is wrong, or MediaMTX has none set"
    : "MediaMTX has a passphrase set and the caller sent none";
  return action === "publish" ? passphrase : `the stream is not live, or ${passphrase}`;
}
