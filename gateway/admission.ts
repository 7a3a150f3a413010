import { LRUCache } from "lru-cache";
import {
  type Allow,
  type Decision,
  isStreamName,
  maxFieldLength,
  type Question,
  type RefusalReason,
} from "../lambda/auth/contract";
import type { Decided } from "./decisionCache";
import type { Admission, AdmissionRequest, Gatekeeper, Refusal } from "./gatekeeper";
import type { Log } from "./log";
import type { Metrics } from "./metrics";
import { monotonicMs } from "./monotonic";
import { plainAddress } from "./proxyProtocol";
import type { Sessions } from "./sessions";
import { SessionTickets } from "./sessionTickets";
import type { Tickets } from "./tickets";
import { Turns } from "./turns";

/** What a client shows to prove who it is; "" when absent. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

/** Bounds memory, about 300 bytes each. */
const maxKnownStreams = 10_000;

/** The gatekeeper of all doors: one decision, then a ticket for MediaMTX and a session. */
export class AdmissionControl implements Gatekeeper {
  readonly #decide: (question: Question, handle?: string) => Promise<Decided>;
  readonly #isOpen: (stream: string) => boolean;
  readonly #tickets: Pick<Tickets, "issue" | "void">;
  readonly #sessions: Sessions;
  readonly #metrics: Pick<Metrics, "countRefusal">;
  readonly #log: Log;
  /** Names as asked that have turned out to be those of leases. Nothing else that a refused client sent is logged. */
  readonly #knownStreams = new LRUCache<string, true>({ max: maxKnownStreams });
  readonly #turns = new Turns();
  #closing = false;

  /** `isOpen` tells whether a stream may admit a client without credentials. */
  constructor(
    decide: (question: Question, handle?: string) => Promise<Decided>,
    isOpen: (stream: string) => boolean,
    tickets: Pick<Tickets, "issue" | "void">,
    sessions: Sessions,
    metrics: Pick<Metrics, "countRefusal">,
    log: Log,
  ) {
    this.#decide = decide;
    this.#isOpen = isOpen;
    this.#tickets = tickets;
    this.#sessions = sessions;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** From now on every client is refused as "closing". */
  close(): void {
    this.#closing = true;
  }

  mayBeAnonymous(stream: string): boolean {
    return this.#isOpen(stream);
  }

  async admit(request: AdmissionRequest): Promise<Admission | Refusal> {
    const { action, protocol, stream, user, password, token } = request;
    const address = plainAddress(request.clientAddress);
    const question = { action, protocol, stream, user, password, token, address };
    const decided = isStreamName(stream)
      ? await decidedBy(request.answerBy, this.#ask(question, request.handle))
      : known("malformed");
    await this.#turns.next();
    const { decision } = decided;
    if (decision.allow || decision.streamKnown) this.#knownStreams.set(stream, true);
    const refused = this.#refusal(request, decision);
    if (refused || !decision.allow) {
      const reason = refused ?? "undecided";
      this.#logRefusal(question, reason, decision);
      return { admitted: false, reason };
    }
    return this.#enter(request, address, decision, decided);
  }

  /**
   * Decides a call of the API. Never rejects. An allow is not logged: clients of the API poll it.
   */
  async signIn(credentials: Credentials, clientAddress: string): Promise<Decision> {
    const address = plainAddress(clientAddress);
    const { user, password, token } = credentials;
    const service = { action: "api", protocol: "api", stream: "" } as const;
    const question: Question = { ...service, user, password, token, address };
    const { decision } = await this.#ask(question);
    if (!decision.allow) this.#logRefusal(question, decision.reason, decision);
    return decision;
  }

  /**
   * Decides whether a user may see a stream, named by lease path or name. Never rejects. Not logged: one
   * list of streams is many questions.
   */
  async see(credentials: Credentials, clientAddress: string, stream: string): Promise<Decision> {
    const address = plainAddress(clientAddress);
    const { user, password, token } = credentials;
    const about = { action: "read", protocol: "api", stream } as const;
    return (await this.#ask({ ...about, user, password, token, address })).decision;
  }

  async #ask(question: Question, handle?: string): Promise<Decided> {
    const { stream, user, password, token } = question;
    if (
      user.length > maxFieldLength.user ||
      password.length > maxFieldLength.password ||
      token.length > maxFieldLength.token
    ) {
      return known("malformed");
    }
    const isAnonymous = user === "" && password === "" && token === "" && handle === undefined;
    if (isAnonymous && !this.#isOpen(stream)) {
      return known("bad-credentials");
    }
    try {
      return await this.#decide(question, handle);
    } catch (error) {
      this.#log.error({ err: error }, "auth failed to decide");
      return known("undecided");
    }
  }

  /** Why the request is refused after all, undefined when it may enter. */
  #refusal(request: AdmissionRequest, decision: Decision): Refusal["reason"] | undefined {
    if (this.#closing) return "closing";
    if (!decision.allow) return decision.reason;
    // An allow without a path is an answer to some other question.
    if (decision.path === "") return "undecided";
    if (this.#sessions.blocks.has(decision.path, request.action)) return "blocked";
    if (!this.#sessions.hasRoomFor(decision, request.action)) return "too-many-sessions";
    if (request.action !== "publish") return undefined;
    const live = this.#sessions.publisherOf(decision.path);
    return live && live.subject !== decision.subject ? "in-use" : undefined;
  }

  #enter(
    request: AdmissionRequest,
    clientAddress: string,
    allow: Allow,
    { key: decisionKey, askedAt: decidedAt }: Decided,
  ): Admission {
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
    const decided = { path, subject, handle, notAfter, decidedAt, decisionKey };
    const client = { protocol, action, clientAddress, clientPort };
    const tickets = new SessionTickets(this.#tickets, { action, path, protocol });
    const session = this.#sessions.open(
      { ...client, ...decided },
      request.cut,
      () => tickets.end(),
      tickets.mediamtxIds,
    );
    return { admitted: true, ticket: tickets.issue(), freshTicket: () => tickets.issue(), session };
  }

  #logRefusal(question: Question, reason: Refusal["reason"], { subject }: Decision): void {
    this.#metrics.countRefusal(reason);
    const { protocol, action, stream, address: clientAddress } = question;
    const common = { protocol, action, user: subject, clientAddress, reason };
    const isShown = stream === "" || this.#knownStreams.has(stream);
    const shown = isShown ? { stream } : { stream: "<unknown>", hint: unknownStreamHint };
    this.#log.warn({ ...common, ...shown }, "auth refused");
  }
}

const unknownStreamHint =
  "the stream that was asked for is not shown, for it may be a password in the wrong place; " +
  "compare the client's stream key with user:password:name, and its name with CloudTAK's leases";

/** A decision that comes later is not lost: the cache has it for the client's next try. */
async function decidedBy(answerBy: number, decided: Promise<Decided>): Promise<Decided> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Decided>((resolve) => {
    timer = setTimeout(() => resolve(known("undecided")), answerBy - monotonicMs());
  });
  try {
    return await Promise.race([decided, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Refused without asking anybody. */
const known = (reason: RefusalReason): Decided => ({
  decision: { allow: false, reason },
  key: "",
  askedAt: monotonicMs(),
});
