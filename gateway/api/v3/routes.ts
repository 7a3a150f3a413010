import { isStreamName } from "../../../shared/authContract";
import { decodeUriComponent } from "../../../shared/parse";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** What is done with a call. All but `kickPath` go to MediaMTX's call of the same name. */
export type Handler = "read" | "kickPath" | "kickSession" | "configure" | "deleteSegment";

/**
 * Whom a call is for: everybody who is signed in; users as far as they may see the streams in its answer;
 * or administrators only.
 */
export type Audience = "everybody" | "streams" | "administrators";

type Parameter = "page" | "itemsPerPage" | "path" | "id" | "start" | "readers" | "blockSeconds";

/** A call of the v3 API that is served. */
export interface Route {
  readonly method: Method;
  /** Path behind `/v3/`; `{name}` is a path name with slashes, `{id}` a UUID. */
  readonly path: string;
  readonly handler: Handler;
  readonly audience: Audience;
  readonly query: readonly Parameter[];
  /** With audience "streams": the field of an item that holds its lease path. */
  readonly streamField: "name" | "path";
}

/** A call, rebuilt from what the client asked. */
export interface ApiCall {
  readonly route: Route;
  /** Path name or id out of the URL, "" when the route has none. */
  readonly subject: string;
  /** Checked values of the parameters that the route knows. */
  readonly query: URLSearchParams;
}

/** Why a request is not a call: unknown route or name, another method, or an invalid query. */
export interface ApiCallError {
  readonly status: 400 | 404 | 405;
  readonly error: string;
  /** With 405: the methods that there are. */
  readonly allow?: string;
}

const route = (
  method: Method,
  path: string,
  audience: Audience,
  over: Partial<Route> = {},
): Route => ({ method, path, audience, handler: "read", query: [], streamField: "path", ...over });

const paging = ["page", "itemsPerPage"] as const;

/** Lists with one call for all and one for an item. */
const lists = (
  group: string,
  key: "{id}" | "{name}",
  audience: Audience,
  over?: Partial<Route>,
) => [
  route("GET", `${group}/list`, audience, { query: paging, ...over }),
  route("GET", `${group}/get/${key}`, audience, over),
];

/** What MediaMTX serves clients with; each is tied to a path and can be ended. */
const sessions = [
  ...["rtspsessions", "rtspssessions", "rtmpconns", "rtmpsconns"],
  ...["srtconns", "webrtcsessions", "moqsessions", "hlssessions"],
].flatMap((group) => [
  ...lists(group, "{id}", "streams"),
  route("POST", `${group}/kick/{id}`, "streams", { handler: "kickSession" }),
]);

const configure = { handler: "configure" } as const;

/**
 * The calls of MediaMTX 1.20's API (api/openapi.yaml) without `auth/jwks/refresh`, which has nothing to
 * refresh here, and with `paths/kick/{name}`, which MediaMTX does not have.
 */
export const routes: readonly Route[] = [
  route("GET", "info", "everybody"),
  route("GET", "config/global/get", "administrators"),
  route("PATCH", "config/global/patch", "administrators", configure),
  route("GET", "config/pathdefaults/get", "administrators"),
  route("PATCH", "config/pathdefaults/patch", "administrators", configure),
  ...lists("config/paths", "{name}", "administrators"),
  route("POST", "config/paths/add/{name}", "administrators", configure),
  route("PATCH", "config/paths/patch/{name}", "administrators", configure),
  route("POST", "config/paths/replace/{name}", "administrators", configure),
  route("DELETE", "config/paths/delete/{name}", "administrators", configure),
  ...lists("paths", "{name}", "streams", { streamField: "name" }),
  route("POST", "paths/kick/{name}", "streams", {
    handler: "kickPath",
    query: ["readers", "blockSeconds"],
  }),
  route("GET", "paths/forward/list", "administrators", { query: ["path", ...paging] }),
  route("GET", "paths/forward/get", "administrators", { query: ["path", "id"] }),
  ...lists("hlsmuxers", "{name}", "streams"),
  ...sessions,
  ...lists("rtspconns", "{id}", "administrators"),
  ...lists("rtspsconns", "{id}", "administrators"),
  ...lists("recordings", "{name}", "streams", { streamField: "name" }),
  route("DELETE", "recordings/deletesegment", "administrators", {
    handler: "deleteSegment",
    query: ["path", "start"],
  }),
];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

export const maxItemsPerPage = 1_000;
/** A block prevents an immediate reconnect; to exclude a client for longer, change the lease. */
const maxBlockSeconds = 86_400;

const numberFrom = (from: number, to: number) => ({
  valid: (value: string) => /^\d{1,9}$/.test(value) && Number(value) >= from && Number(value) <= to,
  words: `a number from ${from} to ${to}`,
});

/** What a query parameter may be, and the words for when it is not. */
export const parameters: Readonly<
  Record<Parameter, { valid(value: string): boolean; words: string }>
> = {
  page: { valid: (value) => /^\d{1,9}$/.test(value), words: "a number from 0" },
  itemsPerPage: numberFrom(1, maxItemsPerPage),
  path: { valid: isStreamName, words: "a path name" },
  id: { valid: (value) => uuid.test(value), words: "a UUID" },
  start: { valid: (value) => rfc3339.test(value), words: "a time such as 2030-01-31T08:00:00Z" },
  readers: { valid: (value) => value === "only", words: "only" },
  blockSeconds: numberFrom(1, maxBlockSeconds),
};

/**
 * Finds the call that a request (`GET`, `/v3/paths/list?page=1`) stands for. Names are decoded once and
 * checked; parameters that the call does not have are dropped.
 */
export function parseCall(method: string, target: string): ApiCall | ApiCallError {
  const url = target.split("?", 1)[0] ?? "";
  const path = decodeUriComponent(url);
  const matches = path?.startsWith("/v3/") ? match(path.slice("/v3/".length)) : [];
  if (matches.length === 0) return { status: 404, error: "not found" };
  const wanted = method === "HEAD" ? "GET" : method;
  const found = matches.find((one) => one.route.method === wanted);
  if (!found) {
    const allow = matches.map((one) => one.route.method).join(", ");
    return { status: 405, error: `method not allowed; allowed: ${allow}`, allow };
  }
  const query = new URLSearchParams();
  const faults: string[] = [];
  const given = new URLSearchParams(target.slice(url.length));
  for (const name of found.route.query) {
    const value = given.get(name);
    if (value === null) continue;
    if (parameters[name].valid(value)) query.set(name, value);
    else faults.push(`${name} must be ${parameters[name].words}`);
  }
  return faults.length > 0 ? { status: 400, error: faults.join("; ") } : { ...found, query };
}

/** Path and query for MediaMTX. Names and ids have only characters that need no escape. */
export function targetOf({ route, subject, query }: ApiCall, name = subject): string {
  const path = route.path.replace(/\{\w+\}/, name);
  return `/v3/${path}${query.size > 0 ? `?${query}` : ""}`;
}

/** The routes of a path whatever the method, with the client's name or id. */
function match(path: string): { route: Route; subject: string }[] {
  return routes.flatMap((route) => {
    const brace = route.path.indexOf("{");
    if (brace === -1) return route.path === path ? [{ route, subject: "" }] : [];
    if (!path.startsWith(route.path.slice(0, brace))) return [];
    const subject = path.slice(brace);
    const valid = route.path.endsWith("{id}") ? parameters.id.valid : isStreamName;
    return valid(subject) ? [{ route, subject }] : [];
  });
}
