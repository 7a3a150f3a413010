import type { Caller } from "./caller";
import type { ApiContext } from "./context";
import { type ApiResponse, errorResponse, mediamtxUnavailable } from "./response";
import { configure } from "./v3/configuration";
import { type ApiCall, targetOf } from "./v3/routes";

/** No configuration that is allowed is longer. */
export const maxBodyBytes = 16_384;

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
