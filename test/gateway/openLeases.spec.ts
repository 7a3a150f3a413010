import assert from "node:assert/strict";
import { mock } from "node:test";
import { OpenLeases } from "../../gateway/openLeases";
import type { LeasesAnswer, ListedLease } from "../../lambda/auth/contract";

const listed = (path: string, over: Partial<ListedLease> = {}): ListedLease => ({
  path,
  expiration: null,
  recording: false,
  open: true,
  proxy: null,
  ...over,
});

describe("open leases", () => {
  let pages: (readonly ListedLease[] | null)[];
  let open: OpenLeases;
  let asked: number[];
  beforeEach(() => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
    asked = [];
    open = new OpenLeases({
      leases: async (page): Promise<LeasesAnswer> => {
        asked.push(page);
        return { leases: pages[page] ?? null, nextPage: page + 1 < pages.length ? page + 1 : null };
      },
    });
  });
  afterEach(() => {
    open.close();
    mock.timers.reset();
  });

  const sync = async () => {
    mock.timers.tick(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  };

  it("are those of all pages that are open and have not expired", async () => {
    pages = [[listed("a"), listed("b", { open: false })], [listed("c", { expiration: 1_002_000 })]];
    assert.equal(open.has("a"), false);
    await open.start();
    assert.deepEqual(
      ["a", "b", "c", "d"].map((path) => open.has(path)),
      [true, false, true, false],
    );
    mock.timers.tick(2_000);
    assert.equal(open.has("c"), false);
  });

  it("follow CloudTAK within 5 s", async () => {
    pages = [[listed("a")]];
    await open.start();
    pages = [[listed("b")]];
    await sync();
    assert.deepEqual([open.has("a"), open.has("b")], [false, true]);
  });

  it("stay as they were while a page cannot be had", async () => {
    pages = [[listed("a")]];
    await open.start();
    pages = [[listed("b")], null];
    await sync();
    assert.deepEqual([open.has("a"), open.has("b")], [true, false]);
    pages = [[listed("b")]];
    await sync();
    assert.deepEqual([open.has("a"), open.has("b")], [false, true]);
  });

  it("are asked for no more after close", async () => {
    pages = [[]];
    await open.start();
    open.close();
    await sync();
    assert.deepEqual(asked, [0]);
  });
});
