import * as z from "zod";
import { product } from "../product";
import { settings } from "./configuration";
import { gatewayOperations } from "./gatewayOperations";
import { maxItemsPerPage, type Route, routes } from "./routes";

type Json = Readonly<Record<string, unknown>>;

/** MediaMTX's own document, as far as it is read here. */
export interface MediamtxDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json | undefined>>>>;
  readonly components: { readonly schemas: Json };
}

interface Parameter extends Json {
  readonly name: string;
  readonly schema?: Json;
}

const description = `Streams of this media server. MediaMTX's v3 API as it is served here, CloudTAK's calls, and the web page's
session. Sign in with a CloudTAK user name and password, or a CloudTAK token as password or Bearer token. Users see
and end the streams that CloudTAK shows them; administrators see and do everything. Secrets are shown as
\`<redacted>\`. The descriptions of MediaMTX's calls are MediaMTX's, under the
[MIT licence](/assets/licences.txt).`;

const text = (words: string): Json => ({ description: words });

/** What every call may answer. */
const commonResponses: Json = {
  401: text("no credentials, or wrong ones"),
  403: text("this caller may not do this"),
  404: text("there is no such thing, or MediaMTX has this server switched off"),
  429: text("too many requests; Retry-After says when to come back"),
  503: text("MediaMTX or CloudTAK does not answer; Retry-After says when to come back"),
};

/**
 * The OpenAPI document of what is served: MediaMTX's operations as far as they are, and ours. The server's URL is
 * relative, so that it is right under every name by which the document is fetched.
 */
export function openApiDocument(mediamtx: MediamtxDocument): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const add = (path: string, method: string, operation: Json) => {
    const responses = { ...commonResponses, ...(operation.responses as Json) };
    paths[path] = { ...paths[path], [method]: { ...operation, responses } };
  };
  for (const route of routes) {
    const path = `/v3/${route.path}`;
    const method = route.method.toLowerCase();
    const operation = mediamtx.paths[path]?.[method];
    if (operation) add(path, method, served(route, operation));
  }
  for (const { path, method, operation } of gatewayOperations) add(path, method, operation);
  return {
    openapi: "3.0.0",
    info: {
      title: "TAK media server",
      version: product.version,
      description,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: { ...mediamtx.components.schemas, ...codecProperties(mediamtx) },
      securitySchemes: {
        basic: { type: "http", scheme: "basic" },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}

/**
 * MediaMTX says that exactly one of its schemas of codecs fits, but none of them demands a property, so that several do.
 */
const codecProperties = ({ components: { schemas } }: MediamtxDocument): Json => ({
  PathTrackCodecProps: { anyOf: (schemas.PathTrackCodecProps as Json).oneOf },
});

/** An operation with the limits that hold here. */
function served(route: Route, operation: Json): Json {
  const parameters = ((operation.parameters ?? []) as Parameter[]).map((parameter) =>
    parameter.name === "itemsPerPage"
      ? { ...parameter, schema: { ...parameter.schema, minimum: 1, maximum: maxItemsPerPage } }
      : parameter,
  );
  const setting = settings[route.path];
  const audience = { administrators: "For administrators.", streams: "", everybody: "" };
  return {
    ...operation,
    description: `${operation.description ?? ""} ${audience[route.audience]}`.trim(),
    ...(operation.parameters ? { parameters } : {}),
    ...(setting && operation.requestBody ? { requestBody: bodyOf(setting) } : {}),
  };
}

const bodyOf = (setting: z.ZodType<object>): Json => ({
  required: true,
  content: {
    "application/json": { schema: z.toJSONSchema(setting, { target: "openapi-3.0" }) },
  },
});
