import * as z from "zod/mini";
import type { RefusalReason } from "../../../shared/authContract";
import type { Keys } from "../crypto/keys";
import type { SigningSecret } from "../crypto/signingSecret";
import { internalTokens, userClaims } from "../crypto/tokens";
import { logSkippedRows } from "../log";
import { UndecidedError } from "../undecidedError";
import { createJsonClient, type ErrorResponse, type JsonResponse } from "./jsonHttp";
import { type Lease, parseLease } from "./lease";
import { readRows } from "./leaseRows";

/** A user's session, made by a login. */
export interface Login {
  readonly token: string;
  readonly username: string;
  readonly admin: boolean;
  readonly expiresAtMs: number | null;
  /** Until when the password need not be checked again, epoch milliseconds. */
  readonly untilMs: number;
}

export interface LoginAttempt {
  readonly user: string;
  readonly password: string;
}

export interface Profile {
  readonly username: string;
  readonly admin: boolean;
}

/**
 * The calls to CloudTAK that decisions need. A refusal by CloudTAK is a value; every other failure rejects with
 * UndecidedError. Only `login` changes anything at CloudTAK: it adds a session.
 */
export interface CloudTak {
  /** The lease at a path or, for a number, with that id, regardless of who may see it. */
  lease(pathOrId: string | number): Promise<Lease | null>;
  /** The lease at a path, if this user may see it. Proves the token, whatever the path. */
  leaseAs(token: string, path: string): Promise<Lease | RefusalReason>;
  /**
   * This user's own leases with exactly this name. The user name comes from a token that CloudTAK has proved.
   */
  ownLeasesNamed(username: string, name: string): Promise<Lease[] | RefusalReason>;
  /** Leases with exactly this name that are this user's or of the user's channels; for admins of all owners. */
  leasesNamed(token: string, name: string, allOwners: boolean): Promise<Lease[] | RefusalReason>;
  /** `stale` is a token of an earlier login that CloudTAK no longer takes. */
  login(attempt: LoginAttempt, stale?: string): Promise<Login | RefusalReason>;
  profile(token: string): Promise<Profile | RefusalReason>;
  /** One page of the leases of all owners that have not expired, 100 at a time in the order of their ids. */
  liveLeases(page: number): Promise<LeasePage>;
}

export interface LeasePage {
  readonly leases: Lease[];
  readonly isLast: boolean;
  readonly skipped: SkippedRows;
}

/** Unreadable rows of a list. */
export interface SkippedRows {
  readonly count: number;
  /** Of the first few that have one. */
  readonly ids: readonly number[];
}

type Query = Readonly<Record<string, string>>;
type Fetch = (limit: number, page: number) => Promise<JsonResponse>;

const leaseTimeoutMs = 3_000;
/** CloudTAK asks TAK Server two to four times, and completes abandoned requests: each try leaves a session behind. */
const loginTimeoutMs = 20_000;
const profileTimeoutMs = 3_000;

/**
 * After this time a login is made again. With the gateway's next recheck, a changed password or a disabled
 * user is noticed within 10 minutes.
 */
export const loginLifetimeMs = 540_000;
/** A cached login ends this long before its token does. */
const tokenMarginMs = 60_000;

const maxSkippedIds = 10;
/** Pages of leases whose names match; beyond them the name is refused as ambiguous. */
const maxPages = 10;

/** CloudTAK takes "123", "007", "1e3", "0x10" and "Infinity" for ids, so no lease can be read by such a path. */
const isReadAsId = (path: string) => !Number.isNaN(Number(path)) && !(Number(path) % 1);

const hubUnreachable = 502;

const LoginBody = z.object({ token: z.string() });
const ProfileBody = z.object({ username: z.string(), system_admin: z.boolean() });
const RowWithId = z.object({ id: z.number() });

