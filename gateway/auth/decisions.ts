import { LRUCache } from "lru-cache";
import type { AuthRequest, Decision } from "../../shared/authContract";
import { monotonicMs } from "../process/monotonic";
import type { GatewayDecision, Refusal } from "./authorizer";
import type { CachedDecision, DecisionCache } from "./decisionCache";
import { digest } from "./digest";
import { addressKey } from "./limits/addressKey";
import { type Attempt, attemptOf, credentialKey } from "./limits/attempt";
import type { AttemptLimiter } from "./limits/attemptLimiter";
import type { Clock } from "./limits/clock";
import type { KnownCredentials } from "./limits/knownCredentials";
import type { Logins } from "./limits/logins";
import { TokenBuckets } from "./limits/tokenBuckets";

/** Questions of one address that may end in a refusal at once, and then one in each interval. */
const refusalLimits = { burst: 200, refillMs: 100 };

/** Bounds memory, about 150 bytes each. */
const maxHandles = 20_000;

/** What remains of a client's time once it may try, for the decision itself. */
const reserveMs = 500;

/** A decision and what it takes to doubt it later. */
export interface Outcome extends Omit<CachedDecision, "decision"> {
  readonly decision: GatewayDecision;
}

export interface DecisionsParts {
  readonly cache: DecisionCache;
  readonly known: KnownCredentials;
  readonly limiter: AttemptLimiter;
  readonly logins: Logins;
  readonly clock: Clock;
}

/**
 * The way of a question: what is known, the limits of those whose credentials have not been right before, the login of the
 * user, and then the auth function. Never rejects with anything but what the cache rejects with.
 */
export class Decisions {
  readonly #cache: DecisionCache;
  readonly #known: KnownCredentials;
  readonly #limiter: AttemptLimiter;
  readonly #logins: Logins;
  readonly #refusals: TokenBuckets;
  /** Digests of handles that were given or taken by the auth function. */
  readonly #handles = new LRUCache<string, true>({ max: maxHandles });

  constructor({ cache, known, limiter, logins, clock }: DecisionsParts) {
    this.#cache = cache;
    this.#known = known;
    this.#limiter = limiter;
    this.#logins = logins;
    this.#refusals = new TokenBuckets(refusalLimits, clock);
  }

  /** `timeoutMs`: how long the client waits for its answer. `handle`: of an earlier session, instead of credentials. */
  async decide(question: AuthRequest, timeoutMs: number, handle = ""): Promise<Outcome> {
    const cached = this.#cache.known(question, handle);
    if (cached?.decision.allow) return cached;
    const bucket = this.#refusalBucket(question, handle);
    if (bucket === undefined) return cached ?? this.#ask(question, timeoutMs, handle);
    if (this.#refusals.waitMs(bucket) > 0) return this.#notAsked(question, "throttled");
    // Before the answer is there: otherwise all that are under way together would pass for one.
    this.#refusals.take(bucket);
    const outcome = cached ?? (await this.#ask(question, timeoutMs, handle));
    if (outcome.decision.allow) this.#refusals.giveBack(bucket);
    return outcome;
  }

  /**
   * What pays when the question ends in a refusal; undefined for those that were right before. One for each kind of
   * question, so that tries at passwords keep out no viewer who comes back with a handle, or without credentials.
   */
  #refusalBucket(question: AuthRequest, handle: string): string | undefined {
    const address = addressKey(question.address);
    if (address === undefined) return undefined;
    if (handle !== "") {
      return this.#handles.has(digest(["handle", handle])) ? undefined : `handle ${address}`;
    }
    const credential = credentialKey(question);
    if (credential === undefined) return `anonymous ${address}`;
    if (this.#known.areRight(credential)) return undefined;
    return question.token === "" ? `password ${address}` : `token ${address}`;
  }

  async #ask(question: AuthRequest, timeoutMs: number, handle: string): Promise<Outcome> {
    const attempt = attemptOf(question);
    const waitMs = Math.max(0, timeoutMs - reserveMs);
    if (handle !== "" || !attempt) return this.#decide(question, handle);
    if (attempt.isLease) return this.#askByLease(question, attempt, waitMs);
    const outcome = await this.#logins.of(question, attempt, waitMs);
    if ("reason" in outcome) return this.#notAsked(question, outcome.reason);
    return this.#decide({ ...question, login: outcome.login });
  }

  async #askByLease(question: AuthRequest, attempt: Attempt, waitMs: number): Promise<Outcome> {
    const { credential } = attempt;
    // A question that equals one in flight does not count as another try.
    if (this.#known.areRight(credential) || this.#cache.isInFlight(question)) {
      return this.#decide(question);
    }
    const permit = await this.#limiter.acquire(attempt, waitMs);
    if (!permit) return this.#notAsked(question, "throttled");
    try {
      const decided = await this.#decide(question);
      if (areRight(decided.decision)) permit.succeeded(this.#known.isFirst(attempt.password));
      else permit.failed();
      return decided;
    } catch (error) {
      permit.failed();
      throw error;
    }
  }

  async #decide(question: AuthRequest, handle = ""): Promise<CachedDecision> {
    const decided = await this.#cache.decide(question, handle);
    const { decision } = decided;
    const credential = credentialKey(question);
    if (decision.allow && question.protocol === "hls") {
      for (const right of [handle, decision.handle]) {
        if (right !== "") this.#handles.set(digest(["handle", right]), true);
      }
    }
    if (handle !== "" || credential === undefined) return decided;
    if (areRight(decision)) {
      this.#known.setRight(credential, attemptOf(question)?.owner);
      if (decision.allow) this.#known.replaceLogin(credential, decision.handle);
    } else if (!decision.allow && decision.reason === "bad-credentials")
      this.#known.setWrong(credential);
    return decided;
  }

  #notAsked(question: AuthRequest, reason: Refusal["reason"]): Outcome {
    const key = this.#cache.keyOf(question);
    return { decision: { allow: false, reason }, key, askedAt: monotonicMs() };
  }
}

/** A refusal names its subject only when the credentials have proved right. */
const areRight = (decision: Decision): boolean => decision.allow || decision.subject !== undefined;
