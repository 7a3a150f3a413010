import { LRUCache } from "lru-cache";
import {
  type Allow,
  type AuthRequest,
  isStreamName,
  maxFieldLength,
  type RefusalReason,
} from "../../shared/authContract";
import type { Log } from "../log";
import { SessionTickets } from "../mediamtx/sessionTickets";
import type { Tickets } from "../mediamtx/tickets";
import { normalizeAddress } from "../net/addresses";
import { TimeSliceQueue } from "../net/timeSlices";
import { monotonicMs } from "../process/monotonic";
import type { MetricsReporter } from "../sessions/metrics";
import type { SessionRegistry } from "../sessions/registry";
import {
  type Admission,
  type AdmissionRequest,
  type Authorizer,
  answerWithinMs,
  type GatewayDecision,
  type Refusal,
} from "./authorizer";
import { type Credentials, isAnonymous } from "./credentials/credentials";
import type { Outcome } from "./decisions";
import { isSamePublisher, type LeaseDirectory, withoutApplication } from "./leases/leaseDirectory";
import { RefusalLog } from "./refusalLog";

/** Bounds memory, about 300 bytes each. */
const maxKnownStreams = 10_000;

/** `timeoutMs`: how long the client waits. `handle`: of an earlier session, instead of credentials. */
type Decide = (question: AuthRequest, timeoutMs: number, handle?: string) => Promise<Outcome>;

export interface AdmissionParts {
  readonly decide: Decide;
  readonly leases: LeaseDirectory;
  readonly tickets: Pick<Tickets, "issue" | "void">;
  readonly sessions: SessionRegistry;
  readonly metrics: Pick<MetricsReporter, "countRefusal">;
  readonly log: Log;
}

/** The authorizer of all protocol servers: one decision, then a ticket for MediaMTX and a session. */
export class AdmissionControl implements Authorizer {
  readonly #decide: Decide;
  readonly #leases: LeaseDirectory;
  readonly #tickets: Pick<Tickets, "issue" | "void">;
  readonly #sessions: SessionRegistry;
  readonly #metrics: Pick<MetricsReporter, "countRefusal">;
  readonly #log: Log;
  /** Names as asked that have turned out to be those of leases. Nothing else that a refused client sent is logged. */
  readonly #knownStreams = new LRUCache<string, true>({ max: maxKnownStreams });
  readonly #refusals: RefusalLog;
  readonly #timeSlices = new TimeSliceQueue();
  #closing = false;

  constructor({ decide, leases, tickets, sessions, metrics, log }: AdmissionParts) {
    this.#decide = decide;
    this.#leases = leases;
    this.#tickets = tickets;
    this.#sessions = sessions;
    this.#metrics = metrics;
    this.#log = log;
    this.#refusals = new RefusalLog(log);
  }

  /** From now on every client is refused as "closing". */
  close(): void {
    this.#closing = true;
  }

  /** Logs the refusals that have not been logged yet. */
  end(): void {
    this.#refusals.close();
  }

  mayBeAnonymous(stream: string): Promise<boolean> {
    return this.#leases.isOpenNow(withoutApplication(this.#leases, stream));
  }

