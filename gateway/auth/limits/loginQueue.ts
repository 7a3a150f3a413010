import type { LoginRequest, LoginResult } from "../../../shared/authContract";
import { addressKey } from "./addressKey";

/**
 * A login is the dearest of CloudTAK's calls: TAK Server and its database take part. 25 are made at a time, by few
 * invocations, so that slow logins leave most instances of the function to others.
 */
const maxInvocations = 5;
const maxPerInvocation = 5;

/** Logins that wait for their turn, from one address and in all. */
const maxWaitingPerAddress = 250;
const maxWaiting = 2_500;

interface Waiting {
  readonly request: LoginRequest;
  readonly resolve: (result: LoginResult) => void;
}

const undecided: LoginResult = { reason: "undecided" };

/**
 * Makes logins, a few at a time. Those that are likely to succeed go first; of the others each address has the same
 * chance, however many it has.
 */
export class LoginQueue {
  readonly #logIn: (requests: readonly LoginRequest[]) => Promise<readonly LoginResult[]>;
  readonly #random: () => number;
  readonly #known: Waiting[] = [];
  readonly #byAddress = new Map<string, Waiting[]>();
  #waiting = 0;
  #invocations = 0;

  /** `logIn` answers in the order of the requests and never rejects. */
  constructor(
    logIn: (requests: readonly LoginRequest[]) => Promise<readonly LoginResult[]>,
    random: () => number,
  ) {
    this.#logIn = logIn;
    this.#random = random;
  }

  /** `isKnown`: user and password have been right before. Undecided when too many of one address wait. */
  login(request: LoginRequest, isKnown: boolean): Promise<LoginResult> {
    const key = addressKey(request.address) ?? "";
    const sameAddress = isKnown ? this.#known : (this.#byAddress.get(key) ?? []);
    if (sameAddress.length >= maxWaitingPerAddress && !isKnown) return Promise.resolve(undecided);
    if (this.#waiting >= maxWaiting && !isKnown && !this.#makeRoomFor(sameAddress)) {
      return Promise.resolve(undecided);
    }
    return new Promise((answer) => {
      sameAddress.push({ request, resolve: answer });
      if (!isKnown) this.#byAddress.set(key, sameAddress);
      this.#waiting += 1;
      if (this.#invocations < maxInvocations) void this.#work();
    });
  }

  /** Runs one invocation after the other until the queue is empty. */
  async #work(): Promise<void> {
    this.#invocations += 1;
    while (this.#waiting > 0) {
      const batch: Waiting[] = [];
      while (batch.length < maxPerInvocation && this.#waiting > 0) batch.push(this.#next());
      const results = await this.#logIn(batch.map(({ request }) => request));
      for (const [index, { resolve: answer }] of batch.entries())
        answer(results[index] ?? undecided);
    }
    this.#invocations -= 1;
  }

  /** The address with most logins loses its newest, unless it is the one that asks for more. */
  #makeRoomFor(sameAddress: readonly Waiting[]): boolean {
    let largest: Waiting[] = [];
    for (const one of this.#byAddress.values()) if (one.length > largest.length) largest = one;
    if (largest.length <= sameAddress.length + 1) return false;
    this.#waiting -= 1;
    largest.pop()?.resolve(undecided);
    return true;
  }

  #next(): Waiting {
    this.#waiting -= 1;
    const known = this.#known.shift();
    if (known) return known;
    const addresses = [...this.#byAddress.keys()];
    const address = addresses[Math.floor(this.#random() * addresses.length)] ?? "";
    const sameAddress = this.#byAddress.get(address) ?? [];
    const next = sameAddress.shift();
    if (sameAddress.length === 0) this.#byAddress.delete(address);
    if (!next) throw new Error("no login waits");
    return next;
  }
}
