/** So long a crowd may go on in one turn. A step that has begun is ended. */
const budgetMs = 0.1;

/**
 * Lets a crowd on in small groups, one per turn of the event loop, so that streams' bytes and operators' calls come in
 * between. Without a crowd nobody waits.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Resolves when it is the caller's turn; in the order of the calls. */
  next(): Promise<void> {
    if (this.#isTaken) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#take();
    return Promise.resolve();
  }

  #take(): void {
    this.#isTaken = true;
    setImmediate(() => this.#letOn(performance.now() + budgetMs));
  }

  #letOn(until: number): void {
    const goOn = this.#waiting.shift();
    if (!goOn) {
      this.#isTaken = false;
      return;
    }
    goOn();
    // Comes after the step that this has set going.
    queueMicrotask(() => {
      if (performance.now() < until) this.#letOn(until);
      else this.#take();
    });
  }
}
