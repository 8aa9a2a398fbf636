/** The causal-trace map: which token's activation carries the negation at which layer. */

import type { TopLevelSpec } from "vega-lite";
import { headMap } from "./head_map.ts";
import {
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  groupsOf,
  pairGroupTitle,
  specHead,
} from "../../charts/spec.ts";
import { peaksText } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { tracePanel, traceScales } from "./map_panel.ts";
import { isFixed, lastLayer } from "./fixed_effects.ts";
import type { TraceMapRow } from "./map_row.ts";

type DrawnRow = TraceMapRow & { readonly cte: number };

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
]);

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows, token roles down, layers across, and below
 * them, for each layer, the population standard deviation over the roles negator to EOT.
 *
 * The colour scale is symmetric about 0 and the same for all panels. A cell without rows stays empty.
 *
 * @param rows The rows of trace.csv for one site; those of site z are drawn by {@linkcode headMap}.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function traceMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  if (rows.some((row) => row.head !== undefined)) return headMap(rows, options);
  const cells = rows.filter((row): row is DrawnRow => row.cte !== undefined);
  if (cells.length === 0) return emptyChart("Causal tracing effect (CTE)", options);
  const { site } = cells[0]!;
  const title = `Causal tracing effect (CTE) of ${SITES.get(site) ?? site}`;
  const groups = groupsOf(cells, (row) => `${row.negation} ${row.segment}`);
  const scales = traceScales(groups);
  const spec = {
    ...specHead(describe(title, groups), options),
    title,
    concat: groups.map((group) => tracePanel(group, { title: pairGroupTitle(group), scales })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function describe(title: string, groups: readonly (readonly DrawnRow[])[]): string {
  const named = ({ role }: DrawnRow) => roleLabel(role);
  const seen = groups.map((group) => `${pairGroupTitle(group)}: ${peaksText(group, named)}.`);
  const fixed = groups.some((group) => group.some((row) => isFixed(row, lastLayer(group))))
    ? [
      "The effect 1 of the negator at layer 0 and of EOT at the last layer is fixed by the method.",
    ]
    : [];
  return [`Heat maps, token roles down, layers across. ${title}.`, ...seen, ...fixed].join(" ");
}
