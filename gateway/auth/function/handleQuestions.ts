import { type Decision, maxBatch, type Running } from "../../../shared/authContract";
import type { AuthClient } from "./authClient";

/** Handles that come within this time share an invocation: after a new task, all viewers come with theirs. */
const gatherMs = 20;

interface Pending {
  readonly running: Running;
  readonly answer: (decision: Decision) => void;
}

/** Asks the auth function whether clients that were admitted before still may do what their handles are for. */
export class HandleQuestions {
  readonly #auth: Pick<AuthClient, "recheck">;
  #gathered: Pending[] = [];

  constructor(auth: Pick<AuthClient, "recheck">) {
    this.#auth = auth;
  }

  /** Never rejects. */
  ask(running: Running): Promise<Decision> {
    return new Promise((answer) => {
      this.#gathered.push({ running, answer });
      if (this.#gathered.length === 1) setTimeout(() => this.#send(), gatherMs);
      if (this.#gathered.length === maxBatch) this.#send();
    });
  }

  #send(): void {
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length > 0) void this.#askAll(batch);
  }

  async #askAll(batch: readonly Pending[]): Promise<void> {
    const sessions = batch.map(({ running }) => running);
    const decisions = await this.#auth.recheck(sessions, true);
    batch.forEach(({ answer }, index) => {
      answer(decisions[index] ?? { allow: false, reason: "undecided" });
    });
  }
}
