import { type Decision, maxBatch, type RunningSession } from "../../../shared/authContract";
import type { AuthClient } from "./authClient";

/** Handles that come within this time share an invocation: after a new task, all viewers come with theirs. */
const batchDelayMs = 20;

interface Pending {
  readonly running: RunningSession;
  readonly resolve: (decision: Decision) => void;
}

/** Asks the auth function whether clients that were admitted before still may do what their handles are for. */
export class HandleVerifier {
  readonly #auth: Pick<AuthClient, "recheck">;
  #queued: Pending[] = [];

  constructor(auth: Pick<AuthClient, "recheck">) {
    this.#auth = auth;
  }

  /** Never rejects. */
  verify(running: RunningSession): Promise<Decision> {
    return new Promise((answer) => {
      this.#queued.push({ running, resolve: answer });
      if (this.#queued.length === 1) setTimeout(() => this.#send(), batchDelayMs);
      if (this.#queued.length === maxBatch) this.#send();
    });
  }

  #send(): void {
    const batch = this.#queued;
    this.#queued = [];
    if (batch.length > 0) void this.#verifyAll(batch);
  }

  async #verifyAll(batch: readonly Pending[]): Promise<void> {
    const sessions = batch.map(({ running }) => running);
    const decisions = await this.#auth.recheck(sessions, true);
    batch.forEach(({ resolve: answer }, index) => {
      answer(decisions[index] ?? { allow: false, reason: "undecided" });
    });
  }
}
