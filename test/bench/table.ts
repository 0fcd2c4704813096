/** What a part found, and under which conditions. */
export interface Measured {
  readonly title: string;
  readonly rows: readonly Row[];
}

export type Row = Readonly<Record<string, string | number>>;

/** Rows as an aligned text table; columns are the keys of the first row. */
export function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
