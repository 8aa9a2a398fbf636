/** Pairs and sets of rows that belong together, each right if all of its rows are. */

import { fillTable, type RowOf } from "../tables/schema.ts";
import type { Table } from "../tables/table.ts";
import { mean } from "../stats/quantile.ts";
import { shareEstimate, type Shares } from "./accuracy.ts";
import type { Choice } from "./choice.ts";
import { ACCURACY, SETS } from "./tables.ts";
import { eachScorer } from "./text_scorers.ts";

export type SetRow = RowOf<typeof SETS>;

/** How many rows a pair and a set have; those that lack one, as some do with --limit, are not counted. */
const SIZES = { pair: 2, set: 4 } as const;

/** sets.csv; undefined if no rows belong together. */
export function setsTable(
  choices: readonly Choice[],
  known: Shares,
  seed: number,
): Table<SetRow> | undefined {
  const rows = (["pair", "set"] as const).flatMap((kind): SetRow[] => {
    const groups = completeGroups(choices, kind);
    if (groups.length === 0) return [];
    const products = (values: readonly number[]) =>
      groups.map((rows) => rows.reduce((product, i) => product * values[i]!, 1));
    const meanOf = (values: readonly number[]) => mean(products(values))!;
    const clusters = groups.map(([first]) => choices[first!]!.together!.set);
    return [{
      kind,
      n: groups.length,
      ...ACCURACY.cells(shareEstimate(products(known.share), { clusters, seed })),
      accuracy_first: meanOf(known.first),
      chance: meanOf(known.chance),
      ...eachScorer((name) => meanOf(known[name])),
    }];
  });
  return rows.length === 0 ? undefined : fillTable(SETS, rows);
}

export function hasSets(choices: readonly Choice[]): boolean {
  return completeGroups(choices, "pair").length + completeGroups(choices, "set").length > 0;
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
