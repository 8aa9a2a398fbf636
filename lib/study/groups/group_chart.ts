/** One estimate in each group of rows, such as the faithfulness of a circuit in each frame. */

import { bars } from "../../charts/bars.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, OKABE_ITO } from "../../charts/spec.ts";
import { estimateText, tipEstimate } from "../../charts/texts.ts";
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
    subtitle: "95 % intervals",
    caption:
      `The ${estimate} over the rows of each group by what the data say of them; bars are 95 % intervals, each for one group (${
        bootstrapText(options)
      }).`,
    panels: "panel",
    at: "group",
    value: "value",
    low: "low",
    high: "high",
    colors: () => OKABE_ITO.skyBlue,
    valueTitle: () => estimate,
    tip: ({ group, value, low, high, n }) =>
      `${group}: ${estimate} ${tipEstimate(value!, { low, high })}, n = ${n}`,
    form: `Bars, one for each of ${known.length} groups.`,
    told: (bars) =>
      bars.map(({ group, value, low, high }) => `${group} ${estimateText(value!, { low, high })}`)
        .join(", "),
  });
}
