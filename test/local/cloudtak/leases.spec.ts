import assert from "node:assert/strict";
import { type StandIn, startStandIn } from "./standIn";

const harbour = "7f0c2b4e-9d1a-4c53-8e6f-2a3b4c5d6e7f";

describe("CloudTAK stand-in, leases", () => {
  let cloudtak: StandIn;
  let owner: string;
  let observer: string;
  let admin: string;
  let internal: string;
  beforeEach(async () => {
    cloudtak = await startStandIn();
    owner = await cloudtak.signIn("test-user", "test-pass");
    observer = await cloudtak.signIn("observer", "observer-pass");
    admin = await cloudtak.signIn("admin", "admin-pass");
    const claims = { access: "lease", id: "any", internal: true };
    internal = `etl.${cloudtak.tokens.sign(claims)}`;
  });
  afterEach(() => cloudtak.close());

  const lease = (path: string, token?: string) => cloudtak.get(`/api/video/lease/${path}`, token);

  describe("GET /api/video/lease/{path or id}", () => {
    it("shows the whole row, credentials in clear", async () => {
      const { status, body } = await lease("secure-stream", internal);
      assert.equal(status, 200);
      assert.deepEqual(body, {
        id: 3,
        name: "Secure stream",
        created: "2026-01-01 00:00:00.000+00",
        updated: "2026-01-01 00:00:00.000+00",
        username: "tactical-user",
        connection: 0,
        layer: 0,
        source_id: "",
        source_type: "unknown",
        source_model: "",
        publish: false,
        recording: false,
        share: false,
        ephemeral: false,
        channel: null,
        expiration: null,
        path: "secure-stream",
        stream_user: "write3",
        stream_pass: "4h2g7a",
        read_user: "read3",
        read_pass: "b93f1c",
        proxy: null,
      });
    });

    it("shows NULL as an empty text or 0, but for channel, expiration and proxy", async () => {
      cloudtak.setLease({ id: 20, name: "x", path: "p", expiration: "2026-11-30T19:22:28.540Z" });
      const { body } = await lease("p", internal);
      const { username, stream_user, read_pass, connection, channel, proxy, expiration } = body;
      assert.deepEqual(
        [username, stream_user, read_pass, connection, channel, proxy, expiration],
        ["", "", "", 0, null, null, "2026-11-30 19:22:28.540+00"],
      );
    });

    it("owner, channel of a shared lease, administrator and lease token may see it", async () => {
      assert.equal((await lease("test-stream", owner)).status, 200);
      assert.equal((await lease("shared-stream", observer)).status, 200);
      assert.equal((await lease("field-camera-01", admin)).status, 200);
      assert.equal((await lease("field-camera-01", internal)).status, 200);
      assert.equal(
        (await lease("field-camera-01", cloudtak.tokens.addResourceToken("lease", 2))).status,
        200,
      );
    });

    it("others get 400, or 403 with another kind of token, or 401 with none", async () => {
      const refused = await lease("field-camera-01", owner);
      assert.equal(refused.status, 400);
      assert.match(refused.body.message, /^You can only access a lease/);
      assert.equal((await lease("shared-stream", owner)).status, 400);
      const connection = cloudtak.tokens.addResourceToken("connection", 1);
      assert.equal((await lease("test-stream", connection)).status, 403);
      assert.equal((await lease("test-stream")).status, 401);
    });

    it("a channel without share is not enough", async () => {
      cloudtak.setLease({ id: 8, name: "x", path: "shared-stream", channel: "Search and Rescue" });
      assert.equal((await lease("shared-stream", observer)).status, 400);
    });

    it("everything that reads as an integer is an id", async () => {
      for (const id of ["7", "007", "7e0", "0x7"]) {
        assert.equal((await lease(id, owner)).body.path, harbour, id);
      }
    });

    it("unknown ones are 404, a raw slash is another route, %2F is a slash", async () => {
      assert.deepEqual((await lease("nowhere", admin)).body.message, "Item Not Found");
      cloudtak.setLease({ id: 20, name: "x", path: "team/cam" });
      assert.equal((await lease("team/cam", admin)).body.message, "API endpoint does not exist!");
      assert.equal((await lease("team%2Fcam", admin)).body.id, 20);
      cloudtak.deleteLease("team/cam");
      assert.equal((await lease("team%2Fcam", admin)).status, 404);
    });

    it("of two rows with one path the first wins", async () => {
      cloudtak.setLease({ id: 20, name: "second", path: "test-stream" });
      assert.equal((await lease("test-stream", admin)).body.id, 1);
    });
  });

  describe("GET /api/video/lease", () => {
    const list = async (query: string, token: string) => {
      const { status, body } = await cloudtak.get(`/api/video/lease?${query}`, token);
      return status === 200 ? body.items.map(({ id }: { id: number }) => id) : status;
    };
    beforeEach(() => {
      for (const username of ["test-user", "admin"]) cloudtak.setGroups(username, ["Harbour"]);
    });
    const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

    it("fails for a user in no TAK group, unless his leases are asked for by impersonation", async () => {
      cloudtak.setGroups("test-user", []);
      assert.equal(await list("expired=all", owner), 500);
      assert.equal(await list("expired=all&impersonate=true", owner), 500);
      assert.deepEqual(
        await list("expired=all&impersonate=test-user", internal),
        [1, 4, 6, 7, 9, 10, 11, 12],
      );
    });

    it("hides a plain user's permanent leases by default", async () => {
      assert.deepEqual(await list("", owner), []);
      cloudtak.setLease({
        id: 1,
        name: "x",
        path: "p",
        username: "test-user",
        expiration: tomorrow(),
      });
      assert.deepEqual(await list("", owner), [1]);
      assert.deepEqual(await list("expired=true", owner), [4]);
      assert.deepEqual(
        await list("expired=all", owner),
        [4, 6, 7, 9, 10, 11, 12, 1].sort((a, b) => a - b),
      );
    });

    it("lists a user's own and the channels', shared or not", async () => {
      assert.deepEqual(await list("expired=all", observer), [8]);
      cloudtak.setLease({ id: 8, name: "x", path: "shared-stream", channel: "Search and Rescue" });
      assert.deepEqual(await list("expired=all", observer), [8]);
    });

    it("lists all to administrators and lease tokens that impersonate, permanent ones included", async () => {
      for (const token of [admin, internal]) {
        assert.deepEqual(
          await list("impersonate=true&limit=100", token),
          [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12],
        );
        assert.deepEqual(await list("impersonate=true&expired=true", token), [4]);
        assert.deepEqual(await list("impersonate=tactical-user", token), [2, 3, 8]);
      }
      assert.deepEqual(await list("impersonate=true&expired=all", observer), [8]);
      assert.equal(await list("", internal), 403);
    });

    it("leaves ephemeral leases out unless asked", async () => {
      cloudtak.setLease({ id: 20, name: "x", path: "p", username: "admin", ephemeral: true });
      assert.deepEqual(await list("expired=all", admin), [5]);
      assert.deepEqual(await list("expired=all&ephemeral=true", admin), [20]);
      assert.deepEqual(await list("expired=all&ephemeral=all", admin), [5, 20]);
    });

    it("pages by ten, at most a hundred, in both orders", async () => {
      const all = "impersonate=true&expired=all";
      assert.equal((await list(all, admin)).length, 10);
      assert.deepEqual(await list(`${all}&page=1`, admin), [11, 12]);
      assert.deepEqual(await list(`${all}&limit=3&page=1`, admin), [4, 5, 6]);
      assert.deepEqual(await list(`${all}&limit=2&sort=id&order=desc`, admin), [12, 11]);
      for (const bad of ["limit=101", "limit=0", "page=-1", "sort=nothing", "expired=maybe"]) {
        assert.equal(await list(bad, admin), 400, bad);
      }
      const { body } = await cloudtak.get(`/api/video/lease?${all}`, admin);
      assert.equal(body.total, 12);
    });

    it("filters names by a case-insensitive regular expression", async () => {
      const named = (filter: string) =>
        list(`impersonate=true&filter=${encodeURIComponent(filter)}`, admin);
      assert.deepEqual(await named("^TWIN-camera$"), [9, 10]);
      assert.deepEqual(await named("camera"), [2, 7, 9, 10]);
      assert.equal(await named("x".repeat(65)), 400);
    });
  });
});
