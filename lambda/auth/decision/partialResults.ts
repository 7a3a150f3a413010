/** Decisions that fall together are answered together; none waits longer for the next one, or for all of them. */
const gapMs = 100;
const graceMs = 500;

/**
 * What is there when all are, or when after a first one no other follows for a moment: null for those that are not. None
 * may reject.
 */
export async function decidedSoon<T>(decisions: readonly Promise<T>[]): Promise<(T | null)[]> {
  const decided = decisions.map((): T | null => null);
  if (decisions.length === 0) return decided;
  await new Promise<void>((resolve) => {
    let missing = decisions.length;
    let gap: NodeJS.Timeout | undefined;
    let grace: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(gap);
      clearTimeout(grace);
      resolve();
    };
    decisions.forEach(async (decision, index) => {
      decided[index] = await decision;
      missing -= 1;
      if (missing === 0) return finish();
      grace ??= setTimeout(finish, graceMs);
      if (gap) gap.refresh();
      else gap = setTimeout(finish, gapMs);
    });
  });
  return [...decided];
}
