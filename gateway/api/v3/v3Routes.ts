import type { FastifyInstance } from "fastify";
import type { Caller } from "../caller";
import { type ApiResponse, errorResponse, mediamtxUnavailable } from "../response";
import type { ApiContext } from "../server";
import { configure } from "./configuration";
import { type ApiCall, parseCall, targetOf } from "./routes";

/** No configuration that is allowed is longer. */
export const maxBodyBytes = 16_384;

/** MediaMTX's v3 API. */
export function v3Routes(server: FastifyInstance, context: ApiContext): void {
  server.all("/v3/*", { bodyLimit: maxBodyBytes }, (request, reply) =>
    context.serve(request, reply, (caller) => {
      const call = parseCall(request.method, request.raw.url ?? "");
      if (!("error" in call)) return answerCall(context, call, caller, request.body);
      if (call.allow) reply.header("allow", call.allow);
      return errorResponse(call.status, call.error);
    }),
  );
}

/** Answers a call as far as the caller may. */
export function answerCall(
  { readHandlers, kickHandler, mediamtx, paths, log }: ApiContext,
  call: ApiCall,
  caller: Caller,
  body: unknown,
): ApiResponse | Promise<ApiResponse> {
  const { route } = call;
  if (route.audience === "administrators" && !caller.admin) {
    return errorResponse(403, "for administrators only");
  }
  switch (route.handler) {
    case "read":
      return readHandlers.read(call, caller);
    case "kickPath":
      return kickHandler.kickPath(call, caller);
    case "kickSession":
      return kickHandler.kickSession(call, caller);
    case "configure":
      log.info({ user: caller.subject, call: targetOf(call) }, "configuration change asked for");
      return configure(mediamtx, paths, call, body).finally(() => readHandlers.invalidate());
    case "deleteSegment":
      return mediamtx.forward("DELETE", targetOf(call)).catch(() => mediamtxUnavailable);
  }
}
