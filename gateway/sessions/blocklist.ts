import { monotonicMs } from "../process/monotonic";

interface Block {
  /** By the monotonic clock. */
  readonly until: number;
  readonly actions: readonly ("publish" | "read")[];
}

/** Streams that an operator has ended and that may not be published or read again for a while. */
export class PathBlocklist {
  readonly #blocksByPath = new Map<string, Block>();

  /** Replaces an earlier block of the path. */
  set(path: string, actions: Block["actions"], seconds: number): void {
    this.#dropExpired();
    this.#blocksByPath.set(path, { until: monotonicMs() + seconds * 1_000, actions });
  }

  has(path: string, action: "publish" | "read"): boolean {
    const block = this.#blocksByPath.get(path);
    return block !== undefined && block.until > monotonicMs() && block.actions.includes(action);
  }

  #dropExpired(): void {
    const now = monotonicMs();
    for (const [path, { until }] of this.#blocksByPath)
      if (until <= now) this.#blocksByPath.delete(path);
  }
}
