import assert from "node:assert/strict";
import { type AuthFunction, startAuthFunction } from "./authFunction";

describe("auth function, list of leases", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  async function all() {
    const leases = [];
    for (let page: number | null = 0; page !== null; ) {
      const answer = await auth.leases(page);
      leases.push(...(answer.leases ?? assert.fail("undecided")));
      page = answer.nextPage;
    }
    return leases;
  }

  it("tells path, expiration, recording, open, proxy and owner of each live lease, never a credential", async () => {
    const expiration = new Date(Date.now() + 60_000).toISOString();
    auth.cloudtak.setLease({ id: 20, name: "x", path: "soon", ephemeral: true, expiration });
    const username = "u".repeat(300);
    auth.cloudtak.setLease({ id: 21, name: "x", path: "connected", connection: 7 });
    auth.cloudtak.setLease({ id: 22, name: "x", path: "long", username });
    const leases = await all();
    const of = (path: string) => leases.filter((lease) => lease.path === path);
    const row = {
      ...{ name: null, expiration: null, recording: false, open: false, proxy: null },
      owner: "test-user",
    };
    const own = (path: string) => of(path).map(({ owner }) => owner);
    assert.deepEqual([...own("connected"), ...own("long")], [null, username.slice(0, 255)]);
    assert.deepEqual(of("open-stream"), [
      { ...row, path: "open-stream", open: true, owner: "admin" },
    ]);
    assert.deepEqual(of("secure-stream"), [
      { ...row, path: "secure-stream", owner: "tactical-user" },
    ]);
    assert.deepEqual(of("half-secured-stream"), [{ ...row, path: "half-secured-stream" }]);
    assert.deepEqual(of("recorded-stream"), [{ ...row, path: "recorded-stream", recording: true }]);
    const proxy = "rtsp://127.0.0.1:8654/camera";
    assert.deepEqual(of("proxied-stream"), [{ ...row, path: "proxied-stream", open: true, proxy }]);
    const soon = {
      ...row,
      path: "soon",
      name: "x",
      owner: null,
      open: true,
      expiration: Date.parse(expiration),
    };
    assert.deepEqual(of("soon"), [soon]);
    assert.deepEqual(of("expired-stream"), []);
    assert.doesNotMatch(JSON.stringify(leases), /b93f1c|4h2g7a|read3|write3/);
  });

  it("comes in pages of 100, each lease once, with one call per page", async () => {
    for (let id = 100; id < 350; id++) {
      auth.cloudtak.setLease({ id, name: "x", path: `p${id}` });
    }
    const paths = (await all()).map(({ path }) => path);
    assert.equal(paths.length, 11 + 250);
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(auth.cloudtak.count("GET /api/video/lease"), 3);
  });

  it("leaves out paths that no stream can have", async () => {
    auth.cloudtak.setLease({ id: 20, name: "x", path: "../etc" });
    auth.cloudtak.setLease({ id: 21, name: "x", path: "a b" });
    assert.deepEqual(
      (await all()).filter(({ path }) => /etc|a b/.test(path)),
      [],
    );
  });

  const megabyte = "x".repeat(1_100_000);
  const skipped = () =>
    auth.log
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => /^leases skipped/.test(msg))
      .map(({ level, count, ids }) => ({ level, count, ids }));

  it("leaves out a lease that is too long to be fetched, finds all others and says so", async () => {
    for (let id = 100; id < 250; id++) auth.cloudtak.setLease({ id, name: "x", path: `p${id}` });
    auth.cloudtak.setLease({ id: 150, name: megabyte, path: "long-name" });
    const paths = (await all()).map(({ path }) => path);
    assert.equal(paths.length, 11 + 149);
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(!paths.includes("long-name"));
    assert.deepEqual(skipped(), [{ level: "warn", count: 1, ids: [] }]);
    assert.equal(auth.cloudtak.count("GET /api/video/lease"), 2 + 15, "calls");
  });

  it("leaves out leases that cannot be read, and says which", async () => {
    const before = await all();
    auth.cloudtak.setLease({ id: 20, name: "x", path: "p", proxy: `rtsp://${"h".repeat(5_000)}` });
    assert.deepEqual(await all(), before);
    assert.deepEqual(skipped(), [{ level: "warn", count: 1, ids: [20] }]);
  });

  it("tells the name of a lease when a stream may have it", async () => {
    auth.cloudtak.setLease({ id: 20, name: "drone-1", path: "named" });
    auth.cloudtak.setLease({ id: 21, name: "n".repeat(256), path: "too-long" });
    const leases = await all();
    const nameAt = (path: string) => leases.find((lease) => lease.path === path)?.name;
    assert.deepEqual(
      ["named", "too-long", "test-stream"].map(nameAt),
      ["drone-1", null, null],
      "names with spaces are none",
    );
  });

  for (const mode of ["down", "html", "error", "huge", "wrong-json", "redirect"] as const) {
    it(`CloudTAK ${mode}: no list, and said why`, async () => {
      auth.cloudtak.setMode(mode);
      assert.deepEqual(await auth.leases(0), { leases: null, nextPage: null });
      const { level, msg, detail } = JSON.parse(auth.log[0] ?? "");
      assert.deepEqual([level, msg], ["error", "leases not listed"]);
      assert.match(detail, /^CloudTAK GET \/api\/video\/lease /);
    });
  }
});
