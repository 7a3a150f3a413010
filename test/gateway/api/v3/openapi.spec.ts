import assert from "node:assert/strict";
import * as fc from "fast-check";
import { routes } from "../../../../gateway/api/v3/routes";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";
import { type Document, mediamtx } from "./mediamtxDocument";

/** Operations of MediaMTX that are not served, and why not. */
const notServed = ["POST /v3/auth/jwks/refresh"];

describe("OpenAPI document", function () {
  this.timeout(60_000);
  let system: ApiSystem;
  let document: Document;
  before(async () => {
    system = await startApiSystem({}, { maxRequestsPerMinute: 1_000_000 });
    await system.publish("cam");
    document = (await system.call("/openapi.json")).json();
  });
  after(() => system?.stop());

  it("has every operation of MediaMTX but those that are left out on purpose", () => {
    const operations = ({ paths }: Document) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
    const served = new Set(operations(document));
    assert.deepEqual(
      operations(mediamtx).filter((operation) => !served.has(operation)),
      notServed,
    );
    for (const { method, path } of routes) assert.ok(served.has(`${method} /v3/${path}`), path);
  });

  it("names a server that is right wherever it is fetched, and how to sign in", () => {
    assert.deepEqual(document.servers, [{ url: "/" }]);
    assert.deepEqual(Object.keys(document.components.securitySchemes), ["basic", "bearer"]);
  });

  it("offers only settings that are allowed", () => {
    const { schema = {} } =
      document.paths["/v3/config/paths/add/{name}"]?.post?.requestBody?.content[
        "application/json"
      ] ?? {};
    const names = Object.keys(schema.properties ?? {});
    assert.ok(names.includes("source"));
    assert.ok(!names.some((name) => name.startsWith("runOn")));
  });

  it("leads a fuzzer to no answer of 5xx, and to none that it does not name", async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom("cam", "..", "%", "a/b", "0", "-1", "true", "null", "~^", "only"),
    );
    const role = fc.constantFrom(roles.administrator, roles.cloudtak, roles.user, roles.wrong, "");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        role,
        fc.infiniteStream(text),
        fc.oneof(fc.json(), fc.string(), fc.constantFrom('{"name":"cam"}', '{"source":1}', "{}")),
        async ({ path, method, operation }, authorization, values, body) => {
          const next = () => encodeURIComponent(values.next().value.toWellFormed?.() ?? "x");
          const parameters = operation.parameters ?? [];
          const url = path.replace(/\{\w+\}/g, next);
          const query = parameters
            .filter((parameter) => parameter.in === "query")
            .map(({ name }) => `${name}=${next()}`)
            .join("&");
          const answer = await system.call(`${url}?${query}`, authorization || undefined, {
            method: method.toUpperCase(),
            ...(operation.requestBody ? { body } : {}),
            headers: operation.requestBody ? { "content-type": "application/json" } : {},
          });
          assert.ok(answer.status < 500, `${method} ${url}?${query}: ${answer.status}`);
          const named = [...Object.keys(operation.responses).map(Number), 400, 404, 405, 413];
          assert.ok(named.includes(answer.status), `${method} ${path}: ${answer.status}`);
        },
      ),
      { numRuns: 600 },
    );
  });
});
