import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { corsHeaders } from "../../net/cors";
import { answerCall, maxBodyBytes } from "../answerCall";
import type { Caller } from "../caller";
import type { ApiContext } from "../context";
import { type ApiResponse, errorResponse } from "../response";
import { maxItemsPerPage, parseCall } from "../v3/routes";

/** What CloudTAK calls on its media server, besides the v3 API. */
export function cloudtakRoutes(server: FastifyInstance, context: ApiContext): void {
  const { cloudtakPaths: paths, readHandlers } = context;
  const body = { bodyLimit: maxBodyBytes };

  server.get("/path", (request, reply) =>
    context.serve(request, reply, (caller) => {
      // CloudTAK reads the first page only.
      const query = new URLSearchParams((request.raw.url ?? "").split("?")[1] ?? "");
      if (!query.has("itemsPerPage")) query.set("itemsPerPage", String(maxItemsPerPage));
      return read(`/v3/paths/list?${query}`, caller);
    }),
  );
  server.get("/path/*", (request, reply) =>
    context.serve(request, reply, (caller) => {
      const target = `/v3/paths/get/${nameIn(request)}`;
      const call = parseCall("GET", target);
      return caller.subject === "management" && !("error" in call)
        ? paths.show(call.subject)
        : read(target, caller);
    }),
  );
  server.post("/path", body, (request, reply) =>
    context.serve(request, reply, (caller) => change(caller, () => paths.add(request.body))),
  );
  server.patch("/path/*", body, (request, reply) =>
    context.serve(request, reply, (caller) =>
      named(request, caller, (name) => paths.change(name, request.body)),
    ),
  );
  server.delete("/path/*", (request, reply) =>
    context.serve(request, reply, (caller) => named(request, caller, (name) => paths.remove(name))),
  );
  server.options("/stream/*", (_request, reply) => reply.code(204).headers(streamHeaders).send());
  server.get("/stream/*", { onSend: noChallengeToPages }, (request, reply) =>
    context.hls.serve(
      streamTargetOf(request),
      request,
      reply.headers(streamHeaders),
      context.credentialsOf(request),
    ),
  );

  function read(target: string, caller: Caller): ApiResponse | Promise<ApiResponse> {
    const call = parseCall("GET", target);
    return "error" in call
      ? errorResponse(call.status, call.error)
      : answerCall(context, call, caller, undefined);
  }

  function named(
    request: FastifyRequest,
    caller: Caller,
    work: (name: string) => Promise<ApiResponse>,
  ): ApiResponse | Promise<ApiResponse> {
    const call = parseCall("GET", `/v3/paths/get/${nameIn(request)}`);
    return "error" in call
      ? errorResponse(404, "not found")
      : change(caller, () => work(call.subject));
  }

  function change(
    caller: Caller,
    work: () => Promise<ApiResponse>,
  ): ApiResponse | Promise<ApiResponse> {
    if (!caller.admin) return errorResponse(403, "for CloudTAK and administrators only");
    return work().finally(() => readHandlers.invalidate());
  }
}

/** CloudTAK's web player is on another host and sends the Authorization header. */
const streamHeaders = { ...corsHeaders, "cross-origin-resource-policy": "cross-origin" } as const;

/** Target for the HLS server of a request for `/stream/{path}/{file}`. */
export const streamTargetOf = ({ raw: { url = "" } }: FastifyRequest): string =>
  url.slice("/stream".length);

/**
 * Other programs ask their user for credentials when they are challenged. A page has its own dialog, and a browser
 * would send what its user entered for the challenge with every later request to the API.
 */
async function noChallengeToPages({ headers }: FastifyRequest, reply: FastifyReply) {
  if (headers["sec-fetch-site"] !== undefined || headers.origin !== undefined) {
    reply.removeHeader("www-authenticate");
  }
}

/** Still encoded; it is decoded and checked where calls are parsed. */
const nameIn = ({ raw: { url = "" } }: FastifyRequest): string =>
  (url.split("?", 1)[0] ?? "").slice("/path/".length);
