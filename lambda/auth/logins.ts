import type { KeyObject } from "node:crypto";
import { BackOff } from "./backOff";
import type { CloudTak, Login, LoginAttempt } from "./cloudtak";
import type { RefusalReason } from "./contract";
import { Flights } from "./flights";
import { hmac } from "./keys";

const wrongPasswordMs = 30_000;
const maxEntries = 2_000;

/** A login is the dearest of CloudTAK's calls: TAK Server and its database take part. From one instance. */
const maxAtOnce = 25;

/**
 * CloudTAK's login with a memory, for what each costs there and leaves behind: one flight per user and
 * password, few at a time, pauses after wrong passwords. Refused ones displace no good one.
 */
export function createLogins(
  cloudtak: Pick<CloudTak, "login">,
  key: KeyObject,
  now: () => number,
): CloudTak["login"] {
  const logins = new Flights<Login | RefusalReason>(maxEntries, now, loginUntil);
  const backOff = new BackOff(key, now);
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (attempt, stale) => {
    const login = hmac(key, [attempt.user, attempt.password]).toString("base64");
    const known = logins.known(login);
    if (stale !== undefined && typeof known === "object" && known.token === stale) {
      logins.forget(login);
    }
    return logins.get(login, async () => {
      // Whoever has to wait takes nobody's turn.
      backOff.check(attempt);
      return inTurn(() => ask(attempt));
    });
  };

  async function ask(attempt: LoginAttempt): Promise<Login | RefusalReason> {
    backOff.check(attempt);
    const answer = await cloudtak.login(attempt);
    if (typeof answer === "object") backOff.succeeded(attempt);
    else if (answer === "bad-credentials") backOff.failed(attempt);
    return answer;
  }

  /** Whoever ends hands its place on. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < maxAtOnce) running++;
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
