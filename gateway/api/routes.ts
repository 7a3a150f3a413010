import { isStreamName } from "../../lambda/auth/contract";

/** A read call of MediaMTX's API, rebuilt from what the client asked. */
export interface ReadCall {
  /** Path and query for MediaMTX. */
  readonly target: string;
  /** Whom it is for: only administrators, or everybody who is signed in. */
  readonly audience: "administrators" | "users";
}

/** Why a request is none: unknown route or name, or a faulty query. */
export interface ReadFault {
  readonly status: 400 | 404;
  readonly error: string;
}

type Parameter = "page" | "itemsPerPage" | "path" | "id";

interface Route {
  /** Path behind `/v3/`; `{name}` is a path name with slashes, `{id}` a UUID. */
  readonly path: string;
  readonly query?: readonly Parameter[];
  readonly audience?: ReadCall["audience"];
}

const paging = ["page", "itemsPerPage"] as const;

const connections = [
  ...["rtspconns", "rtspsessions", "rtspsconns", "rtspssessions", "rtmpconns", "rtmpsconns"],
  ...["srtconns", "webrtcsessions", "moqsessions", "hlssessions"],
];

/** Every read call of MediaMTX 1.20's API (api/openapi.yaml). */
const routes: readonly Route[] = [
  { path: "info", audience: "users" },
  { path: "config/global/get" },
  { path: "config/pathdefaults/get" },
  { path: "config/paths/list", query: paging },
  { path: "config/paths/get/{name}" },
  { path: "paths/list", query: paging },
  { path: "paths/get/{name}" },
  { path: "paths/forward/list", query: ["path", ...paging] },
  { path: "paths/forward/get", query: ["path", "id"] },
  { path: "hlsmuxers/list", query: paging },
  { path: "hlsmuxers/get/{name}" },
  { path: "recordings/list", query: paging },
  { path: "recordings/get/{name}" },
  ...connections.flatMap((group): Route[] => [
    { path: `${group}/list`, query: paging },
    { path: `${group}/get/{id}` },
  ]),
];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const maxItemsPerPage = 1_000;

/** What a query parameter may be, and the words for when it is not. */
const parameters: Readonly<Record<Parameter, { valid(value: string): boolean; words: string }>> = {
  page: { valid: (value) => /^\d{1,9}$/.test(value), words: "a number from 0" },
  itemsPerPage: {
    valid: (value) =>
      /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= maxItemsPerPage,
    words: `a number from 1 to ${maxItemsPerPage}`,
  },
  path: { valid: isStreamName, words: "a path name" },
  id: { valid: (value) => uuid.test(value), words: "a UUID" },
};

/**
 * Finds the read call that a request target (`/v3/paths/list?page=1`) stands for. Names are decoded
 * once and checked; parameters that MediaMTX does not know are dropped.
 */
export function parseReadCall(target: string): ReadCall | ReadFault {
  const url = target.split("?", 1)[0] ?? "";
  const path = decode(url);
  const found = path?.startsWith("/v3/") ? match(path.slice("/v3/".length)) : undefined;
  if (!found) return { status: 404, error: "not found" };

  const given = new URLSearchParams(target.slice(url.length));
  const query = new URLSearchParams();
  const faults: string[] = [];
  for (const name of found.route.query ?? []) {
    const value = given.get(name);
    if (value === null) continue;
    if (parameters[name].valid(value)) query.set(name, value);
    else faults.push(`${name} must be ${parameters[name].words}`);
  }
  if (faults.length > 0) return { status: 400, error: faults.join("; ") };
  const suffix = query.size > 0 ? `?${query}` : "";
  return {
    target: `/v3/${found.path}${suffix}`,
    audience: found.route.audience ?? "administrators",
  };
}

/** The route and its path with the client's name or id in it: only characters that need no escape. */
function match(path: string): { route: Route; path: string } | undefined {
  for (const route of routes) {
    const brace = route.path.indexOf("{");
    if (brace === -1) {
      if (route.path === path) return { route, path };
      continue;
    }
    const prefix = route.path.slice(0, brace);
    if (!path.startsWith(prefix)) continue;
    const valid = route.path.endsWith("{id}") ? parameters.id.valid : isStreamName;
    return valid(path.slice(prefix.length)) ? { route, path } : undefined;
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
