/** One estimate in each group of rows, such as the faithfulness of a circuit in each frame. */

import { bars } from "../../charts/bars.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import type { EffectGroupRow } from "./group_estimates.ts";

/** Whether each group has one estimate alone, so that bars can show all. */
export function hasGroupChart(rows: readonly EffectGroupRow[]): boolean {
  const groups = rows.filter(({ value }) => value !== undefined).map(({ column, group }) =>
    JSON.stringify([column, group])
  );
  return groups.length > 1 && new Set(groups).size === groups.length;
}

/** Draws a bar for each group, and a panel for each column of the data. */
export function groupChart(rows: readonly EffectGroupRow[], options: ChartOptions): ChartSpec {
  const known = rows.filter(({ value }) => value !== undefined);
  const { estimate = "estimate" } = known[0] ?? {};
  return bars(known.map((row) => ({ ...row, panel: `By ${row.column}` })), {
    ...options,
    title: `${estimate[0]!.toUpperCase()}${estimate.slice(1)} in groups of rows`,
    about:
      `The ${estimate} over the rows of each group by what the data say of them, with an interval for one group each`,
    panels: "panel",
    at: "group",
    value: { field: "value", low: "low", high: "high", title: estimate },
  });
}
