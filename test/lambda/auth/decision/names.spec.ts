import assert from "node:assert/strict";
import type { LeaseInput } from "../../../../local/cloudtak/data";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import { admin, harbour, observer, outcome, testUser, user } from "../outcomes";

const channel = "Search and Rescue";
const past = "2024-01-01T00:00:00.000Z";

/** observer and tactical-user are in the channel, test-user and admin are in none. */
describe("auth function, names of leases", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  const lease = (id: number, username: string, over: Partial<LeaseInput> = {}) =>
    auth.cloudtak.setLease({ id, name: "drone-1", path: `path-${id}`, username, ...over });
  const own = (over: Partial<LeaseInput> = {}) => lease(20, "observer", over);
  const shared = (id = 21) => lease(id, "tactical-user", { channel, share: true });
  const ask = async (action: "publish" | "read" | "playback", who = observer) => {
    auth.restart();
    return outcome(await auth.ask({ action, stream: "drone-1", ...who }));
  };

  describe("to publish", () => {
    it("mean the user's own lease, whoever shares one of that name", async () => {
      own();
      shared();
      assert.deepEqual(await ask("publish"), user("observer", "path-20"));
    });

    it("never lead into another's lease, one that the user may publish to by its path included", async () => {
      shared();
      assert.equal(await ask("publish"), "no-lease");
      const byPath = await auth.ask({ action: "publish", stream: "path-21", ...observer });
      assert.deepEqual(outcome(byPath), user("observer", "path-21"));
    });

    it("are expired with the user's own lease, whoever shares one of that name", async () => {
      own({ expiration: past });
      shared();
      assert.equal(await ask("publish"), "expired");
    });

    it("of two leases of the user's are ambiguous", async () => {
      own();
      lease(22, "observer");
      assert.equal(await ask("publish"), "ambiguous-name");
    });

    it("mean an administrator's own leases as well", async () => {
      shared();
      assert.equal(await ask("publish", admin), "no-lease");
      lease(23, "admin");
      assert.deepEqual(await ask("publish", admin), user("admin", "path-23", true));
    });

    it("are not asked for among other people's leases", async () => {
      own();
      for (let id = 100; id < 1_200; id++) lease(id, "tactical-user", { channel, share: true });
      assert.deepEqual(await ask("publish"), user("observer", "path-20"));
    });

    it("never mean a lease of nobody's", async () => {
      auth.cloudtak.setLease({ id: 20, name: "drone-1", path: "path-20", connection: 1, channel });
      assert.equal(await ask("publish"), "no-lease");
    });
  });

  describe("to watch", () => {
    it("mean the user's own lease before those that are shared with him", async () => {
      shared();
      assert.deepEqual(await ask("read"), user("observer", "path-21"));
      own();
      assert.deepEqual(await ask("read"), user("observer", "path-20"));
    });

    it("mean an administrator's own before everybody's", async () => {
      lease(24, "test-user");
      assert.deepEqual(await ask("read", admin), user("admin", "path-24", true));
      lease(23, "admin");
      assert.deepEqual(await ask("read", admin), user("admin", "path-23", true));
    });

    it("are expired with the user's own lease, as to publish", async () => {
      own({ expiration: past });
      shared();
      assert.equal(await ask("read"), "expired");
    });

    it("of two shared leases are ambiguous, a third of the user's own is not", async () => {
      shared();
      shared(22);
      assert.equal(await ask("read"), "ambiguous-name");
      own();
      assert.deepEqual(await ask("read"), user("observer", "path-20"));
    });

    it("play back the user's own recording, and no other's in its place", async () => {
      own();
      lease(21, "tactical-user", { channel, share: true, recording: true });
      assert.equal(await ask("playback"), "not-permitted");
      own({ recording: true });
      assert.deepEqual(await ask("playback"), user("observer", "path-20"));
    });
  });

  describe("among leases that cannot be read", () => {
    const tooLong = "x".repeat(1_100_000);
    it("are found all the same", async () => {
      shared();
      lease(22, "tactical-user", { channel, share: true, proxy: tooLong });
      assert.deepEqual(await ask("read"), user("observer", "path-21"));
      assert.match(auth.log.join(), /leases skipped/);
    });

    it("of the user's own are not decided by those of others", async () => {
      shared();
      own({ proxy: tooLong });
      for (const action of ["publish", "read"] as const) {
        assert.equal(await ask(action), "undecided");
      }
    });
  });

  describe("users in no TAK group", () => {
    it("publish and watch their own streams by name", async () => {
      for (const action of ["publish", "read"] as const) {
        const decision = await auth.ask({ action, stream: "harbour-camera", ...testUser });
        assert.deepEqual(outcome(decision), user("test-user", harbour));
      }
    });

    it("are refused names that they do not have, and CloudTAK counts as answering", async () => {
      shared();
      const decision = await auth.ask({ stream: "drone-1", ...testUser });
      assert.equal(outcome(decision), "no-lease");
      assert.doesNotMatch(auth.log.join(), /undecided|CloudTAK/);
    });
  });

  describe("of a token that CloudTAK does not know", () => {
    for (const stream of ["harbour-camera", "7"]) {
      it(`"${stream}" tells nothing of its user's leases`, async () => {
        lease(25, "test-user", { name: "7", expiration: past });
        const claims = { access: "user", email: "test-user", s: "no session" };
        const token = auth.cloudtak.tokens.sign(claims);
        for (const action of ["publish", "read"] as const) {
          const decision = await auth.ask({ action, stream, token });
          assert.deepEqual(decision, { allow: false, reason: "bad-credentials" });
        }
      });
    }
  });

  it("a user whose name CloudTAK reads as a flag gets nobody's leases", async () => {
    shared();
    const token = auth.cloudtak.tokens.sign({ access: "user", email: "true" });
    const decision = await auth.ask({ action: "publish", stream: "drone-1", token });
    assert.equal(outcome(decision), "no-lease");
  });
});
