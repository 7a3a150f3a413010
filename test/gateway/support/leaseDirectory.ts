import type { LeaseDirectory } from "../../../gateway/auth/leases/leaseDirectory";

/** A directory in which these streams are open, and these paths have these owners. */
export const leasesWhere = (
  isOpen: (stream: string) => boolean,
  owners: Readonly<Record<string, string>> = {},
): LeaseDirectory => ({
  isOpenNow: async (path) => isOpen(path),
  has: (path) => path in owners,
  ownerOf: (path) => owners[path],
});
