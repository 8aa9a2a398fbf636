/** Groups of rows by what the data say of them: the frame, the negator, and what the negator denies. */

import type { Pair } from "../../data/pairs.ts";

/** The columns by which rows are grouped, and what a row has in them. */
const COLUMNS = [
  ["frame", ({ frame }: Pair) => frame],
  ["negator", ({ negatorWord }: Pair) => negatorWord],
  ["scope", ({ scope }: Pair) => scope],
  ["frame x negator x scope", ({ frame, negatorWord, scope }: Pair) => {
    const all = [frame, negatorWord, scope];
    return all.includes(undefined) ? undefined : all.join(" | ");
  }],
] as const;

export type GroupColumn = typeof COLUMNS[number][0];

/** All of them, in the order of tables. */
export const GROUP_COLUMNS: readonly GroupColumn[] = COLUMNS.map(([column]) => column);

export interface RowGroup {
  readonly column: GroupColumn;
  readonly group: string;
  readonly places: readonly number[];
}

/** The groups of all columns, each in the order of the data; rows without a text are in none. */
export function rowGroups(pairs: readonly Pair[]): RowGroup[] {
  return COLUMNS.flatMap(([column, valueOf]) => {
    const groups = Map.groupBy(pairs.keys(), (place) => valueOf(pairs[place]!));
    return [...groups].flatMap(([group, places]) =>
      group === undefined ? [] : { column, group, places }
    );
  });
}
