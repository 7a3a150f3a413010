import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { parse } from "yaml";
import { routes } from "../../gateway/api/routes";
import { type ApiSystem, roles, startApiSystem } from "./apiFixture";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}
interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: Schema }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  readonly servers: readonly { url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: object;
  };
}

const mediamtx: Document = parse(
  readFileSync(join(__dirname, "../../third_party/mediamtx/openapi.yaml"), "utf8"),
);

/** Where a value is not of a schema; "" when it is. */
function mismatch(schema: Schema, value: unknown, at = "$"): string {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return mismatch(mediamtx.components.schemas[name] ?? assert.fail(name), value, at);
  }
  if (value === null) return schema.nullable ? "" : `${at} is null`;
  for (const part of schema.allOf ?? []) {
    const wrong = mismatch(part, value, at);
    if (wrong) return wrong;
  }
  if (schema.oneOf?.every((one) => mismatch(one, value, at))) return `${at} is none of oneOf`;
  if (schema.enum && value !== "<redacted>" && !schema.enum.includes(value)) {
    return `${at} is ${value}`;
  }
  const type = Array.isArray(value) ? "array" : typeof value;
  const wanted = schema.type === "integer" ? "number" : schema.type;
  if (wanted && type !== wanted) return `${at} is of type ${type}, not ${schema.type}`;
  if (Array.isArray(value) && schema.items) {
    return value.map((item, i) => mismatch(schema.items ?? {}, item, `${at}[${i}]`)).join("");
  }
  return Object.entries(schema.properties ?? {})
    .filter(([key]) => typeof value === "object" && key in value)
    .map(([key, of]) => mismatch(of, (value as Record<string, unknown>)[key], `${at}.${key}`))
    .join("");
}

/** Operations of MediaMTX that are not served, and why not. */
const notServed = ["POST /v3/auth/jwks/refresh"];

/** Servers that MediaMTX does not run here. */
const switchedOff = /^(rtsps(conns|sessions)|rtmps|webrtc|moq)/;

describe("OpenAPI document", function () {
  this.timeout(60_000);
  let system: ApiSystem;
  let document: Document;
  before(async () => {
    system = await startApiSystem({}, { maxRequestsPerMinute: 1_000_000 });
    await system.publish("cam");
    const { hls } = system.ports;
    await fetch(`http://127.0.0.1:${hls}/cam/index.m3u8`, {
      headers: { authorization: roles.administrator },
    });
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

  for (const { method, path, work } of routes) {
    if (method !== "GET" || work !== "read" || path.includes("{id}")) continue;
    it(`holds for the answer of GET /v3/${path}`, async () => {
      const target = `/v3/${path.replace("{name}", path.includes("config") ? "all_others" : "cam")}`;
      const query = path.includes("forward")
        ? "?path=cam&id=83c7b4a0-1084-4917-b720-919591775289"
        : "";
      const answer = await system.call(target + query, roles.administrator);
      if (switchedOff.test(path)) {
        assert.deepEqual([answer.status, answer.json().status], [404, "error"]);
        return;
      }
      const operation = mediamtx.paths[`/v3/${path}`]?.get;
      const content = operation?.responses[answer.status]?.content?.["application/json"];
      assert.ok(content, `${answer.status} is no answer of MediaMTX's document`);
      assert.equal(mismatch(content.schema, answer.json()), "");
    });
  }

  for (const group of ["rtmpconns", "hlssessions"]) {
    it(`holds for the answer of GET /v3/${group}/get/{id}`, async () => {
      const { items } = (await system.call(`/v3/${group}/list`, roles.administrator)).json();
      const answer = await system.call(`/v3/${group}/get/${items[0].id}`, roles.administrator);
      const operation = mediamtx.paths[`/v3/${group}/get/{id}`]?.get;
      const content = operation?.responses[200]?.content?.["application/json"];
      assert.equal(mismatch(content?.schema ?? assert.fail(), answer.json()), "");
    });
  }

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
