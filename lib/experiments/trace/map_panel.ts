/** Maps of the causal tracing effect as the paper draws them: roles down, layers across, and the spread over roles below. */

import { heatMap, type HeatMapOptions } from "../../charts/heat_map.ts";
import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  type ChartSpec,
  drawn,
  greatest,
  type Panel,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { mapAxis, type MapSide } from "../../charts/value_map.ts";
import { LEAST_NONZERO } from "./fixed_effects.ts";
import type { TraceCell } from "./map_row.ts";
import { spreadOverRoles } from "./spread.ts";

/** A full swap gives 1; the colours show no more, so that one outlier does not bleach all other cells. */
export const MOST_CTE = 1;

/**
 * Draws maps of the causal tracing effect, and below each a strip with each layer's population standard deviation over the roles from
 * the negator on. Roles before the negator share one row if their effect is 0 everywhere.
 */
export function traceMaps<Cell extends TraceCell>(
  cells: readonly Cell[],
  options: NoInfer<Omit<HeatMapOptions<Cell>, "x" | "y" | "value" | "panels">> & {
    readonly panels: (
      rows: readonly Cell[],
    ) => readonly { title: string | string[]; rows: readonly Cell[] }[];
  },
): ChartSpec {
  const labels = rowLabels(cells);
  const known = cells.filter(({ cte }) => cte !== undefined);
  const maps = options.panels(known).map(({ title, rows }) => (
    { title, rows: mergedCells(rows, labels), all: rows, spreads: spreadOverRoles(rows) }
  ));
  const mapOf = new Map(maps.map((map) => [map.rows[0], map]));
  const end = spreadEnd(greatest(maps.flatMap(({ spreads }) => spreads.map(({ sd }) => sd))));
  const { told } = options;
  return heatMap(maps.flatMap(({ rows }) => rows), {
    legend: "CTE",
    form: "Heat maps, token roles down, layers across.",
    ...options,
    ...(told !== undefined && { told: (rows: readonly Cell[]) => told(mapOf.get(rows[0])!.all) }),
    panels: () => maps,
    x: "layer",
    y: {
      field: "role",
      of: ({ role }) => labels.get(role)!,
      order: () => [...new Set(labels.values())],
    },
    value: "cte",
    most: MOST_CTE,
    tip: ({ layer, role }) => `layer ${layer}, ${labels.get(role)}: CTE`,
    below: (rows, x) => spreadStrip(mapOf.get(rows[0])!.spreads, { x, end }),
  });
}

/** The label of each role's row: the first roles, which come before the negator and so have no effect anywhere, share one row. */
function rowLabels(cells: readonly TraceCell[]): ReadonlyMap<string, string> {
  const roles = rolesInOrder(cells.map(({ role }) => role));
  const first = roles.findIndex((role) =>
    cells.some((cell) => cell.role === role && Math.abs(cell.cte ?? 0) >= LEAST_NONZERO)
  );
  const labels = new Map(roles.map((role) => [role, roleLabel(role)]));
  const idle = roles.slice(0, Math.max(first, 0));
  if (idle.length > 1) {
    for (const role of idle) {
      labels.set(role, `${roleLabel(idle[0]!)} to ${roleLabel(idle.at(-1)!)}`);
    }
  }
  return labels;
}

/** The cells without those whose row another cell of the layer has already. */
function mergedCells<Cell extends TraceCell>(
  cells: readonly Cell[],
  labels: ReadonlyMap<string, string>,
): Cell[] {
  const merged = Map.groupBy(cells, ({ layer, role }) => `${layer} ${labels.get(role)}`);
  return [...merged.values()].map(([first]) => first!);
}

/** A round end for the spread's axis whose half is round too. */
function spreadEnd(largest: number): number {
  if (!(largest > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(largest));
  return drawn([1, 2, 4, 6, 8, 10].find((end) => end * unit >= drawn(largest))! * unit);
}

function spreadStrip(
  spreads: ReturnType<typeof spreadOverRoles>,
  { x, end }: { readonly x: MapSide; readonly end: number },
): Panel {
  return {
    data: {
      values: spreads.map(({ layer, roles, sd }) => ({
        layer,
        sd: drawn(sd),
        tip: `layer ${layer}: SD over ${roles} roles ${tipEstimate(sd)}`,
      })),
    },
    height: 26,
    mark: "bar",
    encoding: {
      x: { ...x, axis: mapAxis("layer") },
      y: {
        field: "sd",
        type: "quantitative",
        title: "SD",
        scale: { domain: [0, end], nice: false },
        axis: { values: [0, drawn(end / 2), end], format: "~g", labelOverlap: false },
      },
      ...TIP,
    },
  };
}
