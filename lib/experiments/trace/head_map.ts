/** The causal-trace map of single heads: which head's output carries the negation, at which token and layer. */

import type { TopLevelSpec } from "vega-lite";
import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  greatest,
  groupsOf,
  niceCeil,
  NO_CELL,
  pairGroupTitle,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { isSeen } from "../../charts/peak_runs.ts";
import { mapAxis } from "../../charts/value_map.ts";
import type { TraceMapRow } from "./map_row.ts";

/** The columns of trace.csv that the map reads. */
export type HeadMapRow = Omit<TraceMapRow, "site">;

type DrawnRow = HeadMapRow & { readonly cte: number; readonly head: number };

const LEAST_SHARE = 0.01; // of the largest effect; a role that never reaches this share is left out

/**
 * Draws the mean causal tracing effect of every head's output as small multiples: one panel per group of rows with one map per
 * token role; in each map, heads go down and layers across. The colour scale is symmetric about 0 and the same for all maps.
 *
 * Roles with next to no effect at every head are left out, such as those before the negator, whose effect is 0.
 *
 * @param rows The rows of trace.csv for site z.
 * @returns A Vega-Lite spec without fonts or house style.
 */
export function headMap(rows: readonly HeadMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow =>
    row.cte !== undefined && row.head !== undefined
  );
  const title = "Causal tracing effect (CTE) of single heads' output";
  if (cells.length === 0) return emptyChart(title, options);
  const largest = greatest(cells.map((row) => Math.abs(row.cte)));
  const carrying = cells.filter((row) => Math.abs(row.cte) >= LEAST_SHARE * largest);
  const roles = rolesInOrder(carrying.map((row) => row.role));
  const shown = cells.filter((row) => roles.includes(row.role));
  const groups = groupsOf(shown, (row) => `${row.negation} ${row.segment}`);
  const bound = niceCeil(largest);
  const spec = {
    ...specHead(describe(title, groups), options),
    title,
    columns: 2,
    concat: groups.map((group) => panel(group, { roles, bound })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panel(
  group: readonly DrawnRow[],
  { roles, bound }: { readonly roles: readonly string[]; readonly bound: number },
): Panel {
  const type = "ordinal" as const;
  return {
    title: { text: pairGroupTitle(group), style: PANEL_TITLE },
    data: { values: group.map(drawnCell) },
    facet: {
      row: {
        field: "role",
        type: "nominal",
        sort: roles.map(roleLabel),
        header: { title: null, labelOrient: "top", labelAnchor: "start", labelPadding: 3 },
      },
    },
    spec: {
      view: { fill: NO_CELL },
      mark: "rect",
      encoding: {
        x: { field: "layer", type, axis: mapAxis("layer") },
        y: { field: "head", type, axis: mapAxis("head") },
        color: {
          field: "cte",
          type: "quantitative",
          title: "CTE",
          scale: { scheme: "blueorange", domain: [-bound, bound] },
        },
        ...TIP,
      },
    },
  };
}

function drawnCell(row: DrawnRow) {
  const { layer, head, n, cte, cte_low: low, cte_high: high } = row;
  const role = roleLabel(row.role);
  const tip = `head ${layer}.${head}, ${role}: CTE ${tipEstimate(cte, { low, high })}, n = ${n}`;
  return { role, layer, head, cte: drawn(cte), tip };
}

function describe(title: string, groups: readonly (readonly DrawnRow[])[]): string {
  const seen = groups.map((group) => {
    const top = group.filter(isSeen).sort((a, b) => Math.abs(b.cte) - Math.abs(a.cte)).slice(0, 3);
    const heads = top.map(({ layer, head, role, cte }) =>
      `head ${layer}.${head} at ${roleLabel(role)} (${shortNumber(cte)})`
    );
    const largest = top.length === 0
      ? "no effect of .05 or more"
      : `largest at ${heads.join(", ")}`;
    return `${pairGroupTitle(group)}: ${largest}.`;
  });
  const what = "Heat maps, one per group and token role, heads down, layers across.";
  return [`${what} ${title}.`, ...seen].join(" ");
}
