/** Accuracy and mean d by what the data say of a row: its frame, its negator, and what the negator denies. */

import type { Pair } from "../../data/pairs.ts";
import type { Estimate } from "../../stats/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillTable, type Table } from "../../tables/table.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import type { Finding } from "../experiment/finding.ts";
import {
  EFFECT_GROUPS,
  type EffectGroupRow,
  GROUP_COLUMNS,
  rowGroups,
} from "../groups/group_estimates.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import { intervalText } from "../../tables/text_table.ts";
import { scoreEstimates } from "./summary.ts";

export function hasGroups(pairs: readonly Pair[]): boolean {
  return rowGroups(pairs).length > 0;
}

/** The lines of effect_groups.csv of the scores: of each group its accuracy and its mean d. */
export function* groupSteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<EffectGroupRow>> {
  const made: EffectGroupRow[] = [];
  for (const { column, group, places } of rowGroups(pairs)) {
    const clusters = places.map((place) => clusterOf(pairs[place]!, cluster));
    const ofGroup = places.map((place) => rows[place]!);
    const { accuracy, meanD } = yield* scoreEstimates(ofGroup, { clusters, seed });
    const line = (estimate: string, { estimate: value, low, high }: Estimate): EffectGroupRow => ({
      ...{ column, group, table: "summary", negation: "all", segment: "all", place: undefined },
      ...{ estimate, n: places.length, value, low, high },
    });
    made.push(line("accuracy", accuracy), line("mean_d", meanD));
  }
  return fillTable(EFFECT_GROUPS, made);
}

export function groupTables(rows: readonly EffectGroupRow[]): Finding["tables"] {
  return GROUP_COLUMNS.slice(0, -1).flatMap((column) => {
    const groups = Map.groupBy(rows.filter((row) => row.column === column), ({ group }) => group);
    if (groups.size < 2) return [];
    const lines = [...groups].map(([group, [accuracy, meanD]]) => ({
      [column]: group,
      ...{ n: accuracy!.n, accuracy: accuracy!.value, "95 % interval": intervalText(accuracy!) },
      ...{ "mean d": meanD!.value, "its interval": intervalText(meanD!) },
    }));
    return [{ title: `Accuracy and mean d by ${column}`, lines }];
  });
}
