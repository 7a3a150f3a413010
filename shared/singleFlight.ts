/** Shares one run among all who ask for the same key while it is under way. Keeps no result. */
export class SingleFlight<Value> {
  readonly #inFlight = new Map<string, Promise<Value>>();

  /** The run that is under way for this key. */
  get(key: string): Promise<Value> | undefined {
    return this.#inFlight.get(key);
  }

  /** Joins the run that is under way for this key, or starts `work`. */
  run(key: string, work: () => Promise<Value>): Promise<Value> {
    const joined = this.#inFlight.get(key);
    if (joined) return joined;
    const flight = work().finally(() => {
      if (this.#inFlight.get(key) === flight) this.#inFlight.delete(key);
    });
    this.#inFlight.set(key, flight);
    return flight;
  }

  /** Whoever asks from now on does not join a run that began before. */
  clear(): void {
    this.#inFlight.clear();
  }
}
