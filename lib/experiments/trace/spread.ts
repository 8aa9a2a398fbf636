/** trace_spread.csv: how far the mean effects of the roles lie apart at each layer, which the strip below a map shows. */

import { HEAD_AT_Z, LAYER_OR_EMBEDDING, NEGATION, SEGMENT } from "../../study/columns.ts";
import { count, estimated, fillTable, key, number, table } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import { isBeforeNegator } from "../../data/roles.ts";
import { mean } from "../../stats/quantile.ts";
import { groupsOf } from "../../charts/spec.ts";
import { DIRECTION, SITE } from "./effects.ts";
import type { TraceCell } from "./map_row.ts";
import type { TraceRow } from "./trace_summary.ts";
import type { Site } from "./cells.ts";
import type { Direction } from "./direction.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

const TRACE_SPREAD = table(
  "trace_spread",
  "How far the mean effects of trace.csv lie apart: one row for each side, segment, direction, layer and, at site `z`, head.",
  {
    negation: NEGATION,
    segment: key(SEGMENT),
    site: SITE,
    direction: DIRECTION,
    layer: LAYER_OR_EMBEDDING,
    head: HEAD_AT_Z,
    roles: count("Number of roles from `negator` on that have a mean CTE; at least 2."),
    sd: estimated(number(
      "",
      "Population standard deviation of these roles' mean CTE (divided by their number); the bars below the map.",
    )),
  },
);

/** A row of trace_spread.csv. */
export type TraceSpreadRow = Row<
  { negation: Negation; segment: Segment; site: Site; direction: Direction },
  "layer" | "roles" | "sd",
  "head"
>;

/**
 * Computes the population standard deviation of the mean effects over the roles from the negator on (paper, figure of the map), for each
 * layer and head. None for a layer where fewer than two of these roles have an effect.
 */
export function spreadOverRoles(cells: readonly TraceCell[]) {
  const carrying = cells.filter(({ role, cte }) => cte !== undefined && !isBeforeNegator(role));
  return groupsOf(carrying, ({ layer, head }) => `${layer} ${head}`).flatMap((place) => {
    if (place.length < 2) return [];
    const { layer, head } = place[0]!;
    const effects = place.map(({ cte }) => cte!);
    const centre = mean(effects)!;
    const variance = mean(effects.map((cte) => (cte - centre) ** 2))!;
    return [{ layer, head, roles: place.length, sd: Math.sqrt(variance) }];
  });
}

/** Makes trace_spread.csv. Returns its rows in the order of trace.csv. */
export function traceSpread(rows: readonly TraceRow[]): Table<TraceSpreadRow> {
  const groups = groupsOf(
    rows,
    ({ negation, segment, direction }) => `${negation} ${segment} ${direction}`,
  );
  return fillTable(
    TRACE_SPREAD,
    groups.flatMap((group) => {
      const { negation, segment, site, direction } = group[0]!;
      if (segment === "all") return []; // which has no CTE
      const place = { negation, segment, site, direction };
      return spreadOverRoles(group).map((spread) => ({ ...place, ...spread }));
    }),
  );
}
