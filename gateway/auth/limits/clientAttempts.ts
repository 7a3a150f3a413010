import { LRUCache } from "lru-cache";
import type { Attempt } from "./attempt";
import type { Clock } from "./clock";

/** A few typing errors. After these the pause doubles with each further wrong password. */
const freeFailures = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
const forgottenAfterMs = 600_000;

/** A client's URL is read in so many spellings, one after the other. */
const spellings = 3;
const spellingsMs = 30_000;

/** Bounds memory, about 300 bytes each. */
const maxClients = 20_000;

interface Tries {
  failures: number;
  /** When the last one was sent or answered. */
  atMs: number;
  /** The last password that was tried, how often, and since when. */
  password: string;
  times: number;
  sinceMs: number;
}

/**
 * The tries at one owner's passwords from one address; they slow down no other client. A device that repeats one
 * wrong password guesses nothing, and is not paused.
 */
export class ClientAttempts {
  readonly #clients = new LRUCache<string, Tries>({ max: maxClients });
  readonly #clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether it is the password of the last try in another spelling: both are one guess. */
  isRepeated(attempt: Attempt): boolean {
    const tries = this.#triesOf(attempt);
    return (
      tries?.password === attempt.password &&
      tries.times < spellings &&
      this.#clock.now() - tries.sinceMs < spellingsMs
    );
  }

  /** Milliseconds until the next try may be sent. */
  waitMs(attempt: Attempt): number {
    const tries = this.#triesOf(attempt);
    if (!tries || tries.password === attempt.password || attempt.address === undefined) return 0;
    return Math.max(0, tries.atMs + pauseMs(tries.failures) - this.#clock.now());
  }

  sent(attempt: Attempt): void {
    const now = this.#clock.now();
    const { password } = attempt;
    const before = this.#triesOf(attempt);
    const tries = before ?? { failures: 0, atMs: now, password: "", times: 0, sinceMs: now };
    if (this.isRepeated(attempt)) tries.times += 1;
    else {
      if (tries.password !== password) tries.failures += 1;
      Object.assign(tries, { password, times: 1, sinceMs: now });
    }
    tries.atMs = now;
    this.#clients.set(keyOf(attempt), tries);
  }

  failed(attempt: Attempt): void {
    const tries = this.#triesOf(attempt);
    if (tries) tries.atMs = this.#clock.now();
  }

  /** Who knows the password has guessed nothing. */
  succeeded(attempt: Attempt): void {
    this.#clients.delete(keyOf(attempt));
  }

  #triesOf(attempt: Attempt): Tries | undefined {
    const tries = this.#clients.get(keyOf(attempt));
    return tries && this.#clock.now() - tries.atMs < forgottenAfterMs ? tries : undefined;
  }
}

export const keyOf = ({ owner, address = "loopback" }: Attempt): string => `${owner} ${address}`;

function pauseMs(failures: number): number {
  const beyond = failures - freeFailures;
  return beyond < 0 ? 0 : Math.min(firstPauseMs * 2 ** beyond, longestPauseMs);
}
