import * as z from "zod/mini";
import type { RefusalReason } from "./contract";
import { createHttp, type JsonAnswer } from "./http";
import type { Keys } from "./keys";
import { type Lease, parseLease } from "./lease";
import type { SigningSecret } from "./secret";
import { internalTokens, userClaims } from "./token";
import { Undecided } from "./undecided";

/** A user's session, made by a login. */
export interface Login {
  readonly token: string;
  readonly username: string;
  readonly admin: boolean;
  readonly expiresAtMs: number | null;
  /** Until when it stands in for asking about the password again, epoch milliseconds. */
  readonly untilMs: number;
}

/** Somebody's try at a login. */
export interface LoginAttempt {
  readonly user: string;
  readonly password: string;
  /** Client's IP address; null when it is not a client's try but our own of a login that was good before. */
  readonly address: string | null;
}

export interface Profile {
  readonly username: string;
  readonly admin: boolean;
}

/**
 * CloudTAK's answers, as far as decisions need them. A refusal by CloudTAK is a value; what is no answer
 * rejects with Undecided. Nothing here makes CloudTAK change anything but login, which adds a session.
 */
export interface CloudTak {
  /** The lease at a path or, for a number, with that id, whoever may see it. */
  lease(pathOrId: string | number): Promise<Lease | null>;
  /** The lease at a path, if this user may see it. */
  leaseAs(token: string, path: string): Promise<Lease | RefusalReason>;
  /** Leases with exactly this name that are this user's or of the user's channels; of everybody for admins. */
  leasesNamed(token: string, name: string, everybody: boolean): Promise<Lease[] | RefusalReason>;
  /** `stale` is a token of an earlier login that CloudTAK no longer takes. */
  login(attempt: LoginAttempt, stale?: string): Promise<Login | RefusalReason>;
  profile(token: string): Promise<Profile | RefusalReason>;
  /** One page of everybody's leases that have not expired, 100 at a time in the order of their ids. */
  liveLeases(page: number): Promise<{ readonly leases: Lease[]; readonly isLast: boolean }>;
}

const leaseTimeoutMs = 3_000;
const loginTimeoutMs = 5_000;
const profileTimeoutMs = 3_000;

/**
 * After this time a login is made again. With the gateway's next recheck, a changed password or a disabled
 * user is noticed within 10 minutes.
 */
const loginLifeMs = 540_000;
/** A cached login ends this long before its token does. */
const tokenMarginMs = 60_000;

const pageSize = 100;
/** More leases than this under names alike is nobody's honest use; which one is meant cannot be told. */
const maxPages = 10;

/** CloudTAK takes "123", "007", "1e3" and "0x10" for ids, so no lease can be read by such a path. */
const isReadAsId = (path: string) => Number.isInteger(Number(path));

const LoginBody = z.object({ token: z.string() });
const ProfileBody = z.object({ username: z.string(), system_admin: z.boolean() });
const ListBody = z.object({ total: z.number(), items: z.array(z.unknown()) });
const ErrorBody = z.object({ message: z.string() });

