import type { KeyObject } from "node:crypto";
import type { RefusalReason } from "../../../shared/authContract";
import { hmac, randomKey } from "../crypto/keys";
import type { CloudTak, Profile } from "./client";
import type { Lease } from "./lease";
import { createLogins } from "./logins";
import { SingleFlightCache } from "./singleFlightCache";

/** Long enough for a burst of the same clients, short enough that a new or changed lease applies at once. */
const burstMs = 3_000;
const maxEntries = 2_000;

/**
 * The client with caches. Cache keys are HMACs under a random key of this instance, so that no password is kept as a
 * key.
 */
export function createCachedClient(cloudtak: CloudTak, now: () => number): CloudTak {
  const processKey = randomKey();
  const login = createLogins(cloudtak, processKey, now);
  return { ...shareReads(cloudtak, processKey, now), login };
}

/** A client for one recheck: cached logins, every other request sent anew, equal ones once. */
export function createFreshClient(
  cloudtak: CloudTak,
  cached: Pick<CloudTak, "login">,
  now: () => number,
): CloudTak {
  return { ...shareReads(cloudtak, randomKey(), now), login: cached.login };
}

function shareReads(
  cloudtak: CloudTak,
  processKey: KeyObject,
  now: () => number,
): Omit<CloudTak, "login"> {
  const key = (...parts: string[]) => hmac(processKey, parts).toString("base64");
  const burst = (_: unknown, askedAtMs: number) => askedAtMs + burstMs;

  const leases = new SingleFlightCache<Lease | null>(maxEntries, now, burst);
  const seen = new SingleFlightCache<Lease | RefusalReason>(maxEntries, now, burst);
  const named = new SingleFlightCache<Lease[] | RefusalReason>(maxEntries, now, burst);
  const profiles = new SingleFlightCache<Profile | RefusalReason>(maxEntries, now, burst);

  return {
    lease: (pathOrId) =>
      leases.get(key(typeof pathOrId, String(pathOrId)), () => cloudtak.lease(pathOrId)),
    leaseAs: (token, path) => seen.get(key(token, path), () => cloudtak.leaseAs(token, path)),
    ownLeasesNamed: (username, name) =>
      named.get(key("own", username, name), () => cloudtak.ownLeasesNamed(username, name)),
    leasesNamed: (token, name, allOwners) =>
      named.get(key("seen", token, name), () => cloudtak.leasesNamed(token, name, allOwners)),
    profile: (token) => profiles.get(key(token), () => cloudtak.profile(token)),
    liveLeases: (page) => cloudtak.liveLeases(page),
  };
}
