/** One causal-trace map as the paper draws it: roles down, layers across, and the spread over roles below. */

import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  drawn,
  greatest,
  groupsOf,
  niceCeil,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { mapAxis, valueMap } from "../../charts/value_map.ts";

/** A cell of a map. */
export interface TraceCell {
  /** From 0 for the embeddings. */
  readonly layer: number;
  /** The patched token's role. */
  readonly role: string;
  /** Mean causal tracing effect. */
  readonly cte: number;
  /** Lower bound of its interval. */
  readonly cte_low?: number | undefined;
  /** Upper bound of its interval. */
  readonly cte_high?: number | undefined;
  /** Number of pairs. */
  readonly n?: number | undefined;
}

/** What the maps of one chart have in common. */
export interface TraceScales {
  /** The layers across, in ascending order. */
  readonly layers: readonly number[];
  /** The roles down, in the order of a sentence. */
  readonly roles: readonly string[];
  /** The absolute effect at the ends of the colour scale. */
  readonly bound: number;
  /** The upper end of the spread's axis. */
  readonly spread: number;
}

/** What a map is drawn from besides its cells. */
export interface TracePanelOptions {
  /** The panel's title. */
  readonly title: string;
  /** The scales that it shares with the chart's other maps. */
  readonly scales: TraceScales;
  /** Whether this map has its own labels of the roles and the spread's axis; otherwise its neighbour has them. @default {true} */
  readonly isLabelled?: boolean;
}

/** The roles whose spread the strip shows (paper, figure of the map): all roles that can carry the negation. */
const SPREAD_ROLES = new Set([
  "negator",
  "subject_first",
  "subject_further",
  "full_stop",
  "eot",
]);

/** Computes the scales that cover all cells of a chart's maps. */
export function traceScales(maps: readonly (readonly TraceCell[])[]): TraceScales {
  const cells = maps.flat();
  return {
    layers: [...new Set(cells.map((cell) => cell.layer))].sort((a, b) => a - b),
    roles: rolesInOrder(cells.map((cell) => cell.role)),
    bound: niceCeil(greatest(cells.map((cell) => Math.abs(cell.cte)))),
    spread: niceCeil(greatest(maps.flatMap(spreads).map(({ sd }) => sd))),
  };
}

/**
 * Draws one map, and below it a strip with each layer's population standard deviation over the roles negator to EOT.
 *
 * @param cells One cell for each layer and role that has a value.
 */
export function tracePanel(
  cells: readonly TraceCell[],
  { title, scales, isLabelled = true }: TracePanelOptions,
): Panel {
  const type = "ordinal" as const;
  const x = { field: "layer", type, scale: { domain: [...scales.layers] } };
  return {
    title: { text: title, style: PANEL_TITLE },
    spacing: 4,
    vconcat: [
      valueMap(cells.map(drawnCell), {
        field: "cte",
        legend: "CTE",
        bound: scales.bound,
        x: { ...x, axis: null },
        y: {
          field: "role",
          type: "nominal",
          scale: { domain: scales.roles.map(roleLabel) },
          axis: isLabelled ? mapAxis(null) : null,
        },
      }),
      {
        data: { values: spreads(cells).map(drawnSpread) },
        height: 36,
        mark: "bar",
        encoding: {
          x: { ...x, axis: mapAxis("layer") },
          y: {
            field: "sd",
            type: "quantitative",
            title: "SD",
            scale: { domain: [0, scales.spread] },
            axis: isLabelled ? { values: [0, scales.spread], format: "~g" } : null,
          },
          ...TIP,
        },
      },
    ],
  };
}

function drawnCell({ layer, role, n, cte, cte_low, cte_high }: TraceCell) {
  const estimate = tipEstimate(cte, { low: cte_low, high: cte_high });
  return {
    layer,
    role: roleLabel(role),
    cte: drawn(cte),
    label: shortNumber(cte),
    tip: `layer ${layer}, ${roleLabel(role)}: CTE ${estimate}${
      n === undefined ? "" : `, n = ${n}`
    }`,
  };
}

function drawnSpread({ layer, sd }: { readonly layer: number; readonly sd: number }) {
  return { layer, sd: drawn(sd), tip: `layer ${layer}: SD over roles ${tipEstimate(sd)}` };
}

function spreads(cells: readonly TraceCell[]): readonly { layer: number; sd: number }[] {
  const carrying = cells.filter((cell) => SPREAD_ROLES.has(cell.role));
  return groupsOf(carrying, (cell) => `${cell.layer}`).map((layer) => {
    const mean = layer.reduce((sum, cell) => sum + cell.cte, 0) / layer.length;
    const variance = layer.reduce((sum, cell) => sum + (cell.cte - mean) ** 2, 0) / layer.length;
    return { layer: layer[0]!.layer, sd: Math.sqrt(variance) };
  });
}
