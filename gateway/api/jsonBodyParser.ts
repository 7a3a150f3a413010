import type { FastifyInstance } from "fastify";

/** No accepted body is nested deeper than 2 levels. The limit lets code that walks a body recurse. */
const maxDepth = 16;

/** Bodies are JSON, also when a client says that it sends some and sends nothing. */
export function addJsonBodyParser(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, text === "" ? undefined : parseJsonBody(String(text)));
    } catch {
      done(Object.assign(new Error("no JSON"), { statusCode: 400 }));
    }
  });
}

/** @throws when the text is not JSON, or is nested too deep */
export function parseJsonBody(text: string): unknown {
  const value: unknown = JSON.parse(text);
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new Error("too deep");
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return value;
}
