import type { KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { LoginAttempt } from "./cloudtak";
import { hmac } from "./keys";
import { Undecided } from "./undecided";

/**
 * Wrong passwords before the first pause. A user at one address: a few typing errors. A user or an address
 * alone: so high that neither a team behind one address nor somebody who is attacked from many is hit early.
 */
const freeFailures = { pair: 5, user: 20, address: 50 } as const;

/** The pause doubles with each further failure. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
const forgottenAfterMs = 600_000;
const maxCounters = 10_000;

interface Counter {
  readonly failures: number;
  readonly lastAtMs: number;
}

type Scope = keyof typeof freeFailures;

/**
 * Pauses logins after wrong passwords, which CloudTAK itself does not count: per user at an address, per user
 * and per address. Only tries that would reach CloudTAK are paused, so a login that is known to be good never
 * is. Counters are kept under HMACs.
 */
export class BackOff {
  readonly #key: KeyObject;
  readonly #now: () => number;
  readonly #counters = new LRUCache<string, Counter>({ max: maxCounters });
  /** By pair: its last wrong password, in the one spelling for all. */
  readonly #lastWrong = new LRUCache<string, string>({ max: maxCounters });

  constructor(key: KeyObject, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** @throws Undecided while this attempt has to wait. */
  check(attempt: LoginAttempt): void {
    for (const [scope, key] of this.#keysOf(attempt)) {
      const counter = this.#counterOf(key);
      const waitMs = (counter ? counter.lastAtMs + pauseMs(scope, counter) : 0) - this.#now();
      if (waitMs <= 0) continue;
      throw new Undecided(
        `${counter?.failures} wrong passwords by ${words[scope]}: ` +
          `no login for another ${Math.ceil(waitMs / 1000)} s`,
      );
    }
  }

  /** Clients' URLs are read in several spellings: those of one password count once. */
  failed(attempt: LoginAttempt): void {
    const keys = this.#keysOf(attempt);
    const pair = keys[0]?.[1];
    if (pair === undefined) return;
    const wrong = this.#digest("password", decoded(attempt.password));
    if (this.#lastWrong.get(pair) === wrong) return;
    this.#lastWrong.set(pair, wrong);
    for (const [, key] of keys) {
      const failures = (this.#counterOf(key)?.failures ?? 0) + 1;
      this.#counters.set(key, { failures, lastAtMs: this.#now() });
    }
  }

  /** Somebody who knows the password at last has guessed nothing. */
  succeeded(attempt: LoginAttempt): void {
    const pair = this.#keysOf(attempt)[0]?.[1];
    if (pair !== undefined) this.#counters.delete(pair);
  }

  #counterOf(key: string): Counter | undefined {
    const counter = this.#counters.get(key);
    return counter && this.#now() - counter.lastAtMs < forgottenAfterMs ? counter : undefined;
  }

  /** None for our own tries. */
  #keysOf({ user, address }: LoginAttempt): [Scope, string][] {
    if (address === null) return [];
    const name = decoded(user).toLowerCase();
    return [
      ["pair", this.#digest("pair", name, address)],
      ["user", this.#digest("user", name)],
      ["address", this.#digest("address", address)],
    ];
  }

  #digest(...parts: string[]): string {
    return hmac(this.#key, parts).toString("base64");
  }
}

const words: Readonly<Record<Scope, string>> = {
  pair: "this user at this address",
  user: "this user",
  address: "this address",
};

function pauseMs(scope: Scope, { failures }: Counter): number {
  const beyond = failures - freeFailures[scope];
  return beyond < 0 ? 0 : Math.min(firstPauseMs * 2 ** beyond, longestPauseMs);
}

/** One spelling for all that percent-encoding and `+` for a space can make of a text. */
function decoded(text: string): string {
  let current = text;
  for (let round = 0; round < 4; round++) {
    const next = decodeOnce(current.replaceAll("+", " "));
    if (next === current) return current;
    current = next;
  }
  return current;
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
