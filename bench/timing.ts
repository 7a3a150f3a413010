/** Median, minimum and maximum of figures. */
export function summary(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] ?? Number.NaN)
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** One line of a report: `name  median [min..max] unit  (n = runs)`. */
export function report(name: string, values: readonly number[], unit: string, digits = 1): void {
  const { median, min, max } = summary(values);
  const [m, lo, hi] = [median, min, max].map((value) => value.toFixed(digits));
  console.log(`${name.padEnd(56)} ${m} [${lo}..${hi}] ${unit}  (n=${values.length})`);
}

/** Seconds that `work` takes, over `runs` runs. */
export async function secondsOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}
