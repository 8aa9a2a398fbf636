/** Accuracy by what the data say of a row: its frame, its negator, and what the negator denies. */

import type { Pair } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillTable, key, table, text } from "../../tables/schema.ts";
import { intervalText } from "../../tables/text_table.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { StatisticsOptions } from "../clusters.ts";
import { N } from "../columns.ts";
import type { Finding } from "../experiment/finding.ts";
import { GROUP_COLUMNS, type GroupColumn, rowGroups } from "../groups/group_estimates.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import { ACCURACY, MEAN_D, summarySteps } from "./summary.ts";

/** groups.csv. */
export const GROUPS = table(
  "groups",
  "One row for each frame, negator and scope in the data, and for all three together; the file is written if the data have these columns.",
  {
    column: key(
      text<GroupColumn>(
        "The column of the data: `frame`, `negator`, `scope`, or `frame x negator x scope`.",
      ),
    ),
    group: key(text("What it holds, in the order of the data.")),
    n: N,
    ...ACCURACY.columns,
    ...MEAN_D.columns,
  },
);

export type GroupRow = Row<
  { column: GroupColumn; group: string },
  "n",
  EstimateNames<"accuracy" | "mean_d">
>;

/** Whether the data have a column by which rows are grouped. */
export function hasGroups(pairs: readonly Pair[]): boolean {
  return rowGroups(pairs).length > 0;
}

/** Accuracy and mean d of the rows of each group. */
export function* groupSteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  options: StatisticsOptions,
): Steps<Table<GroupRow>> {
  const made: GroupRow[] = [];
  for (const { column, group, places } of rowGroups(pairs)) {
    const of = <Item>(all: readonly Item[]) => places.map((place) => all[place]!);
    const { rows: sides } = yield* summarySteps(of(pairs), of(rows), options);
    const { n, accuracy, accuracy_low, accuracy_high, ...rest } = sides.at(-1)!; // of all rows
    const { mean_d, mean_d_low, mean_d_high } = rest;
    const ofD = { mean_d, mean_d_low, mean_d_high };
    made.push({ column, group, n, accuracy, accuracy_low, accuracy_high, ...ofD });
  }
  return fillTable(GROUPS, made);
}

/** The groups of columns with more than one. */
export function groupTables(rows: readonly GroupRow[]): Finding["tables"] {
  return GROUP_COLUMNS.slice(0, -1).flatMap((column) => {
    const groups = rows.filter((row) => row.column === column);
    if (groups.length < 2) return [];
    const lines = groups.map((row) => ({
      [column]: row.group,
      n: row.n,
      accuracy: row.accuracy,
      "95 % interval": intervalText({ low: row.accuracy_low, high: row.accuracy_high }),
      "mean d": row.mean_d,
      "its interval": intervalText({ low: row.mean_d_low, high: row.mean_d_high }),
    }));
    return [{ title: `Accuracy and mean d by ${column}`, lines }];
  });
}
