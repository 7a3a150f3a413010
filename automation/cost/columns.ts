/** Lines in columns, two spaces apart; those whose number is in `toTheRight` end at their right edge. */
export function columns(
  lines: readonly (readonly string[])[],
  toTheRight: readonly number[] = [],
): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    widths
      .map((width, column) => {
        const cell = line[column] ?? "";
        return toTheRight.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
