import type { CloudTak } from "./cloudtak";
import { isStreamName, type Question, type RefusalReason } from "./contract";
import type { Grant } from "./grant";
import { fingerprint, type Keys } from "./keys";
import { hasExpired, type Lease, opensLease, refusalByState } from "./lease";
import { askAs, leaseIdOf, type UserCredential, type UserSession } from "./userSession";

/** More live leases of one name than anybody needs; they are not asked for one by one. */
const maxNamesakes = 8;

/**
 * Whether a client with credentials may publish, read or play back (an open lease needs a user who may see
 * it). In this order: the lease stands at that path or, only if there is none, bears that name;
 * its state allows the action to somebody; the credentials are the lease's own, or those of a user to whom
 * CloudTAK shows the lease.
 */
export async function decideStream(
  cloudtak: CloudTak,
  keys: Keys,
  { action, stream }: Question,
  credential: UserCredential,
  nowMs: number,
): Promise<Grant | RefusalReason> {
  const lease = await cloudtak.lease(stream);
  const refusal = lease && refusalByState(lease, action, nowMs);
  if (refusal) return refusal;

  if (credential.kind === "password") {
    const pair = fingerprint(keys, credential.user, credential.password);
    const own = lease ?? (await leaseOfCredentials(credential.user));
    if (own && opensLease(own, action, pair)) {
      return refusalByState(own, action, nowMs) ?? grantByLease(own, pair);
    }
    if (leaseIdOf(credential.user) !== null) return own ? "bad-credentials" : "no-lease";
  }

  const asked = await askAs(cloudtak, credential, (session) =>
    lease ? cloudtak.leaseAs(session.token, lease.path) : findByName(session),
  );
  if (typeof asked === "string") return asked;
  return refusalByState(asked.answer, action, nowMs) ?? grantByUser(asked.session, asked.answer);

  /** Names are not unique, but `read12` says that lease 12 is meant: it must bear the asked name. */
  async function leaseOfCredentials(user: string): Promise<Lease | null> {
    const id = leaseIdOf(user);
    const named = id === null ? null : await cloudtak.lease(id);
    return named?.name === stream && isStreamName(named.path) ? named : null;
  }

  /** A namesake that CloudTAK does not show to this user cannot make the name ambiguous. */
  async function findByName(session: UserSession): Promise<Lease | RefusalReason> {
    const listed = await cloudtak.leasesNamed(session.token, stream, session.admin);
    if (typeof listed === "string") return listed;
    const usable = listed.filter((lease) => isStreamName(lease.path));
    const live = usable.filter((lease) => !hasExpired(lease, nowMs));
    if (live.length === 0) return usable.length > 0 ? "expired" : "no-lease";
    if (live.length > maxNamesakes) return "ambiguous-name";

    const answers = await Promise.all(
      live.map((lease) => cloudtak.leaseAs(session.token, lease.path)),
    );
    if (answers.includes("bad-credentials")) return "bad-credentials";
    const [found, ...others] = answers.filter((answer) => typeof answer === "object");
    if (!found) return "not-permitted";
    return others.length > 0 ? "ambiguous-name" : found;
  }
}

/**
 * Whether anybody may do this: only with an open lease, asked for by its path. All others are asked for
 * credentials, whether there is such a lease or not.
 */
export async function decideAnonymous(
  cloudtak: CloudTak,
  { action, stream }: Question,
  nowMs: number,
): Promise<Grant | RefusalReason> {
  const lease = await cloudtak.lease(stream);
  if (!lease?.open) return "bad-credentials";
  return refusalByState(lease, action, nowMs) ?? grantAnonymous(lease);
}

export function grantAnonymous(lease: Lease): Grant {
  return {
    path: lease.path,
    leaseId: lease.id,
    subject: "anonymous",
    admin: false,
    credential: { kind: "anonymous" },
    limitsMs: [lease.expiresAtMs],
  };
}

export function grantByLease(lease: Lease, pair: Buffer): Grant {
  return {
    path: lease.path,
    leaseId: lease.id,
    subject: `lease:${lease.path}`,
    admin: false,
    credential: { kind: "lease", fingerprint: pair.toString("base64url") },
    limitsMs: [lease.expiresAtMs],
  };
}

export function grantByUser(session: UserSession, lease: Lease): Grant {
  return {
    path: lease.path,
    leaseId: lease.id,
    subject: `user:${session.username}`,
    admin: session.admin,
    credential: session.sealed,
    limitsMs: [lease.expiresAtMs, session.expiresAtMs],
  };
}
