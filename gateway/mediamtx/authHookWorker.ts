import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import {
  credentialsOf,
  type IssuedTicket,
  makeTicket,
  type Ticket,
  type TicketScope,
} from "./tickets";

/** What the thread is started with. */
export interface AuthHookWorkerData {
  readonly port: number;
  readonly apiToken: string;
}

export type AuthHookCommand =
  | { readonly kind: "issue"; readonly ticket: IssuedTicket }
  | { readonly kind: "void"; readonly password: string };

export type AuthHookEvent =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "redeemed"; readonly password: string; readonly mediamtxId: string };

/** Beside this file, in the bundle as in the sources. */
const program = join(__dirname, `authHookMain${extname(__filename)}`);

/**
 * MediaMTX's auth hook in a thread of its own. MediaMTX sends one request at a time, which takes two turns of the
 * event loop: on the protocol servers' loop, a thousand clients that connect together waited for seconds. When the
 * thread dies the gateway ends too, because no client could be admitted any more.
 */
export class AuthHookWorker {
  readonly #apiToken: string;
  readonly #start: (data: AuthHookWorkerData) => Worker;
  readonly #redeemed = new Map<string, (mediamtxId: string) => void>();
  #worker: Worker | undefined;
  #isClosing = false;

  /** `start` runs gateway/mediamtx/authHookMain.ts; tests have their own way to. */
  constructor(
    apiToken: string,
    start = (data: AuthHookWorkerData) => new Worker(program, { workerData: data }),
  ) {
    this.#apiToken = apiToken;
    this.#start = start;
  }

  /** Resolves to the port, on 127.0.0.1. */
  listen(port: number): Promise<number> {
    const worker = this.#start({ port, apiToken: this.#apiToken });
    this.#worker = worker;
    let isListening = false;
    return new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", (code) => {
        const error = new Error(`the hook's thread has ended with ${code}`);
        reject(error);
        if (isListening && !this.#isClosing) throw error;
      });
      worker.on("message", (event: AuthHookEvent) => {
        switch (event.kind) {
          case "listening":
            isListening = true;
            worker.off("error", reject);
            resolve(event.port);
            return;
          case "failed":
            reject(new Error(event.reason));
            return;
          case "redeemed":
            this.#redeemed.get(event.password)?.(event.mediamtxId);
        }
      });
    });
  }

  /** Resolves when the port is free. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#worker?.terminate();
  }

  /**
   * A ticket that the hook knows before MediaMTX can ask; `redeemed` gets MediaMTX's id of the client when it is
   * used.
   */
  issue(scope: TicketScope, redeemed: (mediamtxId: string) => void): Ticket {
    const ticket = makeTicket(scope);
    this.#redeemed.set(ticket.password, redeemed);
    this.#post({ kind: "issue", ticket });
    return credentialsOf(ticket);
  }

  /** Makes a ticket void. To be called for every ticket in the end. */
  void({ password }: Ticket): void {
    this.#redeemed.delete(password);
    this.#post({ kind: "void", password });
  }

  #post(command: AuthHookCommand): void {
    this.#worker?.postMessage(command);
  }
}
