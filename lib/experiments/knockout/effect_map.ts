/** The knock-out map: what share of d goes back to each head's attention to the negator. */

import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { isNamedShare, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { specificLine } from "./specific.ts";
import type { KnockoutPoint } from "./tables.ts";

/** The columns of knockout_heads.csv that the map reads. */
export type KnockoutMapRow = Reads<
  KnockoutPoint,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "n_twin"
  | "share"
  | "share_low"
  | "share_high"
  | "specific_share"
  | "specific_share_low"
  | "specific_share_high"
  | "simultaneous_low"
  | "simultaneous_high"
  | "specific_simultaneous_low"
  | "specific_simultaneous_high"
>;

const TITLE = "Share of d of single heads' attention to the negator";

const CAPTION =
  "Share of the score difference d of each head's attention to the negator, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, less the same for the negator's twin in the affirmative one; sum over n rows of each side of sign(d) times this, divided by the sum of |d|";

/**
 * Draws the share of d of every head's attention to the negator, less that of the same attention to the twin: one map per negated side, heads down, layers across, with the same
 * colours. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_heads.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function knockoutMap(rows: readonly KnockoutMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.map(specificLine).flatMap((row) => {
    const { negation, layer, head, n, share: value, share_low: low, share_high: high } = row;
    return value === undefined
      ? []
      : [{ negation, layer, head, n, value, low, high, isNamed: isNamedShare(row) }];
  });
  const maps = sidesOf(cells).map((side) => ({ title: sideTitle(side), cells: side }));
  return headMaps(maps, {
    ...options,
    ...{ title: TITLE, caption: CAPTION },
    subtitle: "d minus d with the head's attention to the negator at 0, less the twin's",
    ...{ field: "share", legend: "share of d", valueName: "share of d", estimated: true },
    named: {
      ...{ most: 5, least: LEAST_SHARE, ofEitherSign: true },
      intro: "largest shares, as layer.head: ",
    },
  });
}