export function createCloudTakClient(
  origin: URL,
  caCertificates: string | undefined,
  secret: SigningSecret,
  now: () => number,
): CloudTak {
  const call = createJsonClient(origin, caCertificates);
  const internalToken = internalTokens();

  return {
    async lease(pathOrId) {
      if (typeof pathOrId === "string" && isReadAsId(pathOrId)) return null;
      const answer = await askInternally((token) => getLease(pathOrId, token));
      if (!answer.ok) {
        if (answer.status === 404) return null;
        throw unexpected("GET /api/video/lease/{path}", answer);
      }
      const lease = await readLease(answer.body);
      return (typeof pathOrId === "number" ? lease.id : lease.path) === pathOrId ? lease : null;
    },

    async leaseAs(token, path) {
      if (isReadAsId(path)) {
        const profile = await getProfile(token);
        return typeof profile === "string" ? profile : "no-lease";
      }
      const answer = await getLease(path, token);
      if (answer.ok) {
        const lease = await readLease(answer.body);
        return lease.path === path ? lease : "no-lease";
      }
      if (answer.status === 404) return "no-lease";
      return userRefusal("GET /api/video/lease/{path}", answer);
    },

    async ownLeasesNamed(username, name) {
      const query = queryByName(name, username);
      const found = await findNamed(name, (limit, page) =>
        askInternally((token) => listLeases(token, query, limit, page)),
      );
      if ("ok" in found) throw unexpected("GET /api/video/lease", found);
      // CloudTAK reads some user names as "all owners".
      const own = found.leases.filter(({ owner }) => owner === username);
      if (own.length === 0 && found.skipped.count > 0) {
        throw new UndecidedError("a lease of the user cannot be read; it may be the requested one");
      }
      return found.isLast ? own : "ambiguous-name";
    },

    async leasesNamed(token, name, allOwners) {
      const query = queryByName(name, allOwners ? "true" : undefined);
      const found = await findNamed(name, (limit, page) => listLeases(token, query, limit, page));
      if (!("ok" in found)) return found.isLast ? found.leases : "ambiguous-name";
      // CloudTAK's answer to a user who is in no TAK group.
      if (found.status === 500) return [];
      return userRefusal("GET /api/video/lease", found);
    },

    async login({ user, password }) {
      const startedAtMs = now();
      const answer = await call({
        method: "POST",
        path: "/api/login",
        label: "/api/login",
        // CloudTAK leaves it to its clients to lower-case e-mail addresses.
        body: { username: user.includes("@") ? user.toLowerCase() : user, password },
        timeoutMs: loginTimeoutMs,
      });
      return answer.ok ? readLogin(answer.body, startedAtMs) : loginRefusal(answer);
    },

    profile: getProfile,

    async liveLeases(page) {
      const query = { expired: "false", ephemeral: "all", impersonate: "true", sort: "id" };
      const read = await readLeases(page, (limit, number) =>
        askInternally((token) => listLeases(token, query, limit, number)),
      );
      if ("ok" in read) throw unexpected("GET /api/video/lease", read);
      return read;
    },
  };

  async function getProfile(token: string): Promise<Profile | RefusalReason> {
    const label = "/api/profile";
    const timeoutMs = profileTimeoutMs;
    const answer = await call({ method: "GET", path: label, label, token, timeoutMs });
    if (!answer.ok && answer.status === hubUnreachable) return profileWithoutHub(token);
    if (!answer.ok) return userRefusal("GET /api/profile", answer);
    const body = ProfileBody.safeParse(answer.body).data;
    if (!body) throw malformed("GET /api/profile");
    return { username: body.username, admin: body.system_admin };
  }

  /**
   * While the hub of a split deployment restarts, CloudTAK answers everything but profiles. Users keep their rights as
   * users then. Whether the token still stands is asked with the cheapest call that says so.
   */
  async function profileWithoutHub(token: string): Promise<Profile | RefusalReason> {
    const claims = userClaims(token);
    if (!claims) return "bad-credentials";
    const label = "/api/config";
    const path = `${label}?keys=map::zoom`;
    const timeoutMs = profileTimeoutMs;
    const answer = await call({ method: "GET", path, label, token, timeoutMs });
    if (!answer.ok) return userRefusal("GET /api/config", answer);
    return { username: claims.username, admin: false };
  }

  function getLease(pathOrId: string | number, token: string): Promise<JsonResponse> {
    return call({
      method: "GET",
      path: `/api/video/lease/${encodeURIComponent(pathOrId)}`,
      label: "/api/video/lease/{path}",
      token,
      timeoutMs: leaseTimeoutMs,
    });
  }

  /** A 401 to our own token means that the signing secret was rotated. */
  async function askInternally(
    ask: (token: string) => Promise<JsonResponse>,
  ): Promise<JsonResponse> {
    const askWith = async (keys: Keys) => ask(await internalToken(keys, now()));
    const keys = await secret.keys();
    let answer = await askWith(keys);
    const isUnauthorized = () => !answer.ok && answer.status === 401;
    if (isUnauthorized() && (await secret.refresh(keys))) {
      answer = await askWith(await secret.keys());
    }
    if (isUnauthorized()) throw new UndecidedError(refusedInternalToken);
    return answer;
  }

  function listLeases(token: string, query: Query, limit: number, page: number) {
    const paged = new URLSearchParams({ ...query, limit: String(limit), page: String(page) });
    return call({
      method: "GET",
      path: `/api/video/lease?${paged}`,
      label: "/api/video/lease",
      token,
      timeoutMs: leaseTimeoutMs,
    });
  }

  /** Up to {@link maxPages} pages; `isLast` is false when there are more. */
  async function findNamed(name: string, fetch: Fetch): Promise<LeasePage | ErrorResponse> {
    const leases: Lease[] = [];
    const skipped = { count: 0, ids: [] as number[] };
    for (let page = 0; page < maxPages; page++) {
      const read = await readLeases(page, fetch);
      if ("ok" in read) return read;
      leases.push(...read.leases.filter((lease) => lease.name === name));
      skipped.count += read.skipped.count;
      skipped.ids.push(...read.skipped.ids);
      if (read.isLast) return { leases, isLast: true, skipped };
    }
    return { leases, isLast: false, skipped };
  }

  /** Unreadable rows are skipped: one bad row must not hide the others. */
  async function readLeases(page: number, fetch: Fetch): Promise<LeasePage | ErrorResponse> {
    const keys = await secret.keys();
    const read = await readRows(fetch, page);
    if ("ok" in read) return read;
    const leases: Lease[] = [];
    const unreadable: unknown[] = [];
    for (const row of read.rows) {
      const lease = parseLease(keys, row);
      if (lease) leases.push(lease);
      else unreadable.push(row);
    }
    const ids = unreadable.flatMap((row) => RowWithId.safeParse(row).data?.id ?? []);
    const skipped = {
      count: unreadable.length + read.tooLong,
      ids: ids.slice(0, maxSkippedIds),
    };
    if (skipped.count > 0) logSkippedRows(skipped);
    return { leases, isLast: read.isLast, skipped };
  }

  async function readLease(body: unknown): Promise<Lease> {
    const lease = parseLease(await secret.keys(), body);
    if (!lease) throw malformed("GET /api/video/lease");
    return lease;
  }
}

