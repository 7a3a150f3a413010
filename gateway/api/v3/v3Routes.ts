import type { FastifyInstance } from "fastify";
import type { Caller } from "../caller";
import { type Answer, fault, mediamtxSilent } from "../response";
import type { ApiContext } from "../server";
import { configure } from "./configuration";
import { type Call, parseCall, targetOf } from "./routes";

/** No configuration that is allowed is longer. */
export const maxBodyBytes = 16_384;

/** MediaMTX's v3 API. */
export function v3Routes(server: FastifyInstance, context: ApiContext): void {
  server.all("/v3/*", { bodyLimit: maxBodyBytes }, (request, reply) =>
    context.serve(request, reply, (caller) => {
      const call = parseCall(request.method, request.raw.url ?? "");
      if (!("error" in call)) return answer(context, call, caller, request.body);
      if (call.allow) reply.header("allow", call.allow);
      return fault(call.status, call.error);
    }),
  );
}

/** Answers a call as far as the caller may. */
export function answer(
  { reads, kicks, mediamtx, paths, log }: ApiContext,
  call: Call,
  caller: Caller,
  body: unknown,
): Answer | Promise<Answer> {
  const { route } = call;
  if (route.audience === "administrators" && !caller.admin) {
    return fault(403, "for administrators only");
  }
  switch (route.work) {
    case "read":
      return reads.read(call, caller);
    case "kickPath":
      return kicks.kickPath(call, caller);
    case "kickSession":
      return kicks.kickSession(call, caller);
    case "configure":
      log.info({ user: caller.subject, call: targetOf(call) }, "configuration change asked for");
      return configure(mediamtx, paths, call, body).finally(() => reads.forget());
    case "deleteSegment":
      return mediamtx.forward("DELETE", targetOf(call)).catch(() => mediamtxSilent);
  }
}
