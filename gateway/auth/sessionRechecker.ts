import { type Allow, type Decision, maxBatch, type RefusalReason } from "../../shared/authContract";
import type { Log } from "../log";
import { monotonicMs } from "../process/monotonic";
import { type LiveSession, logFields, type SessionRegistry } from "../sessions/registry";
import type { DecisionCache } from "./decisionCache";
import type { AuthClient } from "./function/authClient";

/**
 * Sweeps per interval. A sweep asks about all sessions that are due before the next one, so that sessions that began
 * together are asked about in few batches and stay spread over the interval.
 */
const sweepsPerInterval = 6;

export interface RecheckParts {
  readonly sessions: SessionRegistry;
  readonly auth: Pick<AuthClient, "recheck">;
  readonly cache: Pick<DecisionCache, "revoke">;
  readonly log: Log;
  readonly intervalMs: number;
}

/**
 * Asks about each running session again, no later than the interval after its latest decision. A session that
 * CloudTAK no longer allows is disconnected; one that CloudTAK cannot decide about continues until its notAfter and
 * is asked about again after half the interval.
 */
export class SessionRechecker {
  readonly #sessions: SessionRegistry;
  readonly #auth: Pick<AuthClient, "recheck">;
  readonly #cache: Pick<DecisionCache, "revoke">;
  readonly #log: Log;
  readonly #intervalMs: number;
  readonly #timer: NodeJS.Timeout;
  /** When each session is due, and those that are being asked about. */
  readonly #dueAt = new WeakMap<LiveSession, number>();
  /** Asked about because their lease was not listed. */
  readonly #missed = new WeakSet<LiveSession>();

  constructor({ sessions, auth, cache, log, intervalMs }: RecheckParts) {
    this.#sessions = sessions;
    this.#auth = auth;
    this.#cache = cache;
    this.#log = log;
    this.#intervalMs = intervalMs;
    this.#timer = setInterval(() => this.#sweep(), this.#sweepIntervalMs).unref();
  }

  /**
   * Asks now about the sessions on `changed` paths, and once about each that was decided about before the list was asked
   * for and whose lease is not on it: a lease may be made and deleted between two lists.
   */
  follow(
    leases: ReadonlyMap<string, unknown>,
    askedAt: number,
    changed: ReadonlySet<string>,
  ): void {
    const due = this.#sessions.list().filter((session) => {
      const { path, decidedAt } = session;
      if (changed.has(path)) return true;
      const isMissed = !leases.has(path) && decidedAt < askedAt && !this.#missed.has(session);
      if (isMissed) this.#missed.add(session);
      return isMissed;
    });
    this.#askAll(due);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get #sweepIntervalMs(): number {
    return this.#intervalMs / sweepsPerInterval;
  }

  #sweep(): void {
    const now = monotonicMs();
    this.#askAll(this.#sessions.list().filter((one) => this.#isDue(one, now)));
  }

  #askAll(due: readonly LiveSession[]): void {
    for (let at = 0; at < due.length; at += maxBatch) void this.#ask(due.slice(at, at + maxBatch));
  }

  #isDue(session: LiveSession, now: number): boolean {
    const dueAt = this.#dueAt.get(session) ?? session.decidedAt + this.#intervalMs;
    return dueAt <= now + this.#sweepIntervalMs;
  }

  async #ask(sessions: readonly LiveSession[]): Promise<void> {
    const askedAt = monotonicMs();
    for (const session of sessions) this.#dueAt.set(session, Number.POSITIVE_INFINITY);
    const running = sessions.map(({ handle, action, path }) => ({ handle, action, path }));
    const decisions = await this.#auth.recheck(running);
    sessions.forEach((session, index) => {
      this.#apply(session, askedAt, decisions[index] ?? { allow: false, reason: "undecided" });
    });
  }

  #apply(session: LiveSession, askedAt: number, decision: Decision): void {
    if (decision.allow) {
      const isAboutIt = decision.path === session.path && decision.subject === session.subject;
      if (isAboutIt) this.#renew(session, askedAt, decision);
      else this.#revoke(session, "malformed");
    } else if (decision.reason === "undecided") {
      this.#dueAt.set(session, askedAt + this.#intervalMs / 2);
    } else {
      this.#revoke(session, decision.reason);
    }
  }

  #renew(session: LiveSession, askedAt: number, { handle, notAfter }: Allow): void {
    session.handle = handle;
    session.notAfter = notAfter;
    this.#dueAt.set(session, askedAt + this.#intervalMs);
  }

  #revoke(session: LiveSession, reason: RefusalReason): void {
    this.#cache.revoke(session.decisionKey, reason);
    if (this.#sessions.disconnect(session.id, reason)) {
      this.#log.warn({ ...logFields(session), reason }, "auth revoked");
    }
  }
}
