/** Pairs and sets of rows that belong together, each right if all of its rows are. */

import { mean } from "../stats/quantile.ts";
import { type AccuracyRow, shareEstimate, type Shares } from "./accuracy.ts";
import type { Choice } from "./choice.ts";
import { ACCURACY, TOGETHER } from "./tables.ts";
import { eachScorer } from "./text_scorers.ts";

/** How many rows a pair and a set have; those that lack one, as some do with --limit, are not counted. */
const SIZES = { pair: 2, set: 4 } as const;

/** The rows of accuracy.csv of pairs and sets. */
export function setRows(
  choices: readonly Choice[],
  known: Shares,
  seed: number,
): AccuracyRow[] {
  return TOGETHER.flatMap((kind): AccuracyRow[] => {
    const groups = completeGroups(choices, kind);
    if (groups.length === 0) return [];
    const products = (values: readonly number[]) =>
      groups.map((rows) => rows.reduce((product, i) => product * values[i]!, 1));
    const meanOf = (values: readonly number[]) => mean(products(values))!;
    const clusters = groups.map(([first]) => choices[first!]!.together!.set);
    return [{
      group: "all",
      n: groups.length,
      ...ACCURACY.cells(shareEstimate(products(known.share), { clusters, seed })),
      accuracy_first: meanOf(known.first),
      accuracy_published: undefined,
      ...{ ties: undefined, mean_rank: undefined, r3: undefined },
      chance: meanOf(known.chance),
      ...eachScorer((name) => meanOf(known[name])),
      random_weights: undefined,
      by: kind,
    }];
  });
}

/** The places of the rows of each pair or set that has all its relations. */
function completeGroups(choices: readonly Choice[], kind: "pair" | "set"): number[][] {
  const places = [...choices.keys()].filter((i) => choices[i]!.together !== undefined);
  return [...Map.groupBy(places, (i) => choices[i]!.together![kind]).values()]
    .filter((rows) =>
      rows.length === SIZES[kind] &&
      new Set(rows.map((i) => choices[i]!.group)).size === SIZES[kind]
    );
}
