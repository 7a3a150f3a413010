import type { FastifyInstance } from "fastify";
import { type Lease, leaseColumns } from "../data";
import { ApiError } from "../errors";
import { authenticate, authenticateUser, findUser, type State } from "../state";
import type { Caller } from "../tokens";

type AllBoolean = "true" | "false" | "all";
interface ListQuery {
  impersonate?: boolean | string;
  limit: number;
  page: number;
  order: "asc" | "desc";
  sort: keyof Lease;
  expired: AllBoolean;
  ephemeral: AllBoolean;
  filter: string;
}

const allBoolean = { type: "string", enum: ["true", "false", "all"], default: "false" };
const Query = {
  type: "object",
  properties: {
    impersonate: { anyOf: [{ type: "boolean" }, { type: "string" }] },
    limit: { type: "integer", default: 10, minimum: 1, maximum: 100 },
    page: { type: "integer", default: 0, minimum: 0 },
    order: { type: "string", enum: ["asc", "desc"], default: "asc" },
    sort: { type: "string", enum: leaseColumns, default: "created" },
    expired: allBoolean,
    ephemeral: allBoolean,
    filter: { type: "string", default: "", maxLength: 64 },
  },
};

/** Coercion tries the integer first: "7", "007" and "0x7" are all lease number 7. */
export const LeaseKey = {
  type: "object",
  properties: { lease: { anyOf: [{ type: "integer" }, { type: "string" }] } },
};

/** GET /api/video/lease and GET /api/video/lease/{path or id}. */
export function leaseRoutes(app: FastifyInstance, state: State): void {
  app.get<{ Querystring: ListQuery }>(
    "/api/video/lease",
    { schema: { querystring: Query } },
    async (request) => {
      const caller = authenticate(state, request, "lease");
      const rows = listFor(state, caller, request.query, () => authenticateUser(state, request));
      return page(rows, request.query);
    },
  );

  app.get<{ Params: { lease: string | number } }>(
    "/api/video/lease/:lease",
    { schema: { params: LeaseKey } },
    async (request) => {
      const caller = authenticate(state, request, "lease");
      const lease = findLease(state, caller, request.params.lease);
      return shown(lease);
    },
  );
}

/** The lease of a path or id, if this caller may see it. */
export function findLease(state: State, caller: Caller, pathOrId: string | number): Lease {
  const key = typeof pathOrId === "number" ? "id" : "path";
  // PostgreSQL's integer is out of range.
  if (key === "id" && !(Math.abs(Number(pathOrId)) < 2 ** 31)) {
    throw new ApiError(500, "Internal Server Error");
  }
  const lease = state.data().leases.find((row) => row[key] === pathOrId);
  if (!lease) throw new ApiError(404, "Item Not Found");
  if (!maySee(state, caller, lease)) {
    throw new ApiError(
      400,
      "You can only access a lease you created or that is assigned to a channel you are in",
    );
  }
  return lease;
}

/** The row as CloudTAK's response validator leaves it: most NULLs are coerced, and timestamps are PostgreSQL's text. */
export const shown = (lease: Lease) => ({
  ...lease,
  created: timestamp(lease.created),
  updated: timestamp(lease.updated),
  expiration: lease.expiration === null ? null : timestamp(lease.expiration),
  username: lease.username ?? "",
  connection: lease.connection ?? 0,
  layer: lease.layer ?? 0,
  source_id: lease.source_id ?? "",
  stream_user: lease.stream_user ?? "",
  stream_pass: lease.stream_pass ?? "",
  read_user: lease.read_user ?? "",
  read_pass: lease.read_pass ?? "",
});

const timestamp = (iso: string) =>
  new Date(iso).toISOString().replace("T", " ").replace("Z", "+00");

function maySee(state: State, caller: Caller, lease: Lease): boolean {
  if (caller.kind === "resource" || caller.access === "admin") return true;
  if (lease.username === caller.email) return true;
  return lease.share && isInChannel(findUser(state, caller.email).groups, lease);
}

const isInChannel = (groups: readonly string[], lease: Lease) =>
  lease.channel !== null && groups.includes(lease.channel);

/**
 * Without impersonation a resource token is refused, `share` does not matter, NULL is never "not expired", and for a user
 * in no TAK group CloudTAK's SQL is invalid.
 */
function listFor(
  state: State,
  caller: Caller,
  query: ListQuery,
  requireUser: () => { email: string },
): Lease[] {
  // In PostgreSQL "." matches a line break, too.
  const filter = new RegExp(query.filter, "is");
  const rows = state
    .data()
    .leases.filter(
      (lease) =>
        filter.test(lease.name) &&
        (query.ephemeral === "all" || lease.ephemeral === (query.ephemeral === "true")),
    );
  const { impersonate } = query;
  if (impersonate && (caller.kind === "resource" || caller.access === "admin")) {
    return rows.filter(
      (lease) =>
        isAsked(lease, query.expired, true, state.tokens.now()) &&
        (impersonate === true || lease.username === impersonate),
    );
  }
  const { email } = requireUser();
  const { groups } = findUser(state, email);
  if (groups.length === 0) throw new ApiError(500, "Internal Server Error");
  return rows.filter(
    (lease) =>
      isAsked(lease, query.expired, false, state.tokens.now()) &&
      (lease.username === email || isInChannel(groups, lease)),
  );
}

function isAsked(
  lease: Lease,
  expired: AllBoolean,
  permanentIsLive: boolean,
  nowMs: number,
): boolean {
  if (expired === "all") return true;
  if (lease.expiration === null) return expired === "false" && permanentIsLive;
  return Date.parse(lease.expiration) < nowMs === (expired === "true");
}

function page(rows: Lease[], { sort, order, limit, page }: ListQuery) {
  const direction = order === "asc" ? 1 : -1;
  const sorted = [...rows].sort((a, b) => direction * (compare(a[sort], b[sort]) || a.id - b.id));
  const items = sorted.slice(page * limit, (page + 1) * limit);
  return { total: rows.length, items: items.map((lease) => ({ ...shown(lease), active: false })) };
}

function compare(a: Lease[keyof Lease], b: Lease[keyof Lease]): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""));
}
