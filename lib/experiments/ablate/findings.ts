/** The parts of the image tower that matter most, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { AblationSummaryRow } from "./tables.ts";
import { textTable } from "../../tables/text_table.ts";
import { groupsOf } from "../../charts/spec.ts";

/** The columns of ablation_summary.csv that the text reads. */
export type AblationLine = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "layer"
  | "part"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

/**
 * Lists the parts of the image tower with the largest effects on d, of either sign.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function ablationFindings(rows: readonly AblationLine[]): string {
  const all = rows.filter(({ segment }) => segment === "all");
  const lines = groupsOf(all, ({ negation }) => negation).flatMap((side) =>
    side.toSorted((a, b) => Math.abs(b.mean_effect ?? 0) - Math.abs(a.mean_effect ?? 0)).slice(0, 3)
  ).map(({ negation, n, layer, part, mean_effect, low, high }) => (
    { negated: negation, n, layer, part, "effect on d": mean_effect, low, high }
  ));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return `Parts of the image tower that add most to d\n${
    textTable({ name: "parts", columns, rows: lines })
  }`;
}
