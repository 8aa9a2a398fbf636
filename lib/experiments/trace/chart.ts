/** The causal-trace map: which token's activation carries the negation at which layer. */

import { CERTAIN, peaksText } from "../../study/effects/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { directionsIn } from "./direction.ts";
import { isFixedZero, isFullSwap, isNamed, lastLayer } from "./fixed_effects.ts";
import { headMap } from "./head_map.ts";
import { traceMaps } from "./map_panel.ts";
import { effectMeaning, mapsInOrder, titleStart, type TraceMapRow } from "./map_row.ts";

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
]);

/** Draws the map of a run, without ambiguous rows if others are traced: their d is near 0, and shares of it so large that they would take the colours and the numbers from all other cells. */
export function traceCharts(
  rows: readonly TraceMapRow[],
  { segments, ...options }: ChartOptions & { readonly segments: readonly string[] },
): Readonly<Record<string, ChartSpec>> {
  const shown = segments.length > 1 ? rows.filter(({ segment }) => segment !== "ambiguous") : rows;
  return { trace_map: traceMap(shown, options) };
}

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows and direction, token roles down, layers across, and below
 * them, for each layer, the population standard deviation over the roles from the negator on.
 *
 * Roles before the negator share one row if their effect is 0 everywhere. The colours are at most from -1 to 1. A cell without rows stays
 * empty; marks show values that cannot be told from 0, have no interval, or lie beyond the colours.
 *
 * @param rows The rows of trace.csv for one site; those of site z are drawn by {@linkcode headMap}.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function traceMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  if (rows.some((row) => row.head !== undefined)) return headMap(rows, options);
  const cells = rows.filter(({ cte }) => cte !== undefined);
  const site = cells[0]?.site ?? "";
  const what = SITES.get(site) ?? site;
  const directions = directionsIn(cells);
  const last = lastLayer(cells);
  const end = cells.some(({ role }) => role === "pooled")
    ? "the pooled position"
    : roleLabel("eot");
  const fixed = cells.some((row) => isFullSwap(row, last))
    ? ` The effect 1 of the negator at layer 0 and of ${end} at the last layer is fixed by the method.`
    : "";
  return traceMaps(cells, {
    ...options,
    title: site === "" ? titleStart(directions) : `${titleStart(directions)} of ${what}`,
    subtitle: `bars: standard deviation (SD) over the roles from the negator to ${end}`,
    caption: `Mean causal tracing effect (CTE) of ${what}: ${
      effectMeaning(directions, "one activation")
    }`,
    captionEnd:
      `Bars: population standard deviation (SD) of the CTE over the roles from the negator to ${end}.`,
    panels: mapsInOrder,
    low: "cte_low",
    high: "cte_high",
    judged: (row) => ({
      isFixed: isFixedZero({ ...row, cte: row.cte! }, last),
      ...isFullSwap(row, last) && { isSpecific: undefined }, // it is 1 in every control too
    }),
    told: (group) =>
      peaksText(group, {
        nameOf: ({ role }) => roleLabel(role),
        isNamed: (row) => isNamed(row, last),
      })!,
    altEnd: `${CERTAIN}${fixed}`,
  });
}
