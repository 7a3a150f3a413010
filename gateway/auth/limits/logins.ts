import { LRUCache } from "lru-cache";
import type { AuthRequest, LoginResult, RefusalReason } from "../../../shared/authContract";
import { SingleFlight } from "../../../shared/singleFlight";
import type { Attempt } from "./attempt";
import type { AttemptLimiter, Permit } from "./attemptLimiter";
import type { Clock } from "./clock";
import type { KnownCredentials } from "./knownCredentials";
import type { LoginQueue } from "./loginQueue";

/** A wrong password stays wrong. */
const wrongPasswordMs = 30_000;
const maxWrong = 10_000;

export type LoginOutcome =
  | { readonly login: string }
  | { readonly reason: RefusalReason | "throttled" };

/**
 * The logins of users, one flight for each user and password, shared by all who ask with them. A login that takes longer than
 * its client waits continues, and serves the client's next try: CloudTAK makes a session of each.
 */
export class Logins {
  readonly #known: KnownCredentials;
  readonly #limiter: AttemptLimiter;
  readonly #queue: LoginQueue;
  readonly #clock: Clock;
  readonly #inFlight = new SingleFlight<LoginOutcome>();
  /** Of clients whose user and password have not been right before, by both and the address. */
  readonly #attempting = new SingleFlight<LoginOutcome>();
  /** Until when, by the clock. */
  readonly #wrong = new LRUCache<string, number>({ max: maxWrong });

  constructor(known: KnownCredentials, limiter: AttemptLimiter, queue: LoginQueue, clock: Clock) {
    this.#known = known;
    this.#limiter = limiter;
    this.#queue = queue;
    this.#clock = clock;
  }

  /** Never rejects. Waits `timeoutMs` for its turn at most, and then until the login is made. */
  of(question: AuthRequest, attempt: Attempt, timeoutMs: number): Promise<LoginOutcome> {
    const { credential, address } = attempt;
    const settled = this.#settled(credential);
    if (settled) return Promise.resolve(settled);
    if (this.#known.areRight(credential)) return this.#startLogin(question, attempt);
    const client = `${credential} ${address}`;
    return this.#attempting.run(client, () => this.#attempt(question, attempt, timeoutMs));
  }

  async #attempt(
    question: AuthRequest,
    attempt: Attempt,
    timeoutMs: number,
  ): Promise<LoginOutcome> {
    const permit = await this.#limiter.acquire(attempt, timeoutMs);
    if (!permit) return { reason: "throttled" };
    const meanwhile = this.#settled(attempt.credential);
    if (!meanwhile) return this.#startLogin(question, attempt, permit);
    permit.unused();
    return meanwhile;
  }

  /** What there is without a new login: one that was made or is under way, or a password that was wrong just now. */
  #settled(credential: string): Promise<LoginOutcome> | LoginOutcome | undefined {
    const login = this.#known.login(credential);
    if (login !== undefined) return { login };
    if ((this.#wrong.get(credential) ?? 0) > this.#clock.now())
      return { reason: "bad-credentials" };
    return this.#inFlight.get(credential);
  }

  #startLogin(question: AuthRequest, attempt: Attempt, permit?: Permit): Promise<LoginOutcome> {
    const { user, password, address } = question;
    return this.#inFlight.run(attempt.credential, async () => {
      const login = { user, password, address };
      const result = await this.#queue.login(login, permit === undefined);
      return this.#settle(attempt, result, permit);
    });
  }

  #settle(attempt: Attempt, result: LoginResult, permit: Permit | undefined): LoginOutcome {
    const { credential, owner, password } = attempt;
    if ("login" in result) {
      this.#known.setLogin(credential, owner, result.login, result.forMs);
      const isFirst = this.#known.isFirst(password);
      permit?.succeeded(isFirst);
      return { login: result.login };
    }
    permit?.failed();
    if (result.reason === "bad-credentials") {
      this.#known.setWrong(credential);
      this.#wrong.set(credential, this.#clock.now() + wrongPasswordMs);
    }
    return result;
  }
}
