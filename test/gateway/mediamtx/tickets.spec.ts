import assert from "node:assert/strict";
import { mock } from "node:test";
import { type TicketScope, Tickets } from "../../../gateway/mediamtx/tickets";
import { type Clocks, mockClocks } from "../support/clocks";

const publish: TicketScope = { action: "publish", path: "cam", protocol: "rtmp" };

const id = "0e5e9c8e-5a3a-4a0e-9a52-6c1ddf2c4a4b";

describe("tickets", () => {
  let clocks: Clocks;
  beforeEach(() => {
    clocks = mockClocks();
  });
  afterEach(() => mock.restoreAll());

  it("can be used once", () => {
    const tickets = new Tickets();
    const ticket = tickets.issue(publish);
    assert.equal(tickets.redeem(ticket, publish, id), true);
    assert.equal(tickets.redeem(ticket, publish, id), false);
  });

  const others: [string, TicketScope][] = [
    ["action", { ...publish, action: "read" }],
    ["path", { ...publish, path: "cam2" }],
    ["protocol", { ...publish, protocol: "srt" }],
  ];
  for (const [name, scope] of others) {
    it(`are no good for another ${name}`, () => {
      const tickets = new Tickets();
      assert.equal(tickets.redeem(tickets.issue(publish), scope, id), false);
    });
  }

  it("tell by which ids MediaMTX knows their holder, and tell nothing of a failed try", () => {
    const tickets = new Tickets();
    const told: string[] = [];
    const scope = { ...publish, protocol: "rtsp", action: "read" } as const;
    const ticket = tickets.issue(scope, (mediamtxId) => told.push(mediamtxId));
    tickets.redeem(ticket, publish, "another protocol");
    tickets.redeem(ticket, scope, "connection");
    tickets.redeem(ticket, scope, "second use");
    assert.deepEqual(told, ["connection"]);
  });

  it("need user and password", () => {
    const tickets = new Tickets();
    const { password } = tickets.issue(publish);
    assert.equal(tickets.redeem({ user: "ada", password }, publish, id), false);
    assert.equal(tickets.redeem({ user: "ticket", password: "x" }, publish, id), false);
  });

  it("live for 10 s", () => {
    const tickets = new Tickets();
    const [early, late] = [tickets.issue(publish), tickets.issue(publish)];
    clocks.tick(9_999);
    assert.equal(tickets.redeem(early, publish, id), true);
    clocks.tick(1);
    assert.equal(tickets.redeem(late, publish, id), false);
  });

  it("are no good once void", () => {
    const tickets = new Tickets();
    const [ticket, other] = [tickets.issue(publish), tickets.issue(publish)];
    tickets.void(ticket);
    assert.equal(tickets.redeem(ticket, publish, id), false);
    assert.equal(tickets.redeem(other, publish, id), true);
  });

  it("are random UUIDs and never the same", () => {
    const tickets = new Tickets();
    const issued = new Set(Array.from({ length: 1000 }, () => tickets.issue(publish).password));
    assert.equal(issued.size, 1000);
    for (const password of issued)
      assert.match(password, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});
