/** Longest wait for the next result after the last one, and for all results after the first one. */
const idleMs = 100;
const maxWaitMs = 500;

/**
 * Resolves with all results, or with those available {@link idleMs} after the last one arrived or {@link maxWaitMs}
 * after the first; missing ones are null. No promise may reject.
 */
export async function collectPartial<T>(pending: readonly Promise<T>[]): Promise<(T | null)[]> {
  const results = pending.map((): T | null => null);
  if (pending.length === 0) return results;
  await new Promise<void>((resolve) => {
    let missing = pending.length;
    let idleTimer: NodeJS.Timeout | undefined;
    let waitTimer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(idleTimer);
      clearTimeout(waitTimer);
      resolve();
    };
    pending.forEach(async (result, index) => {
      results[index] = await result;
      missing -= 1;
      if (missing === 0) return finish();
      waitTimer ??= setTimeout(finish, maxWaitMs);
      clearTimeout(idleTimer);
      idleTimer = setTimeout(finish, idleMs);
    });
  });
  return [...results];
}
