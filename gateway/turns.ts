/**
 * Lets a crowd on one by one, one per turn of the event loop, so that streams' bytes and operators' calls come in between.
 * Without a crowd nobody waits.
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
    setImmediate(() => {
      const goOn = this.#waiting.shift();
      if (goOn) this.#take();
      else this.#isTaken = false;
      goOn?.();
    });
  }
}