/**
 * "all": the default hides a plain user's permanent leases. `filter` is a case-insensitive regular
 * expression of at most 64 characters: "." and a cut end only make it match more.
 */
const queryByName = (name: string, impersonate: string | undefined): Query => ({
  filter: `^${name}$`.slice(0, 64),
  expired: "all",
  ephemeral: "all",
  ...(impersonate === undefined ? {} : { impersonate }),
});

function readLogin(body: unknown, startedAtMs: number): Login {
  const token = LoginBody.safeParse(body).data?.token ?? "";
  const claims = userClaims(token);
  if (!claims) throw malformed("POST /api/login");
  const tokenEndMs = (claims.expiresAtMs ?? Number.POSITIVE_INFINITY) - tokenMarginMs;
  return { token, ...claims, untilMs: Math.min(startedAtMs + loginLifetimeMs, tokenEndMs) };
}

/** CloudTAK answers a wrong password with 400, and with 400 as well when TAK Server cannot be reached. */
function loginRefusal(answer: ErrorResponse): RefusalReason {
  if (answer.status === 403) return "sso-enforced";
  if (answer.status === 400 && /(incorrect|invalid) username or password/i.test(answer.message)) {
    return "bad-credentials";
  }
  throw unexpected("POST /api/login", answer);
}

/** 400 is "not yours" only with this message; otherwise TAK Server could not say the user's channels. */
function userRefusal(label: string, answer: ErrorResponse): RefusalReason {
  if (answer.status === 401) return "bad-credentials";
  if (answer.status === 403) return "not-permitted";
  if (answer.status === 400 && answer.message.startsWith("You can only access a lease")) {
    return "not-permitted";
  }
  throw unexpected(label, answer);
}

const malformed = (label: string) =>
  new UndecidedError(`CloudTAK ${label} answered 200 with other fields than its API promises`);

/** CloudTAK's message is left out: it may repeat what the client sent. */
const unexpected = (label: string, { status }: ErrorResponse) =>
  new UndecidedError(`CloudTAK ${label} answered ${status}; see CloudTAK's log`);

const refusedInternalToken =
  "CloudTAK GET /api/video/lease answered 401 to the internal token; " +
  "does CLOUDTAK_SIGNING_SECRET_ARN name this CloudTAK's SigningSecret?";
