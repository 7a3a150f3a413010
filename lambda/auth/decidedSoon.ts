/** Decisions that fall together are answered together; none waits longer for another. */
const graceMs = 100;

/**
 * What is there when all are, or a moment after the first one: null for those that are not. None may reject.
 */
export async function decidedSoon<T>(decisions: readonly Promise<T>[]): Promise<(T | null)[]> {
  const decided = decisions.map((): T | null => null);
  if (decisions.length === 0) return decided;
  const all = decisions.map(async (decision, index) => {
    decided[index] = await decision;
  });
  let timer: NodeJS.Timeout | undefined;
  const soon = Promise.race(decisions).then(
    () =>
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      }),
  );
  await Promise.race([Promise.all(all), soon]);
  clearTimeout(timer);
  return [...decided];
}
