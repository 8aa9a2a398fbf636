/** The selectivity map: which heads attend to the negator. */

import { heatMap } from "../../charts/heat_map.ts";
import { type ChartOptions, type ChartSpec, titledSides } from "../../charts/spec.ts";
import { headName } from "../../tables/head_names.ts";
import type { HeadRow } from "./tables.ts";

/**
 * Draws how much more every head attends to the negator than to the negator's twin (paper, section 5): one map per negated side,
 * heads down, layers across. Marks show values that are not above those of the exchanged sentences, or have no interval.
 *
 * @param rows The rows of heads.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function selectivityMap(rows: readonly HeadRow[], options: ChartOptions): ChartSpec {
  return heatMap(rows, {
    ...options,
    title: "Negator selectivity of attention heads",
    subtitle: "largest attention to the negator minus that to its twin, mean over rows",
    caption:
      "Negator selectivity of every attention head, by layer: the head's largest attention to the negator minus that to the negator's twin in the affirmative sentence, mean over rows, with n rows on each side",
    panels: titledSides,
    x: "layer",
    y: "head",
    value: "selectivity",
    low: "selectivity_low",
    high: "selectivity_high",
    judged: ({ above_baseline_low: low, above_baseline_high: high }) => (
      { low, high, apartFrom: "the exchanged sentences" }
    ),
    tip: (row) => `head ${headName(row)}: selectivity`,
    named: {
      most: 5,
      intro: "most selective heads above the exchanged sentences, as layer.head: ",
      ofEitherSign: false,
    },
  });
}
