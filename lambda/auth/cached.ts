import { randomBytes } from "node:crypto";
import type { CloudTak, Login, Profile } from "./cloudtak";
import type { RefusalReason } from "./contract";
import { Flights } from "./flights";
import { hmac } from "./keys";
import type { Lease } from "./lease";

/** Long enough for a burst of the same clients, short enough that a new or changed lease works at once. */
const burstMs = 3_000;
const wrongPasswordMs = 30_000;
const maxEntries = 2_000;

/**
 * The same CloudTak with a memory. Keys are HMACs under a key that lives and dies with this instance, so
 * that the memory holds no password.
 */
export function cacheCloudTak(cloudtak: CloudTak, now: () => number): CloudTak {
  const processKey = randomBytes(32);
  const key = (...parts: string[]) => hmac(processKey, parts).toString("base64");
  const burst = (_: unknown, askedAtMs: number) => askedAtMs + burstMs;

  const leases = new Flights<Lease | null>(maxEntries, now, burst);
  const seen = new Flights<Lease | RefusalReason>(maxEntries, now, burst);
  const named = new Flights<Lease[] | RefusalReason>(maxEntries, now, burst);
  const profiles = new Flights<Profile | RefusalReason>(maxEntries, now, burst);
  const logins = new Flights<Login | RefusalReason>(maxEntries, now, loginUntil);

  return {
    lease: (pathOrId) =>
      leases.get(key(typeof pathOrId, String(pathOrId)), () => cloudtak.lease(pathOrId)),
    leaseAs: (token, path) => seen.get(key(token, path), () => cloudtak.leaseAs(token, path)),
    leasesNamed: (token, name, everybody) =>
      named.get(key(token, name), () => cloudtak.leasesNamed(token, name, everybody)),
    profile: (token) => profiles.get(key(token), () => cloudtak.profile(token)),

    async login(user, password, stale) {
      const login = key(user, password);
      if (stale !== undefined) await forgetStale(login, stale);
      return logins.get(login, () => cloudtak.login(user, password));
    },
  };

  async function forgetStale(login: string, stale: string): Promise<void> {
    const flight = logins.peek(login);
    const known = await flight;
    if (flight && typeof known === "object" && known.token === stale) logins.forget(login, flight);
  }
}

/** Single sign-on may be switched off at any time, so that refusal is not kept. */
function loginUntil(answer: Login | RefusalReason, askedAtMs: number): number {
  if (typeof answer === "object") return answer.untilMs;
  return answer === "bad-credentials" ? askedAtMs + wrongPasswordMs : askedAtMs;
}
