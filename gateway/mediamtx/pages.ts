import { BodyTooLongError } from "../net/readBody";

/** More items than this that are too long are no accident: then the list is broken. */
const maxSkipped = 100;

export interface Page<T> {
  readonly items: readonly T[];
  readonly isLast: boolean;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Items that are left out because they cannot be read. */
  readonly skipped: number;
}

/**
 * All items of a list that many people fill. A page that is too long is read in smaller ones, and an item that is too long
 * by itself is left out.
 *
 * @param read reads a page, numbered from 0; rejects with BodyTooLong when it is too long
 * @param itemsPerPage a product of twos and fives
 */
export async function readPages<T>(
  read: (page: number, itemsPerPage: number) => Promise<Page<T>>,
  itemsPerPage: number,
  maxPages = Number.POSITIVE_INFINITY,
): Promise<Listed<T>> {
  const items: T[] = [];
  let skipped = 0;
  for (let page = 0; page < maxPages; page++) {
    if (await isLast(page, itemsPerPage)) break;
  }
  return { items, skipped };

  async function isLast(page: number, size: number): Promise<boolean> {
    try {
      const found = await read(page, size);
      items.push(...found.items);
      return found.isLast;
    } catch (error) {
      if (!(error instanceof BodyTooLongError) || skipped >= maxSkipped) throw error;
      if (size > 1) return isLastOfParts(page, size);
      skipped++;
      return false;
    }
  }

  async function isLastOfParts(page: number, size: number): Promise<boolean> {
    const parts = size % 2 === 0 ? 2 : 5;
    for (let part = 0; part < parts; part++) {
      if (await isLast(page * parts + part, size / parts)) return true;
    }
    return false;
  }
}
