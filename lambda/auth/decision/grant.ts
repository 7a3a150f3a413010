import type { AuthRequest, Decision, RefusalReason, Refuse } from "../../../shared/authContract";
import type { Keys } from "../crypto/keys";
import { type SealedCredential, seal } from "../crypto/sealedHandle";

/** A decision to allow, before it is sealed. */
export interface Grant {
  /** Lease path, "" for action "api". */
  readonly path: string;
  readonly leaseId: number | null;
  readonly subject: string;
  readonly admin: boolean;
  readonly credential: SealedCredential;
  /** Expiry times of lease, token or login, epoch milliseconds; null = no expiry. */
  readonly limitsMs: readonly (number | null)[];
}

/** A refusal that reveals only `known`. */
export const refuse = (
  reason: RefusalReason,
  known: Pick<Refuse, "subject" | "streamKnown"> = {},
): Refuse => ({
  allow: false,
  reason,
  ...known,
});

/** Seals an allow into a decision; a grant with a limit at or before `endMs` is refused as expired. */
export function sealDecision(
  keys: Keys,
  action: AuthRequest["action"],
  grant: Grant | Refuse,
  askedAtMs: number,
  endMs: number,
): Decision {
  if ("allow" in grant) return grant;
  const notAfter = firstLimit(grant.limitsMs);
  if (notAfter !== null && notAfter <= endMs) return refuse("expired");
  const { path, subject, admin, leaseId, credential } = grant;
  const issuedAtMs = askedAtMs;
  const handle = seal(keys, { v: 1, subject, action, path, leaseId, credential, issuedAtMs });
  return { allow: true, path, subject, admin, handle, notAfter };
}

/** The earliest limit; null without limits. */
function firstLimit(limitsMs: readonly (number | null)[]): number | null {
  const known = limitsMs.filter((limit) => limit !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
