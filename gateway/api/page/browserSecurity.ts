import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorResponse, send } from "../response";

const headers = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Headers for browsers on every answer, and no change of anything in the name of another web page. */
export function addBrowserSecurity(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    if (changes(request) && isCrossSite(request)) {
      return send(reply, errorResponse(403, "other web pages may not do this"));
    }
  });
}

const changes = ({ method }: FastifyRequest) => !["GET", "HEAD", "OPTIONS"].includes(method);

/** Browsers say where a request comes from; other programs send neither header. */
function isCrossSite({
  headers: { origin, host, "sec-fetch-site": site },
}: FastifyRequest): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
