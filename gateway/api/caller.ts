import type { GatewayDecision, Refusal } from "../auth/authorizer";
import type { Credentials } from "../auth/credentials/credentials";
import { type ApiResponse, errorResponse, unavailable } from "./response";

/** The part of the authorizer that the API uses. Neither call rejects. */
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
  authorizeRead(stream: string): Promise<string | ApiResponse>;
}

/** Signs a caller in; an answer when that fails. */
export async function signIn(
  authorizer: ApiAuthorizer,
  credentials: Credentials | undefined,
  clientAddress: string,
): Promise<Caller | ApiResponse> {
  // No Basic challenge: a browser would then send the login along with requests of other sites.
  if (!credentials) return errorResponse(401, "send credentials in the Authorization header");
  const decision = await authorizer.signIn(credentials, clientAddress);
  if (!decision.allow) return refusal(decision.reason);
  return {
    subject: decision.subject,
    admin: decision.admin,
    authorizeRead: async (stream) => {
      const seen = await authorizer.authorizeRead(credentials, clientAddress, stream);
      return seen.allow ? seen.path : refusal(seen.reason);
    },
  };
}

/** Undefined when the caller may see what belongs to this path; otherwise it is as if it were not there. */
export async function visibilityError(
  caller: Caller,
  path: string,
): Promise<ApiResponse | undefined> {
  const seen = await caller.authorizeRead(path);
  if (seen === path) return undefined;
  const isLater = typeof seen === "object" && (seen.status === 503 || seen.status === 429);
  return isLater ? seen : errorResponse(404, "not found");
}

function refusal(reason: Refusal["reason"]): ApiResponse {
  switch (reason) {
    case "undecided":
      return unavailable("credentials cannot be checked now");
    case "throttled":
      return errorResponse(429, "too many tries with a wrong password; try again in a minute");
    case "bad-credentials":
      return errorResponse(401, reason);
    case "no-lease":
      return errorResponse(404, reason);
    case "malformed":
      return errorResponse(400, reason);
    default:
      return errorResponse(403, reason);
  }
}
