import { LRUCache } from "lru-cache";
import type { Decision, Question } from "../lambda/auth/contract";
import { digest } from "./digest";

/** An allow is believed this long at most: so long a revoked user may still start a session. */
const allowMs = 30_000;

/** A wrong password stays wrong; a lease may be made or widened at any moment. */
const badCredentialsMs = 30_000;
const refusalMs = 5_000;

/** Bounds memory, about 1 KiB each. Kept apart, so that a flood of refusals displaces no allow. */
const maxEntries = 10_000;

interface Entry {
  readonly decision: Decision;
  readonly expiresAt: number;
}

/**
 * A short memory of decisions in front of the auth function; identical questions share one flight.
 * Keys are digests: no credential is kept.
 */
export class DecisionCache {
  readonly #allows = new LRUCache<string, Entry>({ max: maxEntries });
  readonly #refusals = new LRUCache<string, Entry>({ max: maxEntries });
  readonly #flights = new Map<string, Promise<Decision>>();
  readonly #ask: (question: Question) => Promise<Decision>;

  constructor(ask: (question: Question) => Promise<Decision>) {
    this.#ask = ask;
  }

  async decide(question: Question): Promise<Decision> {
    const { action, protocol, stream, user, password, token } = question;
    const key = digest([action, protocol, stream, user, password, token]);
    const known = this.#allows.get(key) ?? this.#refusals.get(key);
    if (known && known.expiresAt > Date.now()) return known.decision;
    return this.#flights.get(key) ?? this.#fly(key, question);
  }

  #fly(key: string, question: Question): Promise<Decision> {
    const flight = this.#ask(question)
      .then((answer) => {
        const decision = unlessExpired(answer);
        this.#keep(key, decision);
        return decision;
      })
      .finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  #keep(key: string, decision: Decision): void {
    const lifetimeMs = lifetimeOf(decision);
    if (lifetimeMs <= 0) return;
    const [into, other] = decision.allow
      ? [this.#allows, this.#refusals]
      : [this.#refusals, this.#allows];
    into.set(key, { decision, expiresAt: Date.now() + lifetimeMs });
    other.delete(key);
  }
}

function unlessExpired(decision: Decision): Decision {
  return decision.allow && decision.notAfter !== null && decision.notAfter <= Date.now()
    ? { allow: false, reason: "expired" }
    : decision;
}

function lifetimeOf(decision: Decision): number {
  if (decision.allow) {
    return Math.min(allowMs, (decision.notAfter ?? Number.POSITIVE_INFINITY) - Date.now());
  }
  switch (decision.reason) {
    case "undecided":
    case "malformed":
      return 0;
    case "bad-credentials":
      return badCredentialsMs;
    default:
      return refusalMs;
  }
}
