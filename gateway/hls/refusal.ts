import type { FastifyReply } from "fastify";
import type { Refusal } from "../auth/authorizer";
import { basicChallenge } from "../auth/credentials/httpCredentials";

const statusOf: Readonly<Record<Refusal["reason"], number>> = {
  malformed: 400,
  "bad-credentials": 401,
  "ambiguous-name": 403,
  blocked: 403,
  expired: 403,
  "in-use": 403,
  "not-permitted": 403,
  "sso-enforced": 403,
  "no-lease": 404,
  "too-many-sessions": 429,
  throttled: 429,
  closing: 503,
  undecided: 503,
};

/** Answers a refusal; players ask their user for credentials on 401 and try again on 429 and 503. */
export function refuse(reply: FastifyReply, reason: Refusal["reason"]): FastifyReply {
  const status = statusOf[reason];
  if (status === 401) reply.header("www-authenticate", basicChallenge);
  return errorResponse(reply, status, reason);
}

/** The stream is not there now; it may come back, and then the same URL serves again. */
export function refuseNotLive(reply: FastifyReply): FastifyReply {
  return errorResponse(reply.header("retry-after", "2"), 404, "stream is not live");
}

export function errorResponse(reply: FastifyReply, status: number, error: string): FastifyReply {
  if (status === 503) reply.header("retry-after", "2");
  if (status === 429) reply.header("retry-after", "5");
  return reply.code(status).header("cache-control", "no-store").send({ error });
}
