/** What the rows of the data add to the lines of a table: the values of another table that has lines for each row. */

import { type ControlledRows, keysOf, type LineScores } from "../../tables/estimates.ts";
import { type AnyTable, rowsOf, type TableCell, type TableSchema } from "../../tables/table.ts";

export type Line = Readonly<Record<string, TableCell>>;

/** The sum of the values that each row has in a line of a table, and how many these are. */
export interface ValuesOfRows {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/**
 * The values that rows have in each line of a table: those of the source's lines with the same keys, as far as both tables have them. Undefined
 * for a line that no row has.
 */
export function rowValues(
  schema: TableSchema,
  of: ControlledRows,
  source: AnyTable | undefined,
  rows: readonly { readonly id: string; readonly scores?: LineScores | undefined }[],
): (line: Line) => ValuesOfRows | undefined {
  const known = source?.schema?.columns ?? {};
  const keys = keysOf(schema).filter((name) =>
    name in known && name !== "negation" && name !== "segment"
  );
  const cellOf = (line: Line) => keys.map((name) => line[name] ?? "").join("\n");
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const found = new Map<string, ValuesOfRows>();
  for (const line of source === undefined ? [] : rowsOf(source)) {
    const place = places.get(`${line["id"]}`);
    const value = place === undefined ? undefined : of.valueOf(line, rows[place]!.scores);
    if (place === undefined || value === undefined) continue;
    const { sums, counts } = found.getOrInsertComputed(cellOf(line), () => ({
      sums: new Float64Array(rows.length),
      counts: new Float64Array(rows.length),
    }));
    sums[place]! += value;
    counts[place]!++;
  }
  return (line) => {
    const isOf = of.familyOf === undefined || of.familyOf(line) !== undefined;
    return isOf ? found.get(cellOf(line)) : undefined;
  };
}
