import type { FastifyReply } from "fastify";

/** What a call of the API is answered with, as JSON; a string or Buffer is JSON already. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

export const ok: ApiResponse = { status: 200, body: { status: "ok" } };

/** `status` is there because MediaMTX's own errors have it. */
export const errorResponse = (status: number, error: string): ApiResponse => ({
  status,
  body: { status: "error", error },
});

export const unavailable = (what: string): ApiResponse => errorResponse(503, what);

export const mediamtxUnavailable = unavailable("MediaMTX does not answer");

/** Sends an answer; 503 asks to come back in two seconds, 429 in five. */
export function send(reply: FastifyReply, { status, body }: ApiResponse): FastifyReply {
  if (status === 503) reply.header("retry-after", "2");
  if (status === 429) reply.header("retry-after", "5");
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .header("content-type", "application/json; charset=utf-8")
    .send(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