export function createCloudTak(origin: URL, secret: SigningSecret, now: () => number): CloudTak {
  const call = createHttp(origin);
  const internalToken = internalTokens();

  return {
    async lease(pathOrId) {
      if (typeof pathOrId === "string" && isReadAsId(pathOrId)) return null;
      const answer = await askInternally((token) => getLease(pathOrId, token));
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw unexpected("GET /api/video/lease/{path}", answer);
      const lease = await readLease(answer.body);
      return (typeof pathOrId === "number" ? lease.id : lease.path) === pathOrId ? lease : null;
    },

    async leaseAs(token, path) {
      if (isReadAsId(path)) return "no-lease";
      const answer = await getLease(path, token);
      if (answer.status === 200) {
        const lease = await readLease(answer.body);
        return lease.path === path ? lease : "no-lease";
      }
      if (answer.status === 404) return "no-lease";
      return userRefusal("GET /api/video/lease/{path}", answer);
    },

    async leasesNamed(token, name, everybody) {
      const found: Lease[] = [];
      for (let page = 0; page < maxPages; page++) {
        const answer = await listLeases(token, queryByName(name, everybody), page);
        if (answer.status !== 200) return userRefusal("GET /api/video/lease", answer);
        const { leases, isLast } = await readList(answer.body);
        found.push(...leases.filter((lease) => lease.name === name));
        if (isLast) return found;
      }
      return "ambiguous-name";
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
      if (answer.status === 200) return readLogin(answer.body, startedAtMs);
      return loginRefusal(answer);
    },

    async profile(token) {
      const label = "/api/profile";
      const timeoutMs = profileTimeoutMs;
      const answer = await call({ method: "GET", path: label, label, token, timeoutMs });
      if (answer.status !== 200) return userRefusal("GET /api/profile", answer);
      const body = ProfileBody.safeParse(answer.body).data;
      if (!body) throw malformed("GET /api/profile");
      return { username: body.username, admin: body.system_admin };
    },

    async liveLeases(page) {
      const query = { expired: "false", ephemeral: "all", impersonate: "true", sort: "id" };
      const answer = await askInternally((token) => listLeases(token, query, page));
      if (answer.status !== 200) throw unexpected("GET /api/video/lease", answer);
      return readList(answer.body);
    },
  };

  function getLease(pathOrId: string | number, token: string): Promise<JsonAnswer> {
    return call({
      method: "GET",
      path: `/api/video/lease/${encodeURIComponent(pathOrId)}`,
      label: "/api/video/lease/{path}",
      token,
      timeoutMs: leaseTimeoutMs,
    });
  }

  /** A 401 to our own token means that the signing secret was rotated. */
  async function askInternally(ask: (token: string) => Promise<JsonAnswer>): Promise<JsonAnswer> {
    const askWith = async (keys: Keys) => ask(await internalToken(keys, now()));
    const keys = await secret.keys();
    let answer = await askWith(keys);
    if (answer.status === 401 && (await secret.refresh(keys))) {
      answer = await askWith(await secret.keys());
    }
    if (answer.status === 401) throw new Undecided(refusedInternalToken);
    return answer;
  }

  function listLeases(token: string, query: Record<string, string>, page: number) {
    const paged = new URLSearchParams({ ...query, limit: String(pageSize), page: String(page) });
    return call({
      method: "GET",
      path: `/api/video/lease?${paged}`,
      label: "/api/video/lease",
      token,
      timeoutMs: leaseTimeoutMs,
    });
  }

  async function readList(body: unknown): Promise<{ leases: Lease[]; isLast: boolean }> {
    const list = ListBody.safeParse(body).data;
    if (!list) throw malformed("GET /api/video/lease");
    const leases = await Promise.all(list.items.map(readLease));
    return { leases, isLast: leases.length < pageSize };
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
const queryByName = (name: string, everybody: boolean): Record<string, string> => ({
  filter: `^${name}$`.slice(0, 64),
  expired: "all",
  ephemeral: "all",
  ...(everybody ? { impersonate: "true" } : {}),
});

function readLogin(body: unknown, startedAtMs: number): Login {
  const token = LoginBody.safeParse(body).data?.token ?? "";
  const claims = userClaims(token);
  if (!claims) throw malformed("POST /api/login");
  const tokenEndMs = (claims.expiresAtMs ?? Number.POSITIVE_INFINITY) - tokenMarginMs;
  return { token, ...claims, untilMs: Math.min(startedAtMs + loginLifeMs, tokenEndMs) };
}

/** CloudTAK answers a wrong password with 400, and with 400 as well when TAK Server cannot be reached. */
function loginRefusal(answer: JsonAnswer): RefusalReason {
  if (answer.status === 403) return "sso-enforced";
  if (answer.status === 400 && /(incorrect|invalid) username or password/i.test(message(answer))) {
    return "bad-credentials";
  }
  throw unexpected("POST /api/login", answer);
}

/** 400 is "not yours" only with this message; otherwise TAK Server could not say the user's channels. */
function userRefusal(label: string, answer: JsonAnswer): RefusalReason {
  if (answer.status === 401) return "bad-credentials";
  if (answer.status === 403) return "not-permitted";
  if (answer.status === 400 && message(answer).startsWith("You can only access a lease")) {
    return "not-permitted";
  }
  throw unexpected(label, answer);
}

const message = ({ body }: JsonAnswer) => ErrorBody.safeParse(body).data?.message ?? "";

const malformed = (label: string) =>
  new Undecided(`CloudTAK ${label} answered 200 with other fields than its API promises`);

/** CloudTAK's message is left out: it may repeat what the client sent. */
const unexpected = (label: string, { status }: JsonAnswer) =>
  new Undecided(`CloudTAK ${label} answered ${status}; see CloudTAK's log`);

const refusedInternalToken =
  "CloudTAK GET /api/video/lease answered 401 to the internal token; " +
  "does CLOUDTAK_SIGNING_SECRET_ARN name this CloudTAK's SigningSecret?";
