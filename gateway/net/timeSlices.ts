/** So long a crowd may go on in one turn. A step that has begun is ended. */
const sliceMs = 0.1;

/**
 * Lets a crowd on in small groups, one per turn of the event loop, so that streams' bytes and operators' calls come in
 * between. Without a crowd nobody waits.
 */
export class TimeSliceQueue {
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;

  /** Resolves when it is the caller's turn; in the order of the calls. */
  wait(): Promise<void> {
    if (this.#isScheduled) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#scheduleSlice();
    return Promise.resolve();
  }

  #scheduleSlice(): void {
    this.#isScheduled = true;
    setImmediate(() => this.#runSlice(performance.now() + sliceMs));
  }

  #runSlice(until: number): void {
    const resume = this.#waiting.shift();
    if (!resume) {
      this.#isScheduled = false;
      return;
    }
    resume();
    // Comes after the step that this has set going.
    queueMicrotask(() => {
      if (performance.now() < until) this.#runSlice(until);
      else this.#scheduleSlice();
    });
  }
}
