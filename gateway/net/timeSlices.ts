/**
 * Time that one turn of the event loop may spend on resuming waiting clients. A step that has started runs to its
 * end.
 */
const sliceMs = 0.1;

/**
 * Resumes waiting clients in small groups, one group per turn of the event loop, so that streams' bytes and API calls
 * are handled in between. When no client waits, `wait` resolves at once.
 */
export class TimeSliceQueue {
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;

  /** Resolves in the caller's time slice, in the order of the calls. */
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
    // Runs after the step that `resume` has set going.
    queueMicrotask(() => {
      if (performance.now() < until) this.#runSlice(until);
      else this.#scheduleSlice();
    });
  }
}
