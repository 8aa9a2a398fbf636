/** Accuracy and mean d by what the data say of a row: its frame, its negator, and what the negator denies. */

import type { Pair } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { clusterShare } from "../../stats/share.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillTable, type Table } from "../../tables/table.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import {
  EFFECT_GROUPS,
  type EffectGroupRow,
  GROUP_COLUMNS,
  rowGroups,
} from "../groups/group_estimates.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import { rightness } from "../effects/noise.ts";
import { blockMean, BLOCKS_SUMMARY, blocksOf } from "./blocks.ts";
import { SUMMARY } from "./summary.ts";

export function hasGroups(pairs: readonly Pair[]): boolean {
  return rowGroups(pairs).length > 0;
}

/** What is told of the blocks of a group, by the names of blocks_summary.csv. */
const OF_BLOCKS = ["gamma", "alpha", "sentences_right"] as const;

/** The lines of effect_groups.csv of the scores: of each group its accuracy and its mean d, and the means of its blocks. */
export function* groupSteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<EffectGroupRow>> {
  const byId = new Map(blocksOf(pairs, rows).rows.map((block) => [block.foil_id, block]));
  const made: EffectGroupRow[] = [];
  for (const { column, group, places } of rowGroups(pairs)) {
    yield;
    const clusters = places.map((place) => clusterOf(pairs[place]!, cluster));
    const blocks = places.map((place) => byId.get(rows[place]!.id));
    const n = blocks.filter((block) => block !== undefined).length;
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    const lineOf =
      (of: Pick<EffectGroupRow, "table" | "negation" | "n">) =>
      (estimate: string, { estimate: value, low, high }: Estimate): EffectGroupRow => (
        { column, group, ...of, segment: "all", place: undefined, estimate, value, low, high }
      );
    const ofRows = lineOf({ table: SUMMARY.name, negation: "all", n: places.length });
    const ofBlocks = lineOf({ table: BLOCKS_SUMMARY.name, negation: "both", n });
    const d = places.map((place) => rows[place]!.d);
    made.push(
      ofRows("accuracy", clusterShare(d.map((of) => rightness(of)), { clusters })),
      ofRows("mean_d", bootstrap.mean(d)),
      ...n === 0
        ? []
        : OF_BLOCKS.map((name) => ofBlocks(name, blockMean(name, blocks, { bootstrap, clusters }))),
    );
  }
  return fillTable(EFFECT_GROUPS, made);
}

/** Understanding and bias in the groups of the first column that has two or more with blocks. */
export function groupPoints(rows: readonly EffectGroupRow[]) {
  const points = GROUP_COLUMNS.map((column) => {
    const groups = Map.groupBy(rows.filter((row) => row.column === column), ({ group }) => group);
    return [...groups].flatMap(([name, [, , gamma, alpha]]) =>
      gamma === undefined || alpha === undefined ? [] : [{
        ...{ name, gamma: gamma.value, gamma_low: gamma.low, gamma_high: gamma.high },
        ...{ alpha: alpha.value, alpha_low: alpha.low, alpha_high: alpha.high },
      }]
    );
  });
  return points.find(({ length }) => length > 1) ?? [];
}
