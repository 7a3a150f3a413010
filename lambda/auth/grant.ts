import type { Allow, Question } from "./contract";
import type { Keys } from "./keys";
import { type SealedCredential, seal } from "./seal";

/** A decision to allow, before it is sealed. */
export interface Grant {
  /** Lease path, "" for action "api". */
  readonly path: string;
  readonly leaseId: number | null;
  readonly subject: string;
  readonly admin: boolean;
  readonly credential: SealedCredential;
  /** Ends of what it rests on, epoch milliseconds; null = without end. */
  readonly limitsMs: readonly (number | null)[];
}

/** The first of the limits; null when there is none. */
export function firstLimit(limitsMs: readonly (number | null)[]): number | null {
  const known = limitsMs.filter((limit) => limit !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

export function allow(keys: Keys, { action }: Question, grant: Grant, nowMs: number): Allow {
  const { path, subject, admin, leaseId, credential } = grant;
  const content = { v: 1, subject, action, path, leaseId, credential, issuedAtMs: nowMs } as const;
  const handle = seal(keys, content);
  return { allow: true, path, subject, admin, handle, notAfter: firstLimit(grant.limitsMs) };
}
