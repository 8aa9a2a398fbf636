/** The causal-trace map of single heads: which head's output carries the negation, at which token and layer. */

import { heatMap } from "../../charts/heat_map.ts";
import { CERTAIN, isCertain, isLarge } from "../../study/effects/peak_runs.ts";
import { ROLE_SIDE, roleLabel } from "../../charts/roles.ts";
import { type ChartOptions, type ChartSpec, greatest, shortNumber } from "../../charts/spec.ts";
import { headName } from "../../tables/head_names.ts";
import { directionsIn } from "./direction.ts";
import { isFixedZero, lastLayer } from "./fixed_effects.ts";
import { MOST_CTE } from "./map_panel.ts";
import { effectMeaning, mapsInOrder, titleStart, type TraceMapRow } from "./map_row.ts";

/** Of the largest effect; a role that never reaches this share is left out, such as those before the negator, whose effect is 0. */
const LEAST_SHARE = 0.01;

type HeadEffect = TraceMapRow & { readonly cte: number; readonly head: number };

/**
 * Draws the mean causal tracing effect of every head's output as small multiples: one panel per group of rows and direction with one map
 * per token role; in each map, heads go down and layers across. The maps of both directions are beside each other, two groups in a row, so
 * that the figure is no higher than that of one direction.
 */
export function headMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is HeadEffect =>
    row.cte !== undefined && row.head !== undefined
  );
  const directions = directionsIn(cells);
  const largest = greatest(cells.map(({ cte }) => Math.abs(cte)));
  const carrying = new Set(
    cells.filter(({ cte }) => Math.abs(cte) >= LEAST_SHARE * largest).map(({ role }) => role),
  );
  const last = lastLayer(cells);
  const shown = cells.filter(({ role }) => carrying.has(role));
  return heatMap(shown, {
    ...options,
    title: `${titleStart(directions)} of single heads' output`,
    caption:
      `Mean causal tracing effect (CTE) of single heads' output (attn.hook_z), by token role, head and layer: ${
        effectMeaning(directions, "the head's output at this token")
      }. Roles whose effect is below a hundredth of the largest at every head are left out`,
    form: "Heat maps, one per group and token role, heads down, layers across.",
    columns: 2 * Math.max(1, directions.length),
    panels: mapsInOrder,
    facet: {
      field: "role",
      of: ({ role }) => roleLabel(role),
      names: ROLE_SIDE.order([...carrying].map(roleLabel)),
    },
    x: "layer",
    y: "head",
    value: "cte",
    low: "cte_low",
    high: "cte_high",
    legend: "CTE",
    most: MOST_CTE,
    judged: (row) => ({ isFixed: isFixedZero({ ...row, site: "z" }, last) }),
    tip: (row) => `head ${headName(row)}, ${roleLabel(row.role)}: CTE`,
    told: strongestText,
    altEnd: CERTAIN,
  });
}

function strongestText(group: readonly HeadEffect[]): string {
  const top = group.filter(isCertain).sort((a, b) => Math.abs(b.cte) - Math.abs(a.cte)).slice(0, 3);
  const heads = top.map((row) =>
    `head ${headName(row)} at ${roleLabel(row.role)} (${shortNumber(row.cte)})`
  );
  if (heads.length > 0) return `largest at ${heads.join(", ")}`;
  return group.some(isLarge) ? "no certain effect" : "no effect of .05 or more";
}
