import type { KeyObject } from "node:crypto";
import type { RefusalReason } from "../../../shared/authContract";
import { hmac } from "../crypto/keys";
import type { CloudTak, Login } from "./client";
import { SingleFlightCache } from "./singleFlightCache";

const wrongPasswordMs = 30_000;
const maxEntries = 2_000;

/**
 * Per instance. The gateway sends few logins at a time; this limit is for rechecks, which renew the logins of running
 * sessions.
 */
const maxConcurrentLogins = 10;

/**
 * CloudTAK's login with a cache, because each login is slow there and leaves a session behind: one request per user and
 * password, few at a time. Refused logins do not displace good ones.
 */
export function createLogins(
  cloudtak: Pick<CloudTak, "login">,
  key: KeyObject,
  now: () => number,
): CloudTak["login"] {
  const logins = new SingleFlightCache<Login | RefusalReason>(maxEntries, now, loginUntil);
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (attempt, stale) => {
    const login = hmac(key, [attempt.user, attempt.password]).toString("base64");
    const known = logins.peek(login);
    if (stale !== undefined && typeof known === "object" && known.token === stale) {
      logins.delete(login);
    }
    return logins.get(login, () => withinLimit(() => cloudtak.login(attempt)));
  };

  /** A finished login hands its slot to the next waiting one. */
  async function withinLimit<T>(work: () => Promise<T>): Promise<T> {
    if (running < maxConcurrentLogins) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }
}

/** Single sign-on may be switched off at any time, so that refusal is not kept. */
function loginUntil(answer: Login | RefusalReason, askedAtMs: number): number {
  if (typeof answer === "object") return answer.untilMs;
  return answer === "bad-credentials" ? askedAtMs + wrongPasswordMs : askedAtMs;
}
