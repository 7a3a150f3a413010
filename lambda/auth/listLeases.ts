import {
  isStreamName,
  type LeasesAnswer,
  type ListedLease,
  maxFieldLength,
} from "../../shared/authContract";
import type { CloudTak } from "./cloudtak/client";
import type { Lease } from "./cloudtak/lease";

/** One page of leases. Those whose path could never be a stream's are left out. */
export async function listLeases(
  cloudtak: Pick<CloudTak, "liveLeases">,
  page: number,
): Promise<LeasesAnswer> {
  const { leases, isLast } = await cloudtak.liveLeases(page);
  return {
    leases: leases.filter(({ path }) => isStreamName(path)).map(listed),
    nextPage: isLast ? null : page + 1,
  };
}

const listed = ({
  path,
  name,
  expiresAtMs,
  recording,
  open,
  proxy,
  owner,
}: Lease): ListedLease => ({
  path,
  name,
  expiration: expiresAtMs,
  recording,
  open,
  proxy,
  owner: owner?.slice(0, maxFieldLength.user) ?? null,
});
