import assert from "node:assert/strict";
import { type JsonResponse, ResponseTooLongError } from "../../../../lambda/auth/cloudtak/jsonHttp";
import { readRows } from "../../../../lambda/auth/cloudtak/leaseRows";

/** A list of numbered rows, of which some are too long; counts its calls. */
function listOf(count: number, isTooLong: (row: number) => boolean) {
  const list = Array.from({ length: count }, (_, row) => row);
  const limits: number[] = [];
  const fetch = async (limit: number, page: number): Promise<JsonResponse> => {
    limits.push(limit);
    const items = list.slice(limit * page, limit * (page + 1));
    if (items.some(isTooLong)) throw new ResponseTooLongError("answer above the limit");
    return { ok: true, body: { items } };
  };
  return { fetch, limits };
}

async function readAll(list: ReturnType<typeof listOf>) {
  const rows: unknown[] = [];
  let tooLong = 0;
  for (let page = 0; ; page++) {
    const read = await readRows(list.fetch, page);
    assert.ok(!("ok" in read));
    rows.push(...read.rows);
    tooLong += read.tooLong;
    if (read.isLast) return { rows, tooLong, calls: list.limits.length };
  }
}

describe("rows of CloudTAK's lists", () => {
  it("come in pages of 100, one call each", async () => {
    const { rows, tooLong, calls } = await readAll(listOf(250, () => false));
    assert.deepEqual([rows.length, tooLong, calls], [250, 0, 3]);
  });

  for (const at of [0, 57, 99, 100, 248, 249]) {
    it(`come without row ${at} when it is too long, in no more than 18 calls`, async () => {
      const { rows, tooLong, calls } = await readAll(listOf(250, (row) => row === at));
      assert.deepEqual([rows.length, new Set(rows).size, tooLong], [249, 249, 1]);
      assert.ok(!rows.includes(at) && calls <= 18, `${calls} calls`);
    });
  }

  it("of a list whose last row is too long end with an empty page", async () => {
    const { rows, tooLong } = await readAll(listOf(200, (row) => row === 199));
    assert.deepEqual([rows.length, tooLong], [199, 1]);
  });

  it("are found behind whole pages that are too long, in a bounded number of calls", async () => {
    const { rows, calls } = await readAll(listOf(1_250, (row) => row >= 10 && row < 1_210));
    assert.deepEqual(rows.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(rows.at(-1), 1_249);
    assert.ok(calls <= 13 * 129, `${calls} calls`);
  });

  it("are none when CloudTAK's every answer is too long", async () => {
    let calls = 0;
    const fetch = () => {
      calls++;
      return Promise.reject(new ResponseTooLongError("too long"));
    };
    await assert.rejects(readRows(fetch, 0), ResponseTooLongError);
    assert.equal(calls, 2);
  });

  it("are none when CloudTAK refuses a part of a page", async () => {
    const list = listOf(250, (row) => row === 30);
    const refused = { ok: false, status: 401, message: "" } as const;
    const fetch = (limit: number, page: number) =>
      limit === 25 ? Promise.resolve(refused) : list.fetch(limit, page);
    assert.deepEqual(await readRows(fetch, 0), refused);
  });
});
