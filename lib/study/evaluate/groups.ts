/** Accuracy by what the data say of a row: its frame, its negator, and what the negator denies. */

import type { Pair } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillTable, key, type Row, type Table, table, text } from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { N } from "../columns.ts";
import type { Finding } from "../experiment/finding.ts";
import { GROUP_COLUMNS, type GroupColumn, rowGroups } from "../groups/group_estimates.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import { scoreCells } from "./findings.ts";
import { ACCURACY, MEAN_D, meanScores } from "./summary.ts";

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

export function hasGroups(pairs: readonly Pair[]): boolean {
  return rowGroups(pairs).length > 0;
}

export function* groupSteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<GroupRow>> {
  const made: GroupRow[] = [];
  for (const { column, group, places } of rowGroups(pairs)) {
    const clusters = places.map((place) => clusterOf(pairs[place]!, cluster));
    const ofGroup = places.map((place) => rows[place]!);
    made.push({ column, group, ...yield* meanScores(ofGroup, { clusters, seed }) });
  }
  return fillTable(GROUPS, made);
}

export function groupTables(rows: readonly GroupRow[]): Finding["tables"] {
  return GROUP_COLUMNS.slice(0, -1).flatMap((column) => {
    const groups = rows.filter((row) => row.column === column);
    if (groups.length < 2) return [];
    const lines = groups.map((row) => ({ [column]: row.group, ...scoreCells(row) }));
    return [{ title: `Accuracy and mean d by ${column}`, lines }];
  });
}
