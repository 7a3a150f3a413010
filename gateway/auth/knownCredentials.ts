import { LRUCache } from "lru-cache";
import type { Clock } from "./clock";

const maxEntries = 10_000;
/** A sealed login has up to 16 KiB. */
const maxBytes = 16 * 1024 * 1024;

interface Known {
  readonly isRight: boolean;
  /** Sealed, of the last login. */
  readonly login: string;
  /** By the clock. */
  readonly loginUntilMs: number;
}

const noLogin = { login: "", loginUntilMs: 0 } as const;
const bytesOf = ({ login }: Known) => 512 + login.length;

/**
 * Credentials that have been right, by their keys, with the login that they share. Only what was right gets in, so that
 * wrong ones push nothing out.
 */
export class KnownCredentials {
  readonly #entries = new LRUCache<string, Known>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: bytesOf,
  });
  readonly #clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether the last answer about them was that they are right. */
  areRight(key: string): boolean {
    return this.#entries.get(key)?.isRight ?? false;
  }

  /** Whether they have been right at any time. */
  wereRight(key: string): boolean {
    return this.#entries.has(key);
  }

  setRight(key: string): void {
    const { login, loginUntilMs } = this.#entries.get(key) ?? noLogin;
    this.#entries.set(key, { isRight: true, login, loginUntilMs });
  }

  setWrong(key: string): void {
    if (this.#entries.has(key)) this.#entries.set(key, { isRight: false, ...noLogin });
  }

  /** The login that serves them now. */
  login(key: string): string | undefined {
    const known = this.#entries.get(key);
    return known && this.#clock.now() < known.loginUntilMs ? known.login : undefined;
  }

  setLogin(key: string, login: string, forMs: number): void {
    this.#entries.set(key, { isRight: true, login, loginUntilMs: this.#clock.now() + forMs });
  }

  /** The same login sealed anew, or one that was made in its place. */
  replaceLogin(key: string, login: string): void {
    const known = this.#entries.get(key);
    if (known?.isRight && known.login !== "") this.#entries.set(key, { ...known, login });
  }
}
