import type { PathOperation } from "./plan";

/**
 * Operations in the order in which they are worked on: removals, then what has never been tried, then retries.
 * Among first tries and among retries the owners of the leases take turns, so that the many of one do not delay the
 * few of another.
 *
 * @param ownerOf owner of the lease at a path; what has none shares one turn
 */
export function fairOrder(
  operations: readonly PathOperation[],
  ownerOf: (path: string) => string,
  isRetry: (operation: PathOperation) => boolean,
): PathOperation[] {
  const removals = operations.filter(({ kind }) => kind === "remove");
  const others = operations.filter(({ kind }) => kind !== "remove");
  const firstTries = others.filter((one) => !isRetry(one));
  const retries = others.filter(isRetry);
  return [...removals, ...inTurns(firstTries, ownerOf), ...inTurns(retries, ownerOf)];
}

function inTurns(
  operations: readonly PathOperation[],
  ownerOf: (path: string) => string,
): PathOperation[] {
  const turns = new Map<string, number>();
  return operations
    .map((operation) => {
      const owner = ownerOf(operation.path);
      const turn = turns.get(owner) ?? 0;
      turns.set(owner, turn + 1);
      return { operation, turn };
    })
    .sort((one, other) => one.turn - other.turn)
    .map(({ operation }) => operation);
}
