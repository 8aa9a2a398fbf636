/** The knock-out map: what each head's attention to the negator adds to d. */

import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { LEAST_NAMED } from "../../subject/effects/noise.ts";
import type { KnockoutPoint } from "./tables.ts";

/** The columns of knockout_heads.csv that the map reads. */
export type KnockoutMapRow = Reads<
  KnockoutPoint,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

type DrawnRow = KnockoutMapRow & { readonly mean_effect: number };

const TITLE = "Effect of single heads' attention to the negator on d";

const CAPTION =
  "Mean effect of each head's attention to the negator on the score difference d, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, over n rows of each side";

/**
 * Draws what every head's attention to the negator adds to d: one map per negated side, heads down, layers across, with the same
 * colours. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_heads.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function knockoutMap(rows: readonly KnockoutMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow => row.mean_effect !== undefined);
  const maps = sidesOf(cells).map((side) => ({
    title: sideTitle(side),
    cells: side.map(({ mean_effect: value, ...row }) => ({ ...row, value })),
  }));
  return headMaps(maps, {
    ...options,
    ...{ title: TITLE, caption: CAPTION },
    subtitle: "d minus d with the head's attention to the negator at 0, mean over rows",
    ...{ field: "mean_effect", legend: "effect on d", valueName: "effect on d", estimated: true },
    named: {
      ...{ most: 5, least: LEAST_NAMED, ofEitherSign: true },
      intro: "largest effects, as layer.head: ",
    },
  });
}
