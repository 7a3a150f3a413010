import assert from "node:assert/strict";
import { SessionTickets } from "../../../gateway/mediamtx/sessionTickets";
import { type Ticket, Tickets } from "../../../gateway/mediamtx/tickets";

const scope = { action: "read", path: "cam", protocol: "rtsp" } as const;

describe("the tickets of a session", () => {
  let all: Tickets;
  let tickets: SessionTickets;
  beforeEach(() => {
    all = new Tickets();
    tickets = new SessionTickets(all, scope);
  });
  const redeem = (ticket: Ticket, id = "id") => all.redeem(ticket, scope, id);

  it("are good for one use each, in any order", () => {
    const [first, second] = [tickets.issue(), tickets.issue()];
    assert.deepEqual(
      [first, second, first].map((ticket) => redeem(ticket)),
      [true, true, false],
    );
  });

  it("are four at a time at most", () => {
    const issued = Array.from({ length: 5 }, () => tickets.issue());
    assert.deepEqual(
      issued.map((ticket) => redeem(ticket)),
      [false, true, true, true, true],
    );
  });

  it("let nobody in once it is over, nor do later ones", () => {
    const early = tickets.issue();
    tickets.end();
    assert.deepEqual(
      [early, tickets.issue()].map((ticket) => redeem(ticket)),
      [false, false],
    );
  });

  it("tell the latest ids by which MediaMTX knows the client", () => {
    for (let count = 1; count <= 20; count++) {
      redeem(tickets.issue(), "connection");
      redeem(tickets.issue(), `session-${count}`);
    }
    assert.equal(tickets.mediamtxIds.size, 16);
    assert.ok(tickets.mediamtxIds.has("connection"));
    assert.ok(tickets.mediamtxIds.has("session-20"));
    assert.equal(tickets.mediamtxIds.has("session-1"), false);
  });
});
