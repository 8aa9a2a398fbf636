/** The map of the knock-out: what share of d goes back to each head's attention to the negator. */

import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { shareMap } from "../share_map.ts";
import { specificLine } from "./columns.ts";
import { isOfHead, type KnockoutSummaryRow } from "./tables.ts";

/**
 * Draws the share of d of every head's attention to the negator, less that of the same attention to the twin: one map per negated side,
 * heads down, layers across. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_summary.csv; those of all rows of a side and of single heads are drawn.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function knockoutMap(rows: readonly KnockoutSummaryRow[], options: ChartOptions): ChartSpec {
  const heads = rows.filter((row) => row.segment === "all" && isOfHead(row));
  return shareMap(heads.map(specificLine), {
    ...options,
    title: "Share of d of single heads' attention to the negator",
    subtitle: "d minus d with the head's attention to the negator at 0, less the twin's",
    caption:
      "Share of the score difference d of each head's attention to the negator, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, less the same for the negator's twin in the affirmative one",
  });
}
