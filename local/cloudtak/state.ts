import type { FastifyRequest } from "fastify";
import type { Data, User } from "./data";
import { ApiError } from "./errors";
import type { Caller, Tokens, UserAccess } from "./tokens";

/** State that the routes share. */
export interface State {
  data(): Data;
  readonly tokens: Tokens;
}

export function findUser({ data }: State, username: string): User {
  const user = data().users.find((candidate) => candidate.username === username);
  if (!user) throw new ApiError(404, "Item Not Found");
  return user;
}

export function accessOf(user: User): UserAccess {
  if (user.system_admin) return "admin";
  return user.agency_admin.length > 0 ? "agency" : "user";
}

/** The caller of a request that is open to users and to resource tokens of one kind. */
export function authenticate(state: State, request: FastifyRequest, resource: string): Caller {
  const caller = readCaller(state, request);
  if (caller.kind === "resource") {
    if (!caller.exists) throw new ApiError(403, "Token does not exist");
    if (caller.access !== resource) {
      throw new ApiError(403, "Resource token cannot access this resource");
    }
  }
  return caller;
}

export function authenticateUser(
  state: State,
  request: FastifyRequest,
): Extract<Caller, { kind: "user" }> {
  const caller = readCaller(state, request);
  if (caller.kind !== "user") throw new ApiError(403, "Resource token cannot access resource");
  return caller;
}

function readCaller(state: State, request: FastifyRequest): Caller {
  const [scheme = "", token] = (request.headers.authorization ?? "").split(" ");
  if (scheme === "") throw new ApiError(401, "No Auth Present");
  if (scheme.toLowerCase() !== "bearer") {
    throw new ApiError(401, 'Only "Bearer" authorization header is allowed');
  }
  if (!token) throw new ApiError(401, "No bearer token present");
  return state.tokens.read(token, (username) => accessOf(findUser(state, username)));
}
