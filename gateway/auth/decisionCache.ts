import { LRUCache } from "lru-cache";
import type { AuthRequest, Decision, RefusalReason } from "../../shared/authContract";
import { SingleFlight } from "../../shared/singleFlight";
import { monotonicMs } from "../process/monotonic";
import { digest } from "./digest";

/** How long an allow is cached, and so how long a revoked user may still start a session. */
const allowMs = 30_000;

/** A wrong password stays wrong; a lease may be made or widened at any moment. */
const badCredentialsMs = 30_000;
const refusalMs = 5_000;

/** A question takes 9 s at most, and the auth function caches CloudTAK's responses for 3 s. */
const unsettledMs = 12_000;

/** Of each kind. Kept apart, so that a flood of refusals displaces no allow. A refusal takes some 300 bytes. */
const maxEntries = 10_000;

/** Of all allows: a handle has up to 16 KiB. */
const maxAllowBytes = 16 * 1024 * 1024;
const bytesOf = ({ decision }: CachedDecision) =>
  512 + (decision.allow ? decision.handle.length : 0);

/** A decision with what a later recheck needs. */
export interface CachedDecision {
  readonly decision: Decision;
  /** Identifies the question with its credentials, which cannot be read from it. */
  readonly key: string;
  /** When the auth function was asked, by the monotonic clock. */
  readonly askedAt: number;
}

/** `handle` is that of an earlier session, or "". */
type Ask = (question: AuthRequest, handle: string) => Promise<Decision>;

interface Entry extends CachedDecision {
  /** As asked for: a path or a name. */
  readonly stream: string;
  readonly expiresAt: number;
}

/**
 * A short-lived cache of decisions in front of the auth function; identical questions share one request in flight.
 * Keys are digests: no credential is kept.
 */
export class DecisionCache {
  readonly #allows = new LRUCache<string, Entry>({
    max: maxEntries,
    maxSize: maxAllowBytes,
    sizeCalculation: bytesOf,
  });
  readonly #refusals = new LRUCache<string, Entry>({ max: maxEntries });
  /** Streams whose leases have changed of late. */
  readonly #changedAt = new LRUCache<string, number>({ max: maxEntries });
  readonly #inFlight = new SingleFlight<CachedDecision>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async decide(question: AuthRequest, handle = ""): Promise<CachedDecision> {
    const known = this.known(question, handle);
    if (known) return known;
    const key = this.keyOf(question, handle);
    return this.#inFlight.run(key, () => this.#fetch(key, question, handle));
  }

  /** What is known without asking. */
  known(question: AuthRequest, handle = ""): CachedDecision | undefined {
    const key = this.keyOf(question, handle);
    const known = this.#allows.get(key) ?? this.#refusals.get(key);
    return known && isFresh(known) ? known : undefined;
  }

  isInFlight(question: AuthRequest): boolean {
    return this.#inFlight.get(this.keyOf(question)) !== undefined;
  }

  /** Identifies the question with its credentials, which cannot be read from it. */
  keyOf(question: AuthRequest, handle = ""): string {
    const { action, protocol, stream, user, password, token } = question;
    return digest([action, protocol, stream, user, password, token, handle]);
  }

  /**
   * What was allowed is refused from now on, for longer than the auth function caches CloudTAK's responses, so that a
   * client that reconnects at once gets no older answer.
   */
  revoke(key: string, reason: RefusalReason): void {
    this.#keep({ decision: { allow: false, reason }, key, askedAt: monotonicMs() }, "");
  }

  /**
   * Leases of these paths or names have changed: drops the allows that were asked for by one of them, or that lead to
   * one. For a while no allow about them is kept, because it may be from before the change.
   */
  invalidate(streams: ReadonlySet<string>): void {
    if (streams.size === 0) return;
    for (const [key, { decision, stream }] of this.#allows.entries()) {
      if (streams.has(stream) || (decision.allow && streams.has(decision.path))) {
        this.#allows.delete(key);
      }
    }
    const now = monotonicMs();
    for (const stream of streams) this.#changedAt.set(stream, now);
  }

  #hasJustChanged(stream: string): boolean {
    const changedAt = this.#changedAt.get(stream);
    return changedAt !== undefined && monotonicMs() - changedAt < unsettledMs;
  }

  async #fetch(key: string, question: AuthRequest, handle: string): Promise<CachedDecision> {
    const askedAt = monotonicMs();
    const answer = await this.#ask(question, handle);
    const decided = { decision: unlessExpired(answer), key, askedAt };
    const refused = this.#refusals.get(key);
    // Revoked in the meantime.
    if (refused && refused.askedAt > askedAt) return refused;
    this.#keep(decided, question.stream);
    return decided;
  }

  #keep(decided: CachedDecision, stream: string): void {
    const { decision, key, askedAt } = decided;
    if (decision.allow && [stream, decision.path].some((one) => this.#hasJustChanged(one))) return;
    const lifetimeMs = lifetimeOf(decision);
    if (lifetimeMs <= 0) return;
    const [into, other] = decision.allow
      ? [this.#allows, this.#refusals]
      : [this.#refusals, this.#allows];
    // Field by field: up to Node 20, each object with a spread in it has a shape of its own, of 230 bytes.
    into.set(key, { decision, key, stream, askedAt, expiresAt: monotonicMs() + lifetimeMs });
    other.delete(key);
  }
}

const isFresh = ({ decision, expiresAt }: Entry): boolean =>
  monotonicMs() < expiresAt && !hasExpired(decision);

function unlessExpired(decision: Decision): Decision {
  return hasExpired(decision) ? { allow: false, reason: "expired" } : decision;
}

const hasExpired = (decision: Decision): boolean =>
  decision.allow && decision.notAfter !== null && decision.notAfter <= Date.now();

function lifetimeOf(decision: Decision): number {
  if (decision.allow) {
    return hasExpired(decision) ? 0 : allowMs;
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
