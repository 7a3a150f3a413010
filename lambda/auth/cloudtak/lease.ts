import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { type Action, isStreamName, type RefusalReason } from "../../../shared/authContract";
import { fingerprint, type Keys, sameFingerprint } from "../crypto/keys";

/** A CloudTAK lease, reduced to what a decision needs. Its credentials are kept as fingerprints only. */
export interface Lease {
  readonly id: number;
  /** Null when no stream can have this name, so that no request can name it: names may be a megabyte long. */
  readonly name: string | null;
  /** User name of the owner; null for leases of connections. */
  readonly owner: string | null;
  readonly path: string;
  /** Null: permanent. */
  readonly expiresAtMs: number | null;
  readonly recording: boolean;
  /** URL that the stream is pulled from. */
  readonly proxy: string | null;
  /** None of the four credentials is set: CloudTAK then admits every client. */
  readonly open: boolean;
  /** Fingerprint of stream_user and stream_pass; null unless both are set. */
  readonly publishPair: Buffer | null;
  /** Fingerprint of read_user and read_pass; null unless both are set. */
  readonly readPair: Buffer | null;
}

/** Longer than any camera's URL; a page of leases must fit into the function's response. */
const maxProxyLength = 4_096;

const text = z.nullable(z.string());
const Row = z.object({
  id: z.number().check(z.int()),
  name: z.string(),
  username: z.optional(text),
  path: z.string(),
  expiration: z.nullable(z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value))))),
  recording: z.boolean(),
  proxy: z.nullable(z.string().check(z.maxLength(maxProxyLength))),
  stream_user: text,
  stream_pass: text,
  read_user: text,
  read_pass: text,
});

/** Null when the row is not what CloudTAK's API promises. */
export function parseLease(keys: Keys, body: unknown): Lease | null {
  const row = Row.safeParse(body).data;
  if (!row) return null;
  // A pair with one part missing or "" protects nothing and matches nothing.
  const pair = (user: string | null, password: string | null) =>
    user && password ? fingerprint(keys, user, password) : null;
  return {
    id: row.id,
    name: isStreamName(row.name) ? row.name : null,
    owner: row.username || null,
    path: row.path,
    expiresAtMs: row.expiration === null ? null : Date.parse(row.expiration),
    recording: row.recording,
    proxy: row.proxy || null,
    open: !(row.stream_user || row.stream_pass || row.read_user || row.read_pass),
    publishPair: pair(row.stream_user, row.stream_pass),
    readPair: pair(row.read_user, row.read_pass),
  };
}

/** Whether these are the lease's own credentials for the action. */
export function matchesLease(lease: Lease, action: Action, credentials: Buffer): boolean {
  const pair = action === "publish" ? lease.publishPair : lease.readPair;
  return pair !== null && sameFingerprint(pair, credentials);
}

/** The same at this path. Takes the same time wherever pair or path differ. */
export function matchesLeaseAtPath(
  lease: Lease,
  action: Action,
  path: string,
  pair: Buffer,
): boolean {
  const isPair = matchesLease(lease, action, pair);
  const isPath = samePath(lease.path, path);
  return isPair && isPath;
}

const samePath = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

export const hasExpired = (lease: Lease, nowMs: number): boolean =>
  lease.expiresAtMs !== null && lease.expiresAtMs <= nowMs;

/** Why no client may do this with the lease; null when it depends on the client. */
export function refusalByState(lease: Lease, action: Action, nowMs: number): RefusalReason | null {
  if (hasExpired(lease, nowMs)) return "expired";
  if (action === "playback" && !lease.recording) return "not-permitted";
  if (action === "publish" && lease.proxy !== null) return "not-permitted";
  return null;
}
