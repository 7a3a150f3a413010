import type { Attempt } from "./attempt";
import { ClientAttempts } from "./clientAttempts";
import type { Clock } from "./clock";
import { TokenBuckets } from "./tokenBuckets";
import { WaitingAttempts } from "./waitingAttempts";

/**
 * Tries that are sent at once, then one per interval: guessing is slowed down, and the owner of the password is never
 * locked out.
 */
const ownerLimits = { burst: 20, refillMs: 3_000 };
/** A whole team may be behind one address. */
const addressLimits = { burst: 100, refillMs: 1_000 };

/**
 * Time between two checks of the waiting tries. It grows with their number, because each check takes some
 * microseconds per try.
 */
const releaseEveryMs = (waiting: number) => 20 + waiting / 16;

/** What has become of a try that was sent. Each may be called once. */
export interface Permit {
  /** `isFirst`: this password has never been right before. Another spelling of its owner's name is paid for. */
  succeeded(isFirst: boolean): void;
  /** Wrong or not decided: some TAK Servers answer a wrong password as if they were out of order. */
  failed(): void;
  /** It was not sent. */
  unused(): void;
}

/**
 * Limits the tries at passwords that reach the auth function, which CloudTAK itself does not: per owner of the password, per
 * address, and per both. Credentials that have been right before do not come here, so wrong tries of others
 * never hold them up. A try that must wait gets the next token by lot, so that a client with many connections has no
 * advantage over one with a single one.
 */
export class AttemptLimiter {
  readonly #owners: TokenBuckets;
  readonly #addresses: TokenBuckets;
  readonly #clients: ClientAttempts;
  readonly #waiting: WaitingAttempts;
  readonly #clock: Clock;
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#owners = new TokenBuckets(ownerLimits, clock);
    this.#addresses = new TokenBuckets(addressLimits, clock);
    this.#clients = new ClientAttempts(clock);
    this.#waiting = new WaitingAttempts(random);
  }

  /** Resolves to a permit to send the try; to undefined when there is none within `timeoutMs`. */
  async acquire(attempt: Attempt, timeoutMs: number): Promise<Permit | undefined> {
    if (this.#clients.isRepeated(attempt)) return this.#send(attempt);
    const others = this.#waiting.of(attempt);
    if (others?.attempt.password === attempt.password) {
      // The same guess: it needs no token of its own.
      return (await others.released) ? this.#permit(attempt, false) : undefined;
    }
    const waitMs = this.#waitMs(attempt);
    if (waitMs === 0 && !this.#waiting.isAheadOf(attempt)) return this.#send(attempt);
    if (this.#clients.waitMs(attempt) > timeoutMs) return undefined;
    const waiting = this.#waiting.add(attempt, this.#clock.now() + timeoutMs);
    this.#releaseIn(Math.min(waitMs, timeoutMs));
    return (await waiting.released) ? this.#permit(attempt, true) : undefined;
  }

  #waitMs(attempt: Attempt): number {
    if (this.#clients.isRepeated(attempt)) return 0;
    const { owner, address } = attempt;
    return Math.max(
      this.#clients.waitMs(attempt),
      this.#owners.waitMs(owner),
      address === undefined ? 0 : this.#addresses.waitMs(address),
    );
  }

  #send(attempt: Attempt): Permit {
    const isRepeated = this.#clients.isRepeated(attempt);
    this.#clients.sent(attempt);
    if (!isRepeated) this.#take(attempt);
    return this.#permit(attempt, !isRepeated);
  }

  #take({ owner, address }: Attempt): void {
    this.#owners.take(owner);
    if (address !== undefined) this.#addresses.take(address);
  }

  #permit(attempt: Attempt, hasToken: boolean): Permit {
    const { owner, address } = attempt;
    const giveBack = () => {
      if (!hasToken) return;
      this.#owners.giveBack(owner);
      if (address !== undefined) this.#addresses.giveBack(address);
    };
    return {
      succeeded: (isFirst) => {
        this.#clients.succeeded(attempt);
        if (isFirst) {
          this.#owners.fill(owner);
          if (address !== undefined) this.#addresses.fill(address);
        }
        this.#releaseIn(0);
      },
      failed: () => this.#clients.failed(attempt),
      unused: () => {
        giveBack();
        this.#releaseIn(0);
      },
    };
  }

  /** Sends the waiting tries that may be sent now, in random order, and drops those whose time is over. */
  #release(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting.shuffled()) {
      const waitMs = this.#waitMs(waiting.attempt);
      if (now >= waiting.untilMs) this.#waiting.end(waiting, false);
      else if (waitMs === 0) {
        this.#send(waiting.attempt);
        this.#waiting.end(waiting, true);
      } else nextMs = Math.min(nextMs, waitMs, waiting.untilMs - now);
    }
    if (this.#waiting.size > 0) this.#releaseIn(nextMs);
  }

  /** Releases after this time, or sooner where that is due already. */
  #releaseIn(ms: number): void {
    if (this.#waiting.size === 0) return;
    const delayMs = Math.max(ms, releaseEveryMs(this.#waiting.size));
    const atMs = this.#clock.now() + delayMs;
    if (this.#timer && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    this.#timer = { atMs, cancel: this.#clock.after(delayMs, () => this.#release()) };
  }
}
