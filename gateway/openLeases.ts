import type { ListedLease } from "../lambda/auth/contract";
import type { AuthClient } from "./authClient";

/** A lease that was just made is known after this time. */
const syncMs = 5_000;

/**
 * Paths of the leases that admit anybody, for compatible mode. It only tells whom to ask for credentials at
 * once: whether somebody may enter is decided by the auth function, so a list that is behind opens nothing.
 */
export class OpenLeases {
  readonly #auth: Pick<AuthClient, "leases">;
  #open = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(auth: Pick<AuthClient, "leases">) {
    this.#auth = auth;
  }

  has(path: string): boolean {
    return (this.#open.get(path) ?? 0) > Date.now();
  }

  /** Fetches the list now and again and again; resolves after the first time. */
  async start(): Promise<void> {
    const open = await this.#fetch();
    if (open) this.#open = open;
    if (!this.#closed) this.#timer = setTimeout(() => void this.start(), syncMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Path -> end, epoch milliseconds. Undefined while CloudTAK cannot be asked: the last list stays. */
  async #fetch(): Promise<Map<string, number> | undefined> {
    const found: ListedLease[] = [];
    for (let page: number | null = 0; page !== null; ) {
      const { leases, nextPage } = await this.#auth.leases(page);
      if (!leases) return undefined;
      found.push(...leases);
      page = nextPage;
    }
    const open = found.filter((lease) => lease.open);
    return new Map(open.map((one) => [one.path, one.expiration ?? Number.POSITIVE_INFINITY]));
  }
}
