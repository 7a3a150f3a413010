import type { Refusal } from "../auth/authorizer";
import { basicChallenge } from "../auth/credentials/httpCredentials";
import type { Header } from "./message";

/** Basic only: with digest the password could not be checked by anyone else. */
export const challenge: Header = ["WWW-Authenticate", basicChallenge];
const retryLater: Header = ["Retry-After", "5"];

/** Answer to a client that may not pass. */
export interface RefusalResponse {
  readonly status: number;
  readonly phrase: string;
  readonly headers: readonly Header[];
}

export const refusalResponses: Readonly<Record<Refusal["reason"], RefusalResponse>> = {
  "bad-credentials": { status: 401, phrase: "Unauthorized", headers: [challenge] },
  "no-lease": { status: 404, phrase: "Stream Not Found", headers: [] },
  "ambiguous-name": { status: 404, phrase: "Stream Name Is Ambiguous", headers: [] },
  expired: { status: 403, phrase: "Stream Has Expired", headers: [] },
  "not-permitted": { status: 403, phrase: "Forbidden", headers: [] },
  "sso-enforced": { status: 403, phrase: "Single Sign-On Required", headers: [] },
  "in-use": { status: 403, phrase: "Stream Is In Use", headers: [] },
  // RTSP has no 429.
  "too-many-sessions": { status: 453, phrase: "Too Many Sessions Of This User", headers: [] },
  blocked: { status: 403, phrase: "Stream Was Ended By An Operator", headers: [] },
  malformed: { status: 400, phrase: "Malformed Stream Name", headers: [] },
  undecided: { status: 503, phrase: "Service Unavailable", headers: [retryLater] },
  closing: { status: 503, phrase: "Service Unavailable", headers: [retryLater] },
  // RTSP knows no 429.
  throttled: { status: 503, phrase: "Too Many Tries", headers: [retryLater] },
};
