import { isDeepStrictEqual } from "node:util";
import type { ListedLease } from "../../../shared/authContract";
import { monotonicMs } from "../../process/monotonic";
import type { AuthClient } from "../function/authClient";
import type { LeaseDirectory } from "./leaseDirectory";

/** A lease that was just made, changed or deleted is known after this time and that of the listing. */
const pollIntervalMs = 5_000;
/**
 * Time until the next poll when a lease is missing from the list: it counts as gone when two polls in a row miss it.
 */
const confirmDelayMs = 1_000;
/** Least time between two polls that unknown leases cause. */
const minPollIntervalMs = 1_000;

/**
 * Told about each list.
 *
 * @param leases living leases by path
 * @param askedAt when they were asked for, by the monotonic clock
 * @param changed paths whose lease is gone or has other fields than before
 * @param streams paths and names of the leases that are new, changed or gone: what clients ask for may now lead elsewhere
 */
export type LeasesObserver = (
  leases: ReadonlyMap<string, ListedLease>,
  askedAt: number,
  changed: ReadonlySet<string>,
  streams: ReadonlySet<string>,
) => void;

/**
 * CloudTAK's leases, fetched again and again. The list only tells what to look at: who may do what is decided by
 * the auth function, so a list that is behind opens nothing.
 *
 * While CloudTAK cannot be asked, the last list stays. A lease that is missing from one list may have slipped from
 * one page to another in between; it is gone when it is missing from two.
 */
export class LeasePoller implements LeaseDirectory {
  readonly #auth: Pick<AuthClient, "leases">;
  readonly #observe: LeasesObserver;
  #leases: ReadonlyMap<string, ListedLease> = new Map();
  #hasListed = false;
  #missing: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #lastPollAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(auth: Pick<AuthClient, "leases">, observe: LeasesObserver) {
    this.#auth = auth;
    this.#observe = observe;
  }

  /** As the last list has it. */
  isOpen(path: string): boolean {
    const lease = this.#leases.get(path);
    return lease?.open === true && isLive(lease);
  }

  async isOpenNow(path: string): Promise<boolean> {
    const isDue = monotonicMs() - this.#lastPollAt >= minPollIntervalMs;
    if (!this.#leases.has(path)) await (isDue ? this.start() : this.#polling);
    return this.isOpen(path);
  }

  has(path: string): boolean {
    return this.#leases.has(path);
  }

  ownerOf(path: string): string | undefined {
    return this.#leases.get(path)?.owner ?? undefined;
  }

  /** Polls now and from then on; resolves after the first poll. */
  start(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const askedAt = monotonicMs();
    this.#lastPollAt = askedAt;
    const listed = await this.#fetch();
    if (this.#closed) return;
    if (listed) this.#apply(listed, askedAt);
    const nextMs = this.#missing.size > 0 ? confirmDelayMs : pollIntervalMs;
    this.#timer = setTimeout(() => void this.start(), nextMs).unref();
  }

  #apply(listed: ReadonlyMap<string, ListedLease>, askedAt: number): void {
    const before = this.#leases;
    const leases = new Map(listed);
    const missing = new Set<string>();
    const changed = new Set<string>();
    const streams = new Set<string>();
    for (const [path, lease] of before) {
      const now = listed.get(path);
      if (now ? !isDeepStrictEqual(now, lease) : !isLive(lease) || this.#missing.has(path)) {
        changed.add(path);
        addStreams(streams, lease, ...(now ? [now] : []));
      } else if (!now) {
        missing.add(path);
        leases.set(path, lease);
      }
    }
    if (this.#hasListed) {
      for (const [path, lease] of listed) if (!before.has(path)) addStreams(streams, lease);
    }
    this.#hasListed = true;
    this.#leases = leases;
    this.#missing = missing;
    this.#observe(leases, askedAt, changed, streams);
  }

  /** By path, the first of several as CloudTAK itself takes it. Undefined while CloudTAK cannot be asked. */
  async #fetch(): Promise<Map<string, ListedLease> | undefined> {
    const found = new Map<string, ListedLease>();
    for (let page: number | null = 0; page !== null; ) {
      const { leases, nextPage } = await this.#auth.leases(page);
      if (!leases) return undefined;
      for (const lease of leases) if (!found.has(lease.path)) found.set(lease.path, lease);
      page = nextPage;
    }
    return found;
  }
}

function addStreams(streams: Set<string>, ...leases: readonly ListedLease[]): void {
  for (const { path, name } of leases) {
    streams.add(path);
    if (name !== null) streams.add(name);
  }
}

export const isLive = ({ expiration }: ListedLease): boolean =>
  expiration === null || expiration > Date.now();
