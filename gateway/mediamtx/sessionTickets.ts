import type { Ticket, TicketScope, Tickets } from "./tickets";

/**
 * Tickets of one session that may be good at a time. A client may send requests without waiting for answers, but not many
 * that MediaMTX asks its hook about.
 */
const maxTickets = 4;

/** MediaMTX gives a client a new id with each RTSP session; the latest are those that it has. */
const maxMediamtxIds = 16;

/** Issues the tickets of one session, until it is over. */
export class SessionTickets {
  readonly #tickets: Pick<Tickets, "issue" | "void">;
  readonly #scope: TicketScope;
  /** In the order of issue. */
  readonly #issued: Ticket[] = [];
  #isOver = false;

  /** Ids by which MediaMTX knows the client: they redeemed one of the tickets. */
  readonly mediamtxIds = new Set<string>();

  constructor(tickets: Pick<Tickets, "issue" | "void">, scope: TicketScope) {
    this.#tickets = tickets;
    this.#scope = scope;
  }

  /** A ticket that was not used before; it is good for nothing once the session is over. */
  issue(): Ticket {
    const ticket = this.#tickets.issue(this.#scope, (id) => this.#redeemed(id));
    this.#issued.push(ticket);
    if (this.#issued.length > maxTickets || this.#isOver) this.#voidOldest();
    return ticket;
  }

  /** The session is over: none of its tickets lets anybody in. */
  end(): void {
    this.#isOver = true;
    while (this.#issued.length > 0) this.#voidOldest();
  }

  #voidOldest(): void {
    const oldest = this.#issued.shift();
    if (oldest) this.#tickets.void(oldest);
  }

  #redeemed(id: string): void {
    // The latest is the last one.
    this.mediamtxIds.delete(id);
    this.mediamtxIds.add(id);
    const [oldest = ""] = this.mediamtxIds;
    if (this.mediamtxIds.size > maxMediamtxIds) this.mediamtxIds.delete(oldest);
  }
}
