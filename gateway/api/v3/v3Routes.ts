import type { FastifyInstance } from "fastify";
import { answerCall, maxBodyBytes } from "../answerCall";
import type { ApiContext } from "../context";
import { errorResponse } from "../response";
import { parseCall } from "./routes";

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
