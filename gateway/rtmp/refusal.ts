import type { Refusal } from "../auth/authorizer";
import type { Message } from "./protocol/message";
import { errorStatus } from "./protocol/messages";
import type { ClientRequest } from "./serverNegotiation";

/** "no-credentials": bad-credentials where there are none, as when they were put into an encoder's login fields. */
type Reason = Refusal["reason"] | "no-credentials" | "unavailable";

/** What the client's user reads; FFmpeg and GStreamer print it, OBS logs the code. */
const descriptions: Record<Reason, string> = {
  "bad-credentials": "authentication failed: user name, password or token is wrong or missing",
  "no-credentials":
    "authentication failed: no user name and password; put user:password:name in the stream key, " +
    "the login fields of an encoder are not used",
  "no-lease":
    "there is no stream of this name; check its spelling and the order user:password:name",
  "ambiguous-name": "more than one stream has this name; use its path",
  expired: "this stream has expired",
  "not-permitted": "this user may not do this with this stream",
  "sso-enforced": "this user must sign in by single sign-on; use a token as the password",
  undecided: "authorization is not available at the moment; try again",
  malformed:
    "malformed stream key; use user:password:name, names are made of A-Z, a-z, 0-9, _, -, . and /",
  "in-use": "another user is publishing this stream",
  "too-many-sessions": "this user has too many sessions; end some of them",
  blocked: "an operator has ended this stream; try again later",
  closing: "the server is shutting down; try again",
  throttled: "too many tries with a wrong password; try again in a minute",
  unavailable: "the media server does not answer; try again",
};

const badName = new Set<Reason>(["malformed", "no-lease", "ambiguous-name", "in-use"]);

/** The status message of a refusal. */
export function refusalStatus(action: ClientRequest["action"], reason: Reason): Message {
  if (reason === "throttled") return errorStatus("NetStream.Failed", descriptions[reason]);
  const publishCode = badName.has(reason) ? "BadName" : "Unauthorized";
  const code = action === "read" ? "NetStream.Play.Failed" : `NetStream.Publish.${publishCode}`;
  return errorStatus(code, descriptions[reason]);
}
