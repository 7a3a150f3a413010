import {
  type AuthRequest,
  isStreamName,
  type RefusalReason,
  type Refuse,
} from "../../../shared/authContract";
import type { CloudTak } from "../cloudtak/client";
import { hasExpired, type Lease, matchesLeaseAtPath, refusalByState } from "../cloudtak/lease";
import { type Grant, refuse } from "./grant";
import { type UserCredential, type UserSession, withUserSession } from "./userSession";

/** Live leases of one name that are checked one by one; more are refused as ambiguous. */
const maxNamesakes = 8;

const known = { streamKnown: true } as const;

/**
 * Whether the credentials of a lease, `read<id>` or `write<id>`, open the requested path. Every mismatch gives the same
 * refusal after the same single look-up by id: otherwise a client could find out which half of a guess is right. Paths
 * are not unique, and only the lease that CloudTAK gives for the path counts.
 */
export async function decideByLease(
  cloudtak: Pick<CloudTak, "lease">,
  { action, stream }: AuthRequest,
  leaseId: number,
  pair: Buffer,
  nowMs: number,
): Promise<Grant | Refuse> {
  const lease = await cloudtak.lease(leaseId);
  if (!lease || !matchesLeaseAtPath(lease, action, stream, pair)) return refuse("bad-credentials");
  const atPath = await cloudtak.lease(stream);
  if (atPath?.id !== leaseId) return refuse("bad-credentials");
  const grant = grantByLease(lease, pair);
  const refusal = refusalByState(lease, action, nowMs);
  return refusal ? refuse(refusal, { subject: grant.subject, ...known }) : grant;
}

/** A lease that the user may see, or the refusal of a user whom CloudTAK knows. */
type Found = { readonly lease: Lease } | Pick<Refuse, "reason" | "streamKnown">;

/**
 * Whether a user may publish, read or play back (an open lease needs a user who may see it). The login comes first, so
 * that a password typed in place of the stream name never reaches CloudTAK's URLs. Then, in this order: the lease is at
 * that path; only without one, it has that name and belongs to the user or, to watch, is one that the user may see;
 * CloudTAK shows it to the user; its state allows the action.
 */
export async function decideForUser(
  cloudtak: CloudTak,
  { action, stream }: AuthRequest,
  credential: UserCredential,
  nowMs: number,
): Promise<Grant | Refuse> {
  const asked = await withUserSession(cloudtak, credential, find);
  if (typeof asked === "string") return refuse(asked);
  const { session, answer: found } = asked;
  const subject = `user:${session.username}`;
  if (!("lease" in found)) {
    const { reason, ...about } = found;
    return refuse(reason, { subject, ...about });
  }
  const refusal = refusalByState(found.lease, action, nowMs);
  return refusal ? refuse(refusal, { subject, ...known }) : grantByUser(session, found.lease);

  async function find(session: UserSession): Promise<Found | RefusalReason> {
    // Both look-ups: a session is allowed only if the internal token can recheck it later.
    const [seen, atPath] = await Promise.all([
      cloudtak.leaseAs(session.token, stream),
      cloudtak.lease(stream),
    ]);
    if (seen === "bad-credentials") return seen;
    if (!atPath) return findByName(session);
    return typeof seen === "object" ? { lease: seen } : { reason: seen, ...known };
  }

  /**
   * The user's own leases of the name hide all others, also when they have expired. To publish there are no others: a
   * name never leads a camera into another user's lease.
   */
  async function findByName(session: UserSession): Promise<Found | RefusalReason> {
    const own = await cloudtak.ownLeasesNamed(session.username, stream);
    if (typeof own === "string") return { reason: own };
    if (own.length > 0 || action === "publish") return chooseOf(own, session);
    const listed = await cloudtak.leasesNamed(session.token, stream, session.admin);
    if (typeof listed === "string") {
      return listed === "bad-credentials" ? listed : { reason: listed };
    }
    return chooseOf(
      listed.filter(({ owner }) => owner !== session.username),
      session,
    );
  }

  /** A namesake that CloudTAK does not show to this user cannot make the name ambiguous. */
  async function chooseOf(
    namesakes: readonly Lease[],
    session: UserSession,
  ): Promise<Found | RefusalReason> {
    const usable = namesakes.filter((lease) => isStreamName(lease.path));
    const live = usable.filter((lease) => !hasExpired(lease, nowMs));
    if (usable.length === 0) return { reason: "no-lease" };
    if (live.length === 0) return { reason: "expired", ...known };
    if (live.length > maxNamesakes) return { reason: "ambiguous-name", ...known };

    const answers = await Promise.all(
      live.map((lease) => cloudtak.leaseAs(session.token, lease.path)),
    );
    if (answers.includes("bad-credentials")) return "bad-credentials";
    const [lease, ...others] = answers.filter((answer) => typeof answer === "object");
    if (!lease) return { reason: "not-permitted", ...known };
    return others.length > 0 ? { reason: "ambiguous-name", ...known } : { lease };
  }
}

/**
 * Whether a client without credentials may do this: only with an open lease, requested by its path. All other requests
 * are refused for missing credentials, whether such a lease exists or not.
 */
export async function decideAnonymous(
  cloudtak: CloudTak,
  { action, stream }: AuthRequest,
  nowMs: number,
): Promise<Grant | Refuse> {
  const lease = await cloudtak.lease(stream);
  if (!lease?.open) return refuse("bad-credentials");
  const refusal = refusalByState(lease, action, nowMs);
  return refusal ? refuse(refusal, known) : grantAnonymous(lease);
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
