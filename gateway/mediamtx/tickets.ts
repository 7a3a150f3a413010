import { randomUUID } from "node:crypto";
import type { ProtocolKey } from "../../shared/protocols";
import { monotonicMs } from "../process/monotonic";

/** What a ticket is good for, in MediaMTX's words. */
export interface TicketScope {
  readonly action: "publish" | "read";
  /** Lease path. */
  readonly path: string;
  readonly protocol: Exclude<ProtocolKey, "api">;
}

/** The credentials that the gateway gives MediaMTX instead of the client's. */
export interface Ticket {
  readonly user: string;
  readonly password: string;
}

/** User name of every ticket. */
const ticketUser = "ticket";

/** Tickets are redeemed within milliseconds; the rest is for a MediaMTX that is short of CPU. */
const lifetimeMs = 10_000;

/** A ticket with what it is good for. */
export interface IssuedTicket extends TicketScope {
  readonly password: string;
  /** By the monotonic clock. */
  readonly issuedAt: number;
}

export const makeTicket = ({ action, path, protocol }: TicketScope): IssuedTicket => ({
  action,
  path,
  protocol,
  password: randomUUID(),
  issuedAt: monotonicMs(),
});

/** The part of a ticket that MediaMTX gets. */
export const credentialsOf = ({ password }: IssuedTicket): Ticket => ({
  user: ticketUser,
  password,
});

interface PendingTicket {
  readonly ticket: IssuedTicket;
  readonly redeemed: (mediamtxId: string) => void;
}

/** Random tickets that MediaMTX's hook looks up in memory, dead after {@link lifetimeMs} or their use. */
export class Tickets {
  /** In the order of issue, which is the order of expiry. */
  readonly #issued = new Map<string, PendingTicket>();

  /** `redeemed` gets the id by which MediaMTX knows the client, when the ticket is used. */
  issue(scope: TicketScope, redeemed: (mediamtxId: string) => void = () => {}): Ticket {
    const ticket = makeTicket(scope);
    this.add(ticket, redeemed);
    return credentialsOf(ticket);
  }

  /** The same for a ticket that was made before; tickets are added in the order in which they were made. */
  add(ticket: IssuedTicket, redeemed: (mediamtxId: string) => void): void {
    this.#dropExpired();
    this.#issued.set(ticket.password, { ticket, redeemed });
  }

  /** True when the ticket lives and is good for exactly this; it is used up then. */
  redeem(ticket: Ticket, scope: TicketScope, mediamtxId: string): boolean {
    this.#dropExpired();
    const pending = ticket.user === ticketUser ? this.#issued.get(ticket.password) : undefined;
    if (
      !pending ||
      pending.ticket.action !== scope.action ||
      pending.ticket.path !== scope.path ||
      pending.ticket.protocol !== scope.protocol
    ) {
      return false;
    }
    this.#issued.delete(ticket.password);
    pending.redeemed(mediamtxId);
    return true;
  }

  /** Makes a ticket void. */
  void({ password }: Pick<Ticket, "password">): void {
    this.#issued.delete(password);
  }

  #dropExpired(): void {
    const now = monotonicMs();
    for (const [password, { ticket }] of this.#issued) {
      if (now < ticket.issuedAt + lifetimeMs) return;
      this.#issued.delete(password);
    }
  }
}
