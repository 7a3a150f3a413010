import {
  type Allow,
  type Decision,
  isStreamName,
  maxFieldLength,
  type Question,
} from "../lambda/auth/contract";
import type { Admission, AdmissionRequest, Gatekeeper, Refusal } from "./gatekeeper";
import { type Log, streamForLog } from "./log";
import { plainAddress } from "./proxyProtocol";
import type { Sessions } from "./sessions";
import type { Tickets } from "./tickets";

/** What a client shows to prove who it is; "" when absent. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

/** The gatekeeper of all doors: one decision, then a ticket for MediaMTX and a session. */
export class AdmissionControl implements Gatekeeper {
  readonly #decide: (question: Question) => Promise<Decision>;
  readonly #tickets: Tickets;
  readonly #sessions: Sessions;
  readonly #log: Log;
  #closing = false;

  constructor(
    decide: (question: Question) => Promise<Decision>,
    tickets: Tickets,
    sessions: Sessions,
    log: Log,
  ) {
    this.#decide = decide;
    this.#tickets = tickets;
    this.#sessions = sessions;
    this.#log = log;
  }

  /** From now on every client is refused as "closing". */
  close(): void {
    this.#closing = true;
  }

  async admit(request: AdmissionRequest): Promise<Admission | Refusal> {
    const { action, protocol, stream, user, password, token } = request;
    const address = plainAddress(request.clientAddress);
    const question = { action, protocol, stream, user, password, token, address };
    const decision = isStreamName(stream)
      ? await decidedBy(request.answerBy, this.#ask(question))
      : malformed;
    const refused = this.#refusal(request, decision);
    if (refused || !decision.allow) {
      const reason = refused ?? "undecided";
      this.#logRefusal(question, reason);
      return { admitted: false, reason };
    }
    return this.#enter(request, address, decision);
  }

  /**
   * Decides a call of the API. Never rejects. An allow is not logged: clients of the API poll it.
   */
  async signIn(credentials: Credentials, clientAddress: string): Promise<Decision> {
    const address = plainAddress(clientAddress);
    const { user, password, token } = credentials;
    const service = { action: "api", protocol: "api", stream: "" } as const;
    const question: Question = { ...service, user, password, token, address };
    const decision = await this.#ask(question);
    if (!decision.allow) this.#logRefusal(question, decision.reason);
    return decision;
  }

  async #ask(question: Question): Promise<Decision> {
    const { user, password, token } = question;
    if (
      user.length > maxFieldLength.user ||
      password.length > maxFieldLength.password ||
      token.length > maxFieldLength.token
    ) {
      return malformed;
    }
    if (user === "" && password === "" && token === "") {
      return { allow: false, reason: "bad-credentials" };
    }
    try {
      return await this.#decide(question);
    } catch (error) {
      this.#log.error({ err: error }, "auth failed to decide");
      return undecided;
    }
  }

  /** Why the request is refused after all, undefined when it may enter. */
  #refusal(request: AdmissionRequest, decision: Decision): Refusal["reason"] | undefined {
    if (this.#closing) return "closing";
    if (!decision.allow) return decision.reason;
    // An allow without a path is an answer to some other question.
    if (decision.path === "") return "undecided";
    if (request.action !== "publish") return undefined;
    const live = this.#sessions.publisherOf(decision.path);
    return live && live.subject !== decision.subject ? "in-use" : undefined;
  }

  #enter(request: AdmissionRequest, clientAddress: string, allow: Allow): Admission {
    const { action, protocol, clientPort } = request;
    const { path, subject, handle, notAfter } = allow;
    this.#log.info(
      { protocol, action, user: subject, stream: path, clientAddress },
      "auth allowed",
    );
    if (action === "publish") {
      const live = this.#sessions.publisherOf(path);
      if (live) this.#sessions.cut(live.id, "taken over");
    }
    const details = { protocol, action, path, subject, handle, notAfter };
    const session = this.#sessions.open({ ...details, clientAddress, clientPort }, request.cut);
    return { admitted: true, ticket: this.#tickets.issue({ action, path, protocol }), session };
  }

  #logRefusal(question: Question, reason: Refusal["reason"]): void {
    const { protocol, action, address: clientAddress } = question;
    const stream = streamForLog(question.stream);
    this.#log.warn({ protocol, action, stream, clientAddress, reason }, "auth refused");
  }
}

/** A decision that comes later is not lost: the cache has it for the client's next try. */
async function decidedBy(answerBy: number, decision: Promise<Decision>): Promise<Decision> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Decision>((resolve) => {
    timer = setTimeout(resolve, answerBy - Date.now(), undecided);
  });
  try {
    return await Promise.race([decision, late]);
  } finally {
    clearTimeout(timer);
  }
}

const undecided: Decision = { allow: false, reason: "undecided" };
const malformed: Decision = { allow: false, reason: "malformed" };
