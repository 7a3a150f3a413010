import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}
export interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: Schema }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
export interface Document {
  readonly servers: readonly { url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: object;
  };
}

/** MediaMTX's own document, as published with the pinned version. */
export const mediamtx: Document = parse(
  readFileSync(join(__dirname, "../../../../third_party/mediamtx/openapi.yaml"), "utf8"),
);

/** Where a value is not of a schema; "" when it is. */
export function mismatch(schema: Schema, value: unknown, at = "$"): string {
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
