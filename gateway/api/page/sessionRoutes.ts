import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { maxBodyBytes } from "../answerCall";
import { type Caller, signIn } from "../caller";
import type { ApiContext } from "../context";
import { errorResponse, ok, send } from "../response";

const SignIn = z.object({ user: z.string(), password: z.string() });

/** The web page's session: sign in, who am I, sign out. */
export function sessionRoutes(server: FastifyInstance, context: ApiContext): void {
  const { authorizer, webSessions, authMode } = context;
  const who = ({ subject, admin }: Caller) => ({ subject, admin, authMode });

  server.post("/session", { bodyLimit: maxBodyBytes }, async (request, reply) => {
    const given = SignIn.safeParse(request.body).data;
    if (!given) return send(reply, errorResponse(400, "send user and password as JSON"));
    const credentials = { ...given, token: "" };
    const address = request.socket.remoteAddress ?? "";
    const caller = await signIn(authorizer, credentials, address);
    if ("status" in caller) return send(reply, caller);
    const cookie = webSessions.open(credentials);
    if (!cookie)
      return send(reply, errorResponse(400, "the password is too long for a web session"));
    return send(reply.header("set-cookie", cookie), { status: 200, body: who(caller) });
  });

  server.get("/session", (request, reply) =>
    context.serve(request, reply, (caller) => ({ status: 200, body: who(caller) })),
  );

  server.delete("/session", (request, reply) =>
    send(reply.header("set-cookie", webSessions.close(request.headers.cookie)), ok),
  );
}
