import { authModes } from "../../../shared/authContract";

/** Operations that MediaMTX does not have. */
interface OwnOperation {
  readonly path: string;
  readonly method: "get" | "post" | "patch" | "delete";
  readonly operation: Readonly<Record<string, unknown>>;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ "application/json": { schema } });
const answer = (description: string, schema: object) => ({ description, content: json(schema) });
const body = (schema: object) => ({ required: true, content: json(schema) });

const name = (key: string, description: string) => ({
  name: key,
  in: "path",
  required: true,
  description,
  schema: { type: "string", pattern: "^[0-9A-Za-z_.-]+(/[0-9A-Za-z_.-]+)*$", maxLength: 255 },
});

const query = (key: string, description: string, schema: object) => ({
  name: key,
  in: "query",
  description,
  schema,
});

const okAnswer = { 200: answer("done", ref("OK")) };
const badRequest = { 400: answer("faulty request", ref("Error")) };
const notFound = { 404: answer("not found", ref("Error")) };
const pathKey = name("path", "the lease's path");

const lease = {
  type: "object",
  properties: {
    name: { type: "string" },
    source: {
      type: "string",
      nullable: true,
      description:
        "where to pull the stream from: a public rtsp(s), rtmp(s), srt or http(s) address",
    },
    record: { type: "boolean" },
  },
};

const who = {
  type: "object",
  properties: {
    subject: { type: "string" },
    admin: { type: "boolean" },
    authMode: { type: "string", enum: [...authModes] },
  },
};

const cloudtak = { tags: ["CloudTAK"] };
const page = { tags: ["Web page"] };

export const gatewayOperations: readonly OwnOperation[] = [
  {
    path: "/v3/paths/kick/{name}",
    method: "post",
    operation: {
      operationId: "pathsKick",
      tags: ["Paths"],
      summary: "ends the publisher and all readers of a path, on every protocol.",
      parameters: [
        name("name", "lease path, or name of a lease"),
        query("readers", "ends the readers only", { type: "string", enum: ["only"] }),
        query("blockSeconds", "refuses those who were ended for so long", {
          type: "integer",
          minimum: 1,
          maximum: 86_400,
        }),
      ],
      responses: {
        200: answer("what was ended", {
          type: "object",
          properties: {
            status: { type: "string" },
            publishers: { type: "integer" },
            readers: { type: "integer" },
          },
        }),
        ...badRequest,
        ...notFound,
        409: answer("no client publishes or watches", ref("Error")),
      },
    },
  },
  {
    path: "/path",
    method: "get",
    operation: {
      ...cloudtak,
      operationId: "cloudtakPaths",
      summary: "lists live paths.",
      responses: { 200: answer("paths", ref("PathList")), ...badRequest },
    },
  },
  {
    path: "/path",
    method: "post",
    operation: {
      ...cloudtak,
      operationId: "cloudtakPathAdd",
      summary: "announces a lease.",
      requestBody: body({ ...lease, required: ["name"] }),
      responses: { ...okAnswer, ...badRequest },
    },
  },
  {
    path: "/path/{path}",
    method: "get",
    operation: {
      ...cloudtak,
      operationId: "cloudtakPath",
      summary: "returns a path.",
      parameters: [pathKey],
      responses: { 200: answer("path", ref("Path")), ...badRequest, ...notFound },
    },
  },
  {
    path: "/path/{path}",
    method: "patch",
    operation: {
      ...cloudtak,
      operationId: "cloudtakPathChange",
      summary: "changes source or recording of a lease.",
      parameters: [pathKey],
      requestBody: body(lease),
      responses: { ...okAnswer, ...badRequest, ...notFound },
    },
  },
  {
    path: "/path/{path}",
    method: "delete",
    operation: {
      ...cloudtak,
      operationId: "cloudtakPathDelete",
      summary: "ends a lease and its sessions.",
      parameters: [pathKey],
      responses: { ...okAnswer, ...notFound },
    },
  },
  {
    path: "/stream/{path}/index.m3u8",
    method: "get",
    operation: {
      ...cloudtak,
      operationId: "stream",
      summary: "plays a stream by HLS; the URLs in the playlist hold the session.",
      parameters: [pathKey],
      responses: {
        200: {
          description: "playlist",
          content: { "application/vnd.apple.mpegurl": { schema: { type: "string" } } },
        },
        ...badRequest,
        404: { description: "no such stream, or not live" },
      },
    },
  },
  {
    path: "/session",
    method: "get",
    operation: {
      ...page,
      operationId: "sessionGet",
      summary: "says who is signed in.",
      responses: { 200: answer("who", who) },
    },
  },
  {
    path: "/session",
    method: "post",
    operation: {
      ...page,
      operationId: "sessionOpen",
      summary: "signs in; sets a cookie.",
      security: [],
      requestBody: body({
        type: "object",
        required: ["user", "password"],
        properties: { user: { type: "string" }, password: { type: "string" } },
      }),
      responses: { 200: answer("who", who), ...badRequest },
    },
  },
  {
    path: "/session",
    method: "delete",
    operation: {
      ...page,
      operationId: "sessionClose",
      summary: "signs out.",
      security: [],
      responses: okAnswer,
    },
  },
];
