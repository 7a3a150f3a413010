import type { FastifyInstance } from "fastify";

/** An error as CloudTAK answers it: `{status, message, messages}` with the same HTTP status. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A body that is not valid JSON, which CloudTAK answers with an HTML page. */
export class MalformedJsonError extends Error {}

const badJsonPage =
  '<!DOCTYPE html>\n<html lang="en">\n<head><title>Error</title></head>\n' +
  "<body><pre>SyntaxError: malformed JSON</pre></body>\n</html>\n";

export function addErrorHandlers(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => {
    const message = "API endpoint does not exist!";
    return reply.status(404).send({ status: 404, message, messages: [] });
  });

  app.setErrorHandler<Error & { validation?: unknown[] }>((error, _request, reply) => {
    if (error instanceof MalformedJsonError)
      return reply.status(400).type("text/html").send(badJsonPage);
    const { status, message } =
      error instanceof ApiError
        ? error
        : error.validation
          ? { status: 400, message: "Validation Error" }
          : { status: 500, message: "Internal Server Error" };
    return reply.status(status).send({ status, message, messages: error.validation ?? [] });
  });
}
