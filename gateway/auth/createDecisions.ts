import type { DecisionCache } from "./decisionCache";
import { Decisions } from "./decisions";
import type { AuthClient } from "./function/authClient";
import { AttemptLimiter } from "./limits/attemptLimiter";
import { type Clock, systemClock } from "./limits/clock";
import { KnownCredentials } from "./limits/knownCredentials";
import { LoginQueue } from "./limits/loginQueue";
import { Logins } from "./limits/logins";

/** The way of all questions, from the cache to the auth function. */
export function createDecisions(
  cache: DecisionCache,
  auth: Pick<AuthClient, "login">,
  clock: Clock = systemClock,
  random: () => number = Math.random,
): Decisions {
  const known = new KnownCredentials(clock);
  const limiter = new AttemptLimiter(clock, random);
  const queue = new LoginQueue((logins) => auth.login(logins), random);
  const logins = new Logins(known, limiter, queue, clock);
  return new Decisions({ cache, known, limiter, logins, clock });
}
