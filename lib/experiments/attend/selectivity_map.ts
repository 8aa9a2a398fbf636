/** The selectivity map: which heads attend to the negator. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRow } from "./tables.ts";
import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";

/** The columns of heads.csv that the map reads. */
export type SelectivityRow = Reads<
  HeadRow,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "selectivity"
  | "selectivity_low"
  | "selectivity_high"
  | "above_baseline_low"
  | "above_baseline_high"
>;

type DrawnRow = SelectivityRow & { readonly selectivity: number };

const TITLE = "Negator selectivity of attention heads";

const CAPTION =
  "Negator selectivity of every attention head, by layer: the head's largest attention to the negator minus that to the negator's twin in the affirmative sentence, mean over rows, with n rows on each side";

/**
 * Draws how much more every head attends to the negator than to the negator's twin (paper, section 5): one map per negated side,
 * heads down, layers across, with the same colours. Marks show values that are not above those of the exchanged sentences, or have no
 * interval.
 *
 * @param rows The rows of heads.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function selectivityMap(
  rows: readonly SelectivityRow[],
  options: ChartOptions,
): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow => row.selectivity !== undefined);
  const maps = sidesOf(cells).map((side) => ({
    title: sideTitle(side),
    cells: side.map((row) => ({
      ...{ layer: row.layer, head: row.head, n: row.n, value: row.selectivity },
      ...{ low: row.selectivity_low, high: row.selectivity_high },
      judged: {
        ...{ low: row.above_baseline_low, high: row.above_baseline_high },
        apartFrom: "the exchanged sentences" as const,
      },
    })),
  }));
  return headMaps(maps, {
    ...options,
    ...{ title: TITLE, caption: CAPTION },
    subtitle: "largest attention to the negator minus that to its twin, mean over rows",
    ...{ field: "selectivity", legend: "selectivity", valueName: "selectivity", estimated: true },
    named: {
      most: 5,
      intro: "most selective heads above the exchanged sentences, as layer.head: ",
      ofEitherSign: false,
    },
  });
}
