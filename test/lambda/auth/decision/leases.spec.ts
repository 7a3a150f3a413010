import assert from "node:assert/strict";
import { type AuthFunction, startAuthFunction } from "../authFunction";
import {
  admin,
  harbour,
  lease,
  observer,
  outcome,
  read3,
  table,
  testUser,
  user,
} from "../outcomes";

describe("auth function, leases", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  describe("state of the lease", () => {
    table(
      () => auth,
      [
        [
          "expired, lease credentials",
          { stream: "expired-stream", user: "read4", password: "7c2a9b" },
          "expired",
        ],
        ["expired, owner", { stream: "expired-stream", ...testUser }, "expired"],
        [
          "playback of a recording lease",
          { action: "playback", stream: "recorded-stream", user: "read6", password: "d17b4g" },
          lease("recorded-stream"),
        ],
        [
          "playback by its owner",
          { action: "playback", stream: "recorded-stream", ...testUser },
          user("test-user", "recorded-stream"),
        ],
        [
          "playback without recording, lease credentials",
          { action: "playback", stream: "secure-stream", ...read3 },
          "not-permitted",
        ],
        ["playback without recording, owner", { action: "playback", ...testUser }, "not-permitted"],
        [
          "publish to a proxied lease",
          { action: "publish", stream: "proxied-stream", ...testUser },
          "not-permitted",
        ],
        [
          "read from a proxied lease",
          { stream: "proxied-stream", ...testUser },
          user("test-user", "proxied-stream"),
        ],
      ],
    );
  });

  describe("names", () => {
    table(
      () => auth,
      [
        [
          "a name stands for its lease",
          { stream: "harbour-camera", ...testUser },
          user("test-user", harbour),
        ],
        [
          "administrators find everybody's names",
          { stream: "harbour-camera", ...admin },
          user("admin", harbour, true),
        ],
        ["a name that the user may not see", { stream: "harbour-camera", ...observer }, "no-lease"],
        ["two leases of one name", { stream: "twin-camera", ...testUser }, "ambiguous-name"],
      ],
    );

    it("a lease path goes before a name", async () => {
      auth.cloudtak.setLease({ id: 20, name: "test-stream", path: "other", username: "observer" });
      assert.equal(
        outcome(await auth.ask({ stream: "test-stream", ...observer })),
        "not-permitted",
      );
    });

    it("only an expired lease has the name", async () => {
      const expiration = "2024-01-01T00:00:00.000Z";
      auth.cloudtak.setLease({
        id: 20,
        name: "old-name",
        path: "old",
        username: "test-user",
        expiration,
      });
      assert.equal(outcome(await auth.ask({ stream: "old-name", ...testUser })), "expired");
    });

    it("an expired namesake is not counted", async () => {
      const expiration = "2024-01-01T00:00:00.000Z";
      auth.cloudtak.setLease({
        id: 10,
        name: "twin-camera",
        path: "old",
        username: "test-user",
        expiration,
      });
      const decision = await auth.ask({ stream: "twin-camera", ...testUser });
      assert.deepEqual(
        outcome(decision),
        user("test-user", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"),
      );
    });

    it("a namesake in the user's channel that is not shared cannot make a name ambiguous", async () => {
      const channel = "Search and Rescue";
      const mine = { id: 20, name: "drone-1", path: "mine", username: "observer" };
      auth.cloudtak.setLease(mine);
      auth.cloudtak.setLease({
        id: 21,
        name: "drone-1",
        path: "theirs",
        username: "test-user",
        channel,
      });
      const decision = await auth.ask({ stream: "drone-1", ...observer });
      assert.deepEqual(outcome(decision), user("observer", "mine"));
      auth.cloudtak.deleteLease("mine");
      auth.restart();
      assert.equal(outcome(await auth.ask({ stream: "drone-1", ...observer })), "not-permitted");
    });

    it("dots in a name are no wildcards", async () => {
      auth.cloudtak.setLease({ id: 20, name: "camXone", path: "x", username: "test-user" });
      assert.equal(outcome(await auth.ask({ stream: "cam.one", ...testUser })), "no-lease");
    });

    it("a name is found behind more than one page of others, and past 64 characters", async () => {
      const name = "n".repeat(64);
      for (let id = 100; id < 220; id++) {
        auth.cloudtak.setLease({
          id,
          name: `${name}-${id}`,
          path: `p${id}`,
          username: "test-user",
        });
      }
      const decision = await auth.ask({ stream: `${name}-219`, ...testUser });
      assert.deepEqual(outcome(decision), user("test-user", "p219"));
    });
  });

  describe("traps of CloudTAK's lease endpoint", () => {
    for (const stream of ["7", "007", "7e0", "0x7"]) {
      it(`"${stream}" is a path, not the id of a lease`, async () => {
        assert.equal(outcome(await auth.ask({ stream, ...testUser })), "no-lease");
        assert.equal(auth.cloudtak.count("GET /api/video/lease/:lease"), 0);
      });
    }

    it("a lease whose path reads as an id does not open the lease of that id", async () => {
      auth.cloudtak.setLease({ id: 20, name: "named", path: "7", username: "test-user" });
      assert.equal(outcome(await auth.ask({ stream: "named", ...testUser })), "not-permitted");
    });

    it("a path with a slash is asked for as one segment", async () => {
      auth.cloudtak.setLease({ id: 20, name: "x", path: "team/cam", username: "test-user" });
      const decision = await auth.ask({ stream: "team/cam", ...testUser });
      assert.deepEqual(outcome(decision), user("test-user", "team/cam"));
    });

    it("a second lease under somebody's path opens nothing", async () => {
      auth.cloudtak.setLease({ id: 20, name: "x", path: "field-camera-01", username: "test-user" });
      assert.equal(
        outcome(await auth.ask({ stream: "field-camera-01", ...testUser })),
        "not-permitted",
      );
    });
  });
});
