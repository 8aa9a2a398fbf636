/** Whether the selective heads matter, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { KnockoutPoint } from "./tables.ts";
import { spearman } from "../../stats/correlation.ts";
import { textTable } from "../../tables/text_table.ts";
import { NAMED_HEADS } from "../attend/findings.ts";
import { groupsOf } from "../../charts/spec.ts";

/** A head's selectivity and what its attention to the negator adds to d. */
export type KnockoutLine = Reads<
  KnockoutPoint,
  | "negation"
  | "layer"
  | "head"
  | "selectivity"
  | "mean_effect"
  | "low"
  | "high"
>;

/** Shows whether the selective heads matter: the effects of the most selective ones, and how selectivity and effect correlate.
 *
 * @param points One for each head and side.
 */
export function knockoutFindings(points: readonly KnockoutLine[]): string {
  const sides = groupsOf(points, ({ negation }) => negation);
  const lines = sides.flatMap((side) =>
    side.toSorted((a, b) => (b.selectivity ?? 0) - (a.selectivity ?? 0)).slice(0, NAMED_HEADS)
  ).map(({ negation, layer, head, selectivity, mean_effect, low, high }) => ({
    negated: negation,
    "layer.head": `${layer}.${head}`,
    selectivity,
    "effect on d": mean_effect,
    low,
    high,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  const table = textTable({ name: "heads", columns, rows: lines });
  const together = sides.map((side) => {
    const rho = spearman(
      side.map((row) => row.selectivity ?? 0),
      side.map((row) => row.mean_effect ?? 0),
    );
    return `${side[0]!.negation}-negated ${rho === undefined ? "undefined" : rho.toFixed(3)}`;
  });
  return `What the most selective heads' attention to the negator adds to d (mean, 95 % interval)\n${table}` +
    `Spearman's rho of selectivity and effect over all heads: ${together.join(", ")}\n`;
}
