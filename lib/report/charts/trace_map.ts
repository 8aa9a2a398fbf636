/** The causal-trace map: which token's vector carries the negation at which layer. */

import type { TopLevelSpec } from "vega-lite";
import { headMap } from "./head_map.ts";
import { roleLabel, rolesInOrder } from "./roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  groupsOf,
  niceCeil,
  NO_CELL,
  pairGroupTitle,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
} from "./spec.ts";
import { peakRuns, type TraceMapRow } from "./trace_row.ts";

type DrawnRow = TraceMapRow & { readonly cte: number };

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
]);

/** The roles whose spread the strip shows (paper, figure of the map): all that can carry the negation. */
const SPREAD_ROLES = new Set([
  "negator",
  "subject_first",
  "subject_further",
  "full_stop",
  "eot",
]);

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows, token roles down, layers across, and
 * below it per layer the population standard deviation over the roles negator to EOT.
 *
 * Colour is centred on 0 and has one symmetric range for all panels. A cell without rows stays empty.
 *
 * @param rows The rows of trace.csv, of one site; those of site z become a {@linkcode headMap}.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function traceMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  if (rows.some((row) => row.head !== undefined)) return headMap(rows, options);
  const cells = rows.filter((row): row is DrawnRow => row.cte !== undefined);
  if (cells.length === 0) return emptyChart("Causal tracing effect (CTE)", options);
  const { site } = cells[0]!;
  const title = `Causal tracing effect (CTE) of ${SITES.get(site) ?? site}`;
  const groups = groupsOf(cells, (row) => `${row.negation} ${row.segment}`);
  const largest = Math.max(...cells.map((row) => Math.abs(row.cte)));
  const scales = {
    layers: [...new Set(cells.map((row) => row.layer))].sort((a, b) => a - b),
    roles: rolesInOrder(cells.map((row) => row.role)),
    bound: niceCeil(largest),
    spread: niceCeil(Math.max(...groups.flatMap(spreads).map(({ sd }) => sd))),
  };
  const spec = {
    ...specHead(describe(title, groups), options),
    title,
    concat: groups.map((group) => panel(group, scales)),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

interface Scales {
  readonly layers: readonly number[];
  readonly roles: readonly string[];
  readonly bound: number;
  readonly spread: number;
}

function panel(group: readonly DrawnRow[], scales: Scales): Panel {
  const type = "ordinal" as const;
  const x = { field: "layer", type, scale: { domain: [...scales.layers] } };
  return {
    title: { text: pairGroupTitle(group), style: PANEL_TITLE },
    spacing: 4,
    vconcat: [
      {
        data: { values: group.map(drawnCell) },
        view: { fill: NO_CELL },
        encoding: {
          x: { ...x, axis: null },
          y: {
            field: "role",
            type: "nominal",
            scale: { domain: scales.roles.map(roleLabel) },
            axis: { title: null, domain: false, ticks: false },
          },
        },
        layer: [
          {
            mark: { type: "rect", tooltip: true },
            encoding: {
              color: {
                field: "cte",
                type: "quantitative",
                title: "CTE",
                scale: { scheme: "blueorange", domain: [-scales.bound, scales.bound] },
              },
            },
          },
          {
            mark: { type: "text", style: "cell_value" },
            encoding: {
              text: { field: "label", type: "nominal" },
              color: {
                condition: {
                  test: `abs(datum.cte) > ${drawn(0.7 * scales.bound)}`,
                  value: "white",
                },
                value: "black",
              },
            },
          },
        ],
      },
      {
        data: { values: spreads(group).map(({ layer, sd }) => ({ layer, sd: drawn(sd) })) },
        height: 36,
        mark: "bar",
        encoding: {
          x: { ...x, axis: { title: "layer", domain: false, ticks: false } },
          y: {
            field: "sd",
            type: "quantitative",
            title: "SD",
            scale: { domain: [0, scales.spread] },
            axis: { values: [0, scales.spread], format: "~g" },
          },
        },
      },
    ],
  };
}

function drawnCell({ layer, role, n, cte, cte_low, cte_high }: DrawnRow) {
  return {
    layer,
    role: roleLabel(role),
    cte: drawn(cte),
    label: shortNumber(cte),
    ...(cte_low !== undefined && { cte_low: drawn(cte_low) }),
    ...(cte_high !== undefined && { cte_high: drawn(cte_high) }),
    n,
  };
}

/** Per layer the population standard deviation of the group's CTE over the roles of the strip. */
function spreads(group: readonly DrawnRow[]): readonly { layer: number; sd: number }[] {
  const carrying = group.filter((row) => SPREAD_ROLES.has(row.role));
  return groupsOf(carrying, (row) => `${row.layer}`).map((layer) => {
    const mean = layer.reduce((sum, row) => sum + row.cte, 0) / layer.length;
    const variance = layer.reduce((sum, row) => sum + (row.cte - mean) ** 2, 0) / layer.length;
    return { layer: layer[0]!.layer, sd: Math.sqrt(variance) };
  });
}

function describe(title: string, groups: readonly (readonly DrawnRow[])[]): string {
  const seen = groups.map((group) => {
    const peaks = peakRuns(group).map(({ role, from, to }) =>
      `${roleLabel(role)} in ${from === to ? `layer ${from}` : `layers ${from} to ${to}`}`
    );
    return `${pairGroupTitle(group)}: largest at ${peaks.join(", ")}.`;
  });
  return [`Heat maps, token roles down, layers across. ${title}.`, ...seen].join(" ");
}
