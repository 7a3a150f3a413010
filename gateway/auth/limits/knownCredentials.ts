import { LRUCache } from "lru-cache";
import type { Clock } from "./clock";

const maxEntries = 10_000;
/** Spellings of a user's name, and passwords, that are remembered at a time. */
const maxPerOwner = 8;
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
  /** Of owners, in one spelling, that have been right. */
  readonly #passwords = new LRUCache<string, true>({ max: maxEntries });
  readonly #keysOf = new LRUCache<string, readonly string[]>({ max: maxEntries });
  readonly #clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether the last answer about them was that they are right. */
  areRight(key: string): boolean {
    return this.#entries.get(key)?.isRight ?? false;
  }

  /**
   * Whether this password of this owner, in one spelling, is right for the first time; asked once for each success.
   * CloudTAK takes a user's name in several spellings, and each would be a first time otherwise.
   */
  isFirst(password: string): boolean {
    if (this.#passwords.has(password)) return false;
    this.#passwords.set(password, true);
    return true;
  }

  setRight(key: string, owner: string | undefined): void {
    const { login, loginUntilMs } = this.#entries.get(key) ?? noLogin;
    this.#entries.set(key, { isRight: true, login, loginUntilMs });
    this.#boundOwner(key, owner);
  }

  setWrong(key: string): void {
    if (this.#entries.has(key)) this.#entries.set(key, { isRight: false, ...noLogin });
  }

  /** The login that serves them now. */
  login(key: string): string | undefined {
    const known = this.#entries.get(key);
    return known && this.#clock.now() < known.loginUntilMs ? known.login : undefined;
  }

  setLogin(key: string, owner: string, login: string, forMs: number): void {
    this.#entries.set(key, { isRight: true, login, loginUntilMs: this.#clock.now() + forMs });
    this.#boundOwner(key, owner);
  }

  /** The spellings of one name do not displace the entries of others. */
  #boundOwner(key: string, owner: string | undefined): void {
    if (owner === undefined) return;
    const before = this.#keysOf.get(owner) ?? [];
    if (before.includes(key)) return;
    const keys = [...before, key];
    const oldest = keys.length > maxPerOwner ? keys.shift() : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#keysOf.set(owner, keys);
  }

  /** The same login sealed anew, or one that was made in its place. */
  replaceLogin(key: string, login: string): void {
    const known = this.#entries.get(key);
    if (known?.isRight && known.login !== "") this.#entries.set(key, { ...known, login });
  }
}
