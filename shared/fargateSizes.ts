const gibibytes = (first: number, last: number, step = 1): number[] =>
  Array.from({ length: (last - first) / step + 1 }, (_, index) => (first + index * step) * 1024);

/** Memory in MiB that Fargate offers for each number of CPU units. */
export const fargateMemoryMib = {
  256: [512, 1024, 2048],
  512: gibibytes(1, 4),
  1024: gibibytes(2, 8),
  2048: gibibytes(4, 16),
  4096: gibibytes(8, 30),
  8192: gibibytes(16, 60, 4),
  16384: gibibytes(32, 120, 8),
} as const satisfies Record<number, readonly number[]>;

export type FargateCpu = keyof typeof fargateMemoryMib;

/** "1024, 2048 or 3072", or for more than six sizes "from 4096 to 16384 in steps of 1024". */
export function memoryChoices(cpu: FargateCpu): string {
  const sizes: readonly number[] = fargateMemoryMib[cpu];
  const [first = 0, second = 0] = sizes;
  if (sizes.length > 6) return `from ${first} to ${sizes.at(-1)} in steps of ${second - first}`;
  return `${sizes.slice(0, -1).join(", ")} or ${sizes.at(-1)}`;
}
