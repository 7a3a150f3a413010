/** What is known of leases without asking: what to do first, never what is allowed. */
export interface LeaseDirectory {
  /**
   * Whether the lease at this path may admit clients without credentials. The list is fetched at once for an unknown
   * one.
   */
  isOpenNow(path: string): Promise<boolean>;
  has(path: string): boolean;
  /** User name of the owner of the lease at this path. */
  ownerOf(path: string): string | undefined;
}

/** For a mode in which open leases admit only clients with credentials. */
export const withoutOpenLeases = (leases: LeaseDirectory): LeaseDirectory => ({
  isOpenNow: () => Promise.resolve(false),
  has: (path) => leases.has(path),
  ownerOf: (path) => leases.ownerOf(path),
});

/**
 * The stream that is meant. RTMP clients put an application before a name, and people do the same on other protocols:
 * `live/` goes, unless a lease stands at that very path.
 */
export function withoutApplication(leases: Pick<LeaseDirectory, "has">, stream: string): string {
  const name = stream.replace(/^live\/+(?=.)/s, "");
  return leases.has(stream) ? stream : name;
}

/** Whether two publishers of a path are one person: a lease's credentials are its owner's. */
export function isSamePublisher(
  leases: Pick<LeaseDirectory, "ownerOf">,
  path: string,
  one: string,
  other: string,
): boolean {
  if (one === other) return true;
  const owner = leases.ownerOf(path);
  const own = [`lease:${path}`, ...(owner === undefined ? [] : [`user:${owner}`])];
  return own.includes(one) && own.includes(other);
}
