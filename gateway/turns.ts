/** One costs up to a millisecond. */
const stepsPerTurn = 4;

/**
 * Lets a crowd on in small groups, one per turn of the event loop, so that a stream's bytes and an operator's call come in
 * between. Without a crowd nobody waits.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #left = stepsPerTurn;

  /** Resolves when it is the caller's turn; in the order of the calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#left === stepsPerTurn) setImmediate(() => this.#renew());
      this.#letOn();
    });
  }

  #renew(): void {
    this.#left = stepsPerTurn;
    if (this.#waiting.length > 0) setImmediate(() => this.#renew());
    this.#letOn();
  }

  #letOn(): void {
    const group = this.#waiting.splice(0, this.#left);
    this.#left -= group.length;
    for (const goOn of group) goOn();
  }
}
