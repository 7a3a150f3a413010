import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiContext } from "../context";
import { product } from "../product";
import { errorResponse, send } from "../response";
import { openApiDocument } from "../v3/openapi";

/** The web page, the documentation, and what `GET /` says to programs. */
export function pageRoutes(server: FastifyInstance, { files }: ApiContext): void {
  const document = JSON.stringify(openApiDocument(JSON.parse(files.text("mediamtx-openapi.json"))));
  const sendFile = (name: string, request: FastifyRequest, reply: FastifyReply) =>
    files.send(name, request, reply) ?? send(reply, errorResponse(404, "not found"));

  server.get("/", (request, reply) =>
    request.headers.accept?.includes("text/html")
      ? sendFile("page.html", request, reply)
      : send(reply, { status: 200, body: product }),
  );
  server.get("/docs", (request, reply) => sendFile("docs.html", request, reply));
  server.get("/openapi.json", (_request, reply) => send(reply, { status: 200, body: document }));
  server.get<{ Params: { file: string } }>("/assets/:file", (request, reply) =>
    sendFile(request.params.file, request, reply),
  );
}
