import { randomUUID } from "node:crypto";
import type { AdmissionRequest } from "../auth/authorizer";
import type { Log } from "../log";
import { monotonicMs } from "../process/monotonic";
import { PathBlocklist } from "./blocklist";
import type { DisconnectReason } from "./disconnectReasons";
import type { Session } from "./session";

/** Interval of the search for expired sessions. */
const sweepIntervalMs = 1_000;

/**
 * Publishing and reading each. Credentials of a lease, CloudTAK's own and none at all serve many people: these are bounded
 * by address.
 */
export const maxSessionsPerUser = 50;
const isUser = (subject: string): boolean => subject.startsWith("user:");

/** What is known of a session besides what its server sees. */
export interface SessionDetails {
  readonly protocol: AdmissionRequest["protocol"];
  readonly action: AdmissionRequest["action"];
  /** Lease path. */
  readonly path: string;
  readonly subject: string;
  /** Sealed handle with which to ask the auth function again. */
  readonly handle: string;
  /** Epoch milliseconds; null = no limit. */
  readonly notAfter: number | null;
  /** When the auth function was asked, by the monotonic clock. */
  readonly decidedAt: number;
  /** The decision cache's key of the question. */
  readonly decisionKey: string;
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** A session as the gateway sees it. */
export interface LiveSession extends Omit<SessionDetails, "handle" | "notAfter">, Session {
  /** By the monotonic clock. */
  readonly since: number;
  /** As of the latest decision. */
  handle: string;
  notAfter: number | null;
  /** Ids by which MediaMTX knows the client: they redeemed the session's ticket. */
  readonly mediamtxIds: Set<string>;
}

interface Entry {
  readonly session: LiveSession;
  readonly disconnect: (reason: DisconnectReason) => void;
  readonly released: () => void;
  isConnected: boolean;
  /** Set once the server was asked to end it. */
  disconnectReason?: DisconnectReason;
}

/** All live sessions: user, stream, client address, start and bytes; each can be disconnected. */
export class SessionRegistry {
  /** Streams that may not come back yet. */
  readonly blocklist = new PathBlocklist();
  readonly #entries = new Map<string, Entry>();
  /** Path -> its publisher, unless that was disconnected. */
  readonly #publishers = new Map<string, Entry>();
  /** Action and subject -> their sessions that were not disconnected. */
  readonly #ofSubject = new Map<string, Set<Entry>>();
  /** Bytes of the sessions that have ended. */
  readonly #ended = { bytesIn: 0, bytesOut: 0 };
  readonly #log: Log;
  readonly #sweep = setInterval(() => this.#disconnectExpired(), sweepIntervalMs).unref();

  constructor(log: Log) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  list(): LiveSession[] {
    return [...this.#entries.values()].map(({ session }) => session);
  }

  /** Bytes of all sessions since the start, from and to the clients. */
  bytes(): { readonly bytesIn: number; readonly bytesOut: number } {
    const sum = { ...this.#ended };
    for (const { session } of this.#entries.values()) add(sum, session);
    return sum;
  }

  publisherOf(path: string): LiveSession | undefined {
    return this.#publishers.get(path)?.session;
  }

  /** Whether a subject may open one more session; one that takes over its own path ends another. */
  hasRoomFor(
    { subject, path }: Pick<SessionDetails, "subject" | "path">,
    action: SessionDetails["action"],
  ): boolean {
    if (!isUser(subject)) return true;
    if (action === "publish" && this.publisherOf(path)?.subject === subject) return true;
    return (this.#ofSubject.get(subjectKey({ action, subject }))?.size ?? 0) < maxSessionsPerUser;
  }

  /** MediaMTX's ids of all sessions that were not disconnected. */
  mediamtxIds(): Set<string> {
    const live = [...this.#entries.values()].filter(
      ({ disconnectReason }) => disconnectReason === undefined,
    );
    return new Set(live.flatMap(({ session }) => [...session.mediamtxIds]));
  }

  /**
   * Registers a session; `disconnect` ends it at its server, `released` is called when it was disconnected, has
   * ended, or both. `mediamtxIds` are those of its client.
   */
  open(
    details: SessionDetails,
    disconnect: (reason: DisconnectReason) => void,
    released: () => void = () => {},
    mediamtxIds = new Set<string>(),
  ): LiveSession {
    const id = randomUUID();
    const session: LiveSession = {
      ...details,
      id,
      since: monotonicMs(),
      mediamtxIds,
      bytesIn: 0,
      bytesOut: 0,
      connected: () => this.#connected(id),
      end: (reason) => this.#end(id, reason),
    };
    const entry: Entry = { session, disconnect, released, isConnected: false };
    this.#entries.set(id, entry);
    const ofSubject = subjectKey(session);
    this.#ofSubject.set(ofSubject, (this.#ofSubject.get(ofSubject) ?? new Set()).add(entry));
    if (details.action === "publish") this.#publishers.set(details.path, entry);
    return session;
  }

  /** Ends the session at its server; false when there is none or it was disconnected before. */
  disconnect(id: string, reason: DisconnectReason): boolean {
    const entry = this.#entries.get(id);
    if (!entry || entry.disconnectReason !== undefined) return false;
    entry.disconnectReason = reason;
    this.#release(entry);
    try {
      entry.disconnect(reason);
    } catch (error) {
      this.#log.error({ err: error, session: id }, "session not disconnected: its server failed");
    }
    return true;
  }

  disconnectAll(reason: DisconnectReason): void {
    for (const id of [...this.#entries.keys()]) this.disconnect(id, reason);
  }

  /**
   * Stops the search for expired sessions, and ends those that their servers have not ended, so that each is logged.
   */
  close(): void {
    clearInterval(this.#sweep);
    for (const { session } of [...this.#entries.values()]) session.end("shutting-down");
  }

  #connected(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.isConnected) return;
    entry.isConnected = true;
    this.#log.info(logFields(entry.session), "connected");
  }

  #end(id: string, reason: DisconnectReason): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#release(entry);
    const { session, disconnectReason, isConnected } = entry;
    add(this.#ended, session);
    this.#log.info(
      {
        ...logFields(session),
        reason: disconnectReason ?? reason,
        bytesIn: session.bytesIn,
        bytesOut: session.bytesOut,
        durationMs: Math.round(monotonicMs() - session.since),
      },
      isConnected ? "disconnected" : "not connected",
    );
  }

  #release(entry: Entry): void {
    entry.released();
    const { path } = entry.session;
    const ofSubject = this.#ofSubject.get(subjectKey(entry.session));
    ofSubject?.delete(entry);
    if (ofSubject?.size === 0) this.#ofSubject.delete(subjectKey(entry.session));
    if (this.#publishers.get(path) === entry) this.#publishers.delete(path);
  }

  #disconnectExpired(): void {
    const now = Date.now();
    for (const { session } of [...this.#entries.values()]) {
      if (session.notAfter !== null && session.notAfter <= now)
        this.disconnect(session.id, "expired");
    }
  }
}

const subjectKey = ({ action, subject }: Pick<SessionDetails, "action" | "subject">): string =>
  `${action} ${subject}`;

function add(sum: Pick<Session, "bytesIn" | "bytesOut">, session: LiveSession): void {
  sum.bytesIn += session.bytesIn;
  sum.bytesOut += session.bytesOut;
}

/** Fields of a session in the log. */
export const logFields = (session: LiveSession) => ({
  session: session.id,
  protocol: session.protocol,
  action: session.action,
  user: session.subject,
  stream: session.path,
  clientAddress: session.clientAddress,
});
