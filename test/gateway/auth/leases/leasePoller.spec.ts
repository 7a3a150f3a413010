import assert from "node:assert/strict";
import { mock } from "node:test";
import { LeasePoller } from "../../../../gateway/auth/leases/leasePoller";
import type { LeasesAnswer, ListedLease } from "../../../../shared/authContract";
import { type Clocks, mockClocks, monotonicStart } from "../../support/clocks";

const listed = (path: string, over: Partial<ListedLease> = {}): ListedLease => ({
  path,
  name: null,
  owner: null,
  expiration: null,
  recording: false,
  open: true,
  proxy: null,
  ...over,
});

describe("leases", () => {
  let pages: (readonly ListedLease[] | null)[];
  let clocks: Clocks;
  let leases: LeasePoller;
  let asked: number[];
  let lists: { paths: string[]; askedAt: number; changed: string[] }[];
  let streams: string[][];
  beforeEach(() => {
    clocks = mockClocks(["setTimeout"]);
    asked = [];
    lists = [];
    streams = [];
    leases = new LeasePoller(
      {
        leases: async (page): Promise<LeasesAnswer> => {
          asked.push(page);
          return {
            leases: pages[page] ?? null,
            nextPage: page + 1 < pages.length ? page + 1 : null,
          };
        },
      },
      (list, askedAt, changed, changedStreams) => {
        lists.push({ paths: [...list.keys()].sort(), askedAt, changed: [...changed].sort() });
        streams.push([...changedStreams].sort());
      },
    );
  });
  afterEach(() => {
    leases.close();
    mock.restoreAll();
    mock.timers.reset();
  });

  const pass = async (ms: number) => {
    clocks.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const areOpen = (...paths: string[]) => paths.map((path) => leases.isOpen(path));

  it("are looked for at once when one is asked about that is not known, once a second at most", async () => {
    pages = [[listed("a"), listed("b", { open: false })]];
    await leases.start();
    assert.equal(await leases.isOpenNow("new"), false);
    assert.equal(asked.length, 1);
    await pass(1_000);
    pages = [[listed("a"), listed("b", { open: false }), listed("new"), listed("other")]];
    assert.deepEqual(
      await Promise.all(["new", "other", "unknown"].map((path) => leases.isOpenNow(path))),
      [true, true, false],
    );
    assert.equal(asked.length, 2);
    // What is known is believed.
    await pass(1_000);
    assert.deepEqual(await Promise.all(["a", "b"].map((path) => leases.isOpenNow(path))), [
      true,
      false,
    ]);
    assert.equal(asked.length, 2);
  });

  it("go on to be listed every five seconds after such a look", async () => {
    pages = [[listed("a")]];
    await leases.start();
    await pass(2_000);
    await leases.isOpenNow("new");
    await pass(4_999);
    assert.equal(asked.length, 2);
    await pass(1);
    assert.equal(asked.length, 3);
  });

  it("tell their owners", async () => {
    pages = [[listed("a", { owner: "ada" }), listed("b")]];
    await leases.start();
    assert.deepEqual(
      ["a", "b", "c"].map((path) => leases.ownerOf(path)),
      ["ada", undefined, undefined],
    );
  });

  it("are open when all pages say so and they have not expired", async () => {
    pages = [[listed("a"), listed("b", { open: false })], [listed("c", { expiration: 1_002_000 })]];
    assert.equal(leases.isOpen("a"), false);
    await leases.start();
    assert.deepEqual(areOpen("a", "b", "c", "d"), [true, false, true, false]);
    clocks.tick(2_000);
    assert.equal(leases.isOpen("c"), false);
  });

  it("follow CloudTAK within 5 s, and say what has changed", async () => {
    pages = [[listed("a"), listed("b")]];
    await leases.start();
    pages = [[listed("a", { open: false }), listed("b"), listed("new")]];
    await pass(5_000);
    assert.deepEqual(areOpen("a", "b", "new"), [false, true, true]);
    assert.deepEqual(lists, [
      { paths: ["a", "b"], askedAt: monotonicStart, changed: [] },
      { paths: ["a", "b", "new"], askedAt: monotonicStart + 5_000, changed: ["a"] },
    ]);
  });

  it("say by which paths and names a lease was asked for that is new, changed or gone", async () => {
    const named = (path: string, name: string | null) => listed(path, { name });
    pages = [[named("a", "camera"), named("b", "drone"), named("c", "same")]];
    await leases.start();
    pages = [[named("a", "harbour"), named("c", "same"), named("d", "drone"), named("e", null)]];
    await pass(5_000);
    pages = [[named("c", "same")]];
    await pass(1_000);
    await pass(1_000);
    assert.deepEqual(streams, [
      [],
      ["a", "camera", "d", "drone", "e", "harbour"],
      ["b", "drone"],
      ["a", "d", "drone", "e", "harbour"],
    ]);
  });

  it("are gone when they are missing a second time, 1 s later", async () => {
    pages = [[listed("a"), listed("b")]];
    await leases.start();
    pages = [[listed("b")]];
    await pass(5_000);
    await pass(1_000);
    await pass(1_000);
    assert.deepEqual(
      lists.map(({ paths, changed }) => ({ paths, changed })),
      [
        { paths: ["a", "b"], changed: [] },
        { paths: ["a", "b"], changed: [] },
        { paths: ["b"], changed: ["a"] },
      ],
    );
    await pass(4_000);
    assert.equal(lists.length, 4);
  });

  it("are gone at once when they have expired as well", async () => {
    pages = [[listed("a", { expiration: 1_003_000 })]];
    await leases.start();
    pages = [[]];
    await pass(5_000);
    assert.deepEqual(lists.at(-1), { paths: [], askedAt: monotonicStart + 5_000, changed: ["a"] });
  });

  it("stay when a page has lost them only for a moment", async () => {
    pages = [[listed("a"), listed("b")]];
    await leases.start();
    pages = [[listed("b")]];
    await pass(5_000);
    pages = [[listed("a"), listed("b")]];
    await pass(1_000);
    assert.deepEqual(
      lists.flatMap(({ changed }) => changed),
      [],
    );
    assert.deepEqual(lists.at(-1)?.paths, ["a", "b"]);
  });

  it("stay as they were while a page cannot be had", async () => {
    pages = [[listed("a")]];
    await leases.start();
    pages = [[listed("b")], null];
    await pass(5_000);
    assert.deepEqual(areOpen("a", "b"), [true, false]);
    assert.equal(lists.length, 1);
    pages = [[listed("a"), listed("b")]];
    await pass(5_000);
    assert.deepEqual(areOpen("a", "b"), [true, true]);
  });

  it("are the first of several at one path, as CloudTAK takes them", async () => {
    pages = [[listed("a", { open: false }), listed("a")]];
    await leases.start();
    assert.equal(leases.isOpen("a"), false);
  });

  it("are asked for no more after close", async () => {
    pages = [[]];
    await leases.start();
    leases.close();
    await pass(10_000);
    assert.deepEqual(asked, [0]);
  });
});