  async admit(request: AdmissionRequest): Promise<Admission | Refusal> {
    const { action, protocol, user, password, token } = request;
    // With a handle goes a path.
    const stream =
      request.handle === undefined
        ? withoutApplication(this.#leases, request.stream)
        : request.stream;
    const address = normalizeAddress(request.clientAddress);
    const question = { action, protocol, stream, user, password, token, address };
    const decided = isStreamName(stream)
      ? await this.#decideUntil(request.answerBy, question, request.handle)
      : refusedLocally("malformed");
    await this.#timeSlices.wait();
    const { decision } = decided;
    if (decision.allow || decision.streamKnown) this.#knownStreams.set(stream, true);
    const refused = this.#refusal(request, decision);
    if (refused || !decision.allow) {
      const reason = refused ?? "undecided";
      this.#logRefusal(question, reason, decision);
      return { admitted: false, reason };
    }
    return this.#openSession(request, address, decision, decided);
  }

  /**
   * Decides a call of the API. Never rejects. An allow is not logged: clients of the API poll it.
   */
  async signIn(credentials: Credentials, clientAddress: string): Promise<GatewayDecision> {
    const address = normalizeAddress(clientAddress);
    const { user, password, token } = credentials;
    const service = { action: "api", protocol: "api", stream: "" } as const;
    const question: AuthRequest = { ...service, user, password, token, address };
    const { decision } = await this.#decideUntil(monotonicMs() + answerWithinMs, question);
    if (!decision.allow) this.#logRefusal(question, decision.reason, decision);
    return decision;
  }

  /**
   * Decides whether a user may see a stream, named by lease path or name. Never rejects. Not logged: one
   * list of streams is many questions.
   */
  async authorizeRead(
    credentials: Credentials,
    clientAddress: string,
    stream: string,
  ): Promise<GatewayDecision> {
    const address = normalizeAddress(clientAddress);
    const { user, password, token } = credentials;
    const about = { action: "read", protocol: "api", stream } as const;
    const question = { ...about, user, password, token, address };
    return (await this.#decideUntil(monotonicMs() + answerWithinMs, question)).decision;
  }

  /** A decision that comes later is not lost: it is there for the client's next try. */
  async #decideUntil(answerBy: number, question: AuthRequest, handle?: string): Promise<Outcome> {
    const timeoutMs = answerBy - monotonicMs();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve(refusedLocally("undecided")), timeoutMs);
    });
    try {
      return await Promise.race([this.#ask(question, timeoutMs, handle), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(question: AuthRequest, timeoutMs: number, handle?: string): Promise<Outcome> {
    const { stream, user, password, token } = question;
    if (
      user.length > maxFieldLength.user ||
      password.length > maxFieldLength.password ||
      token.length > maxFieldLength.token
    ) {
      return refusedLocally("malformed");
    }
    if (isAnonymous(question) && handle === undefined && !(await this.#leases.isOpenNow(stream)))
      return refusedLocally("bad-credentials");
    try {
      return await this.#decide(question, timeoutMs, handle);
    } catch (error) {
      this.#log.error({ err: error }, "auth failed to decide");
      return refusedLocally("undecided");
    }
  }

  /** Why the request is refused after all, undefined when it may enter. */
  #refusal(request: AdmissionRequest, decision: GatewayDecision): Refusal["reason"] | undefined {
    if (this.#closing) return "closing";
    if (!decision.allow) return decision.reason;
    // An allow without a path is an answer to some other question.
    if (decision.path === "") return "undecided";
    if (this.#sessions.blocklist.has(decision.path, request.action)) return "blocked";
    if (!this.#sessions.hasRoomFor(decision, request.action)) return "too-many-sessions";
    if (request.action !== "publish") return undefined;
    const live = this.#sessions.publisherOf(decision.path);
    const { path, subject } = decision;
    return live && !isSamePublisher(this.#leases, path, live.subject, subject)
      ? "in-use"
      : undefined;
  }

  #openSession(
    request: AdmissionRequest,
    clientAddress: string,
    allow: Allow,
    { key: decisionKey, askedAt: decidedAt }: Outcome,
  ): Admission {
    const { action, protocol, clientPort } = request;
    const { path, subject, handle, notAfter } = allow;
    this.#log.info(
      { protocol, action, user: subject, stream: path, clientAddress },
      "auth allowed",
    );
    if (action === "publish") {
      const live = this.#sessions.publisherOf(path);
      if (live) this.#sessions.disconnect(live.id, "taken-over");
    }
    const decided = { path, subject, handle, notAfter, decidedAt, decisionKey };
    const client = { protocol, action, clientAddress, clientPort };
    const tickets = new SessionTickets(this.#tickets, { action, path, protocol });
    const session = this.#sessions.open(
      { ...client, ...decided },
      request.disconnect,
      () => tickets.end(),
      tickets.mediamtxIds,
    );
    return { admitted: true, ticket: tickets.issue(), freshTicket: () => tickets.issue(), session };
  }

  #logRefusal(
    question: AuthRequest,
    reason: Refusal["reason"],
    { subject: user }: GatewayDecision,
  ): void {
    this.#metrics.countRefusal(reason);
    const { protocol, action, stream, address: clientAddress } = question;
    const common = { protocol, action, user, clientAddress, reason };
    const isShown = stream === "" || this.#knownStreams.has(stream);
    const shown = { ...common, stream: isShown ? stream : "<unknown>" };
    this.#refusals.add(shown, hintOf(question, isShown));
  }
}

function hintOf(question: AuthRequest, isShown: boolean): string | undefined {
  if (isAnonymous(question) && question.protocol === "rtmp") return noCredentialsHint;
  return isShown ? undefined : unknownStreamHint;
}

/** RTMP encoders have login fields of their own, whose digests cannot be checked. */
const noCredentialsHint =
  "the client sent no credentials; put user:password:name in the stream key, " +
  "the login fields of an encoder are not used";

const unknownStreamHint =
  "the stream that was asked for is not shown, for it may be a password in the wrong place; " +
  "compare the client's stream key with user:password:name, and its name with CloudTAK's leases";

/** Refused without asking anybody. */
const refusedLocally = (reason: RefusalReason): Outcome => ({
  decision: { allow: false, reason },
  key: "",
  askedAt: monotonicMs(),
});
