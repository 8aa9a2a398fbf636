/** The map of direct attribution: what each head writes directly to the end token adds to d. */

import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { LEAST_NAMED } from "../../subject/effects/noise.ts";
import type { AttributionSummaryRow } from "./tables.ts";

/** The columns of attribution_summary.csv that the map reads. */
export type DirectMapRow = Reads<
  AttributionSummaryRow,
  | "negation"
  | "segment"
  | "component"
  | "layer"
  | "head"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

const TITLE = "Direct effect of single heads on d";

const CAPTION =
  "Mean direct effect of each head on the score difference d, by layer: what the head writes to the end token itself, without what later layers make of it, over n rows of each side";

/**
 * Draws what every head writes directly: one map per negated side, heads down, layers across, with the same colours. Marks show values
 * that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of attribution_summary.csv; those of heads over all segments are drawn.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function directMap(rows: readonly DirectMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.flatMap(({ component, segment, layer, head, mean_effect: value, ...row }) =>
    component === "head" && segment === "all" && value !== undefined
      ? [{ ...row, layer: layer!, head: head!, value }]
      : []
  );
  const maps = sidesOf(cells).map((side) => ({ title: sideTitle(side), cells: side }));
  return headMaps(maps, {
    ...options,
    ...{ title: TITLE, caption: CAPTION },
    subtitle: "what the head writes to the end token, mean over rows",
    ...{ field: "mean_effect", legend: "effect on d", valueName: "effect on d", estimated: true },
    named: {
      ...{ most: 5, least: LEAST_NAMED, ofEitherSign: true },
      intro: "largest effects, as layer.head: ",
    },
  });
}
