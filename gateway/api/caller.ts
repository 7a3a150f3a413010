import type { Credentials } from "../auth/admissionControl";
import type { GatewayDecision, Refusal } from "../auth/authorizer";
import { type Answer, fault, unavailable } from "./response";

/** The part of the gatekeeper that the API asks. Neither call rejects. */
export interface ApiAuthorizer {
  /** Whether the credentials are those of a user, or CloudTAK's own. */
  signIn(credentials: Credentials, clientAddress: string): Promise<GatewayDecision>;
  /** Whether a user may see a stream, by lease path or name. */
  authorizeRead(
    credentials: Credentials,
    clientAddress: string,
    stream: string,
  ): Promise<GatewayDecision>;
}

/** Who calls. */
export interface Caller {
  /** `user:<username>` or `management`. */
  readonly subject: string;
  /** Administrators, and CloudTAK itself, see and do everything. */
  readonly admin: boolean;
  /** The lease path of a stream that the caller may see, or why not. */
  see(stream: string): Promise<string | Answer>;
}

/** Signs a caller in; an answer when that fails. */
export async function signIn(
  authorizer: ApiAuthorizer,
  credentials: Credentials | undefined,
  clientAddress: string,
): Promise<Caller | Answer> {
  // No Basic challenge: a browser would then send the login along with requests of other sites.
  if (!credentials) return fault(401, "send credentials in the Authorization header");
  const decision = await authorizer.signIn(credentials, clientAddress);
  if (!decision.allow) return refusal(decision.reason);
  return {
    subject: decision.subject,
    admin: decision.admin,
    see: async (stream) => {
      const seen = await authorizer.authorizeRead(credentials, clientAddress, stream);
      return seen.allow ? seen.path : refusal(seen.reason);
    },
  };
}

/** Undefined when the caller may see what belongs to this path; otherwise it is as if it were not there. */
export async function hidden(caller: Caller, path: string): Promise<Answer | undefined> {
  const seen = await caller.see(path);
  if (seen === path) return undefined;
  const isLater = typeof seen === "object" && (seen.status === 503 || seen.status === 429);
  return isLater ? seen : fault(404, "not found");
}

function refusal(reason: Refusal["reason"]): Answer {
  switch (reason) {
    case "undecided":
      return unavailable("credentials cannot be checked now");
    case "throttled":
      return fault(429, "too many tries with a wrong password; try again in a minute");
    case "bad-credentials":
      return fault(401, reason);
    case "no-lease":
      return fault(404, reason);
    case "malformed":
      return fault(400, reason);
    default:
      return fault(403, reason);
  }
}
