import * as z from "zod/mini";
import { UndecidedError } from "../undecidedError";
import { type ErrorResponse, type JsonResponse, ResponseTooLongError } from "./jsonHttp";

/** CloudTAK's largest page. */
export const pageSize = 100;

/** Fifteen calls isolate one row that is too long; isolating all 100 takes this many. */
const maxCalls = 128;

/** Beyond the end of every list. */
const emptyPage = 1_000_000;

const ListBody = z.object({ items: z.array(z.unknown()) });

export interface Rows {
  readonly rows: readonly unknown[];
  readonly isLast: boolean;
  /** Rows that are left out because they are too long to be fetched. */
  readonly tooLong: number;
}

/**
 * Reads the rows of a page of 100. Any user can add rows: a page that is too long is fetched in smaller pages, and a
 * single row that is too long is skipped.
 */
export async function readRows(
  fetch: (limit: number, page: number) => Promise<JsonResponse>,
  page: number,
): Promise<Rows | ErrorResponse> {
  let calls = 0;
  return readPage(pageSize, page);

  async function readPage(limit: number, number: number): Promise<Rows | ErrorResponse> {
    if (calls >= maxCalls) return { rows: [], isLast: false, tooLong: limit };
    calls++;
    try {
      const answer = await fetch(limit, number);
      if (!answer.ok) return answer;
      const { items } = listBody(answer.body);
      return { rows: items, isLast: items.length < limit, tooLong: 0 };
    } catch (error) {
      if (!(error instanceof ResponseTooLongError)) throw error;
      // If even an empty page is too long, there is no list to read.
      if (limit === pageSize) await fetch(1, emptyPage);
      return limit === 1 ? { rows: [], isLast: false, tooLong: 1 } : readParts(limit, number);
    }
  }

  /** One after the other: each may hold a megabyte. */
  async function readParts(limit: number, number: number): Promise<Rows | ErrorResponse> {
    const count = limit % 2 === 0 ? 2 : 5;
    const rows: unknown[] = [];
    let tooLong = 0;
    for (let part = 0; part < count; part++) {
      const read = await readPage(limit / count, number * count + part);
      if ("ok" in read) return read;
      rows.push(...read.rows);
      tooLong += read.tooLong;
      if (read.isLast) return { rows, isLast: true, tooLong };
    }
    return { rows, isLast: false, tooLong };
  }
}

function listBody(body: unknown): z.infer<typeof ListBody> {
  const list = ListBody.safeParse(body).data;
  if (list) return list;
  throw new UndecidedError(
    "CloudTAK GET /api/video/lease answered 200 with other fields than its API promises",
  );
}
