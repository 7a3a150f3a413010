import type { AuthClient } from "../authClient";
import type { DecisionCache } from "../decisionCache";
import { AttemptLimiter } from "./attemptLimiter";
import { type Clock, systemClock } from "./clock";
import { Decisions } from "./decisions";
import { KnownCredentials } from "./knownCredentials";
import { LoginQueue } from "./loginQueue";
import { Logins } from "./logins";

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
