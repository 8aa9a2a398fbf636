/** trace_directions.csv: where both directions of patching differ. */

import {
  HEAD_AT_Z,
  LAYER_OR_EMBEDDING,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../study/columns.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";
import type { Steps } from "../../stats/steps.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { bounds, count, fillTable, key, table } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { Site } from "./cells.ts";
import { SITE, type TracedScores } from "./effects.ts";
import { type TraceRow, type TraceSummaryOptions, traceSummarySteps } from "./trace_summary.ts";

const DIFFERENCE = estimate(
  "difference",
  "difference_",
  "",
  "Mean of the differences denoise - noise of the rows' CTE, with the weights of `cte`; 0 if no row's effects differ by more than the rounding error of S, 1e-4.",
  { simultaneous: bounds("simultaneous_") },
);

const TRACE_DIRECTIONS = table(
  "trace_directions",
  "With `--direction both`: how far the CTE of both directions lie apart, one row for each side, segment, layer, head (at site `z`) and role. A difference is taken row by row, so that its interval is that of paired values. No rows with a single direction.",
  {
    negation: NEGATION,
    segment: key(SEGMENT),
    site: SITE,
    layer: LAYER_OR_EMBEDDING,
    head: HEAD_AT_Z,
    role: ROLE,
    n: count("Number of rows, as in trace.csv.", "rows"),
    denoise: numberOrNone("", "`cte` of trace.csv in the direction `denoise`."),
    noise: numberOrNone("", "`cte` of trace.csv in the direction `noise`."),
    ...DIFFERENCE.columns,
    simultaneous_low: numberOrNone(
      "",
      "Lower bound for `difference` of intervals that together contain all true differences of the side and segment in 95 % of data sets (max-t); never above `difference_low`.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
  },
);

/** A row of trace_directions.csv. */
export type TraceDirectionsRow = Row<
  { negation: Negation; segment: Segment; site: Site; role: Role },
  "layer" | "n",
  | "head"
  | "denoise"
  | "noise"
  | "simultaneous_low"
  | "simultaneous_high"
  | EstimateNames<"difference">
>;

/** Makes trace_directions.csv in the order of trace.csv; it has no rows if only one direction was measured. */
export function* directionSteps(
  rows: readonly TracedScores[],
  trace: readonly TraceRow[],
  options: TraceSummaryOptions,
): Steps<Table<TraceDirectionsRow>> {
  const ctes = new Map(trace.map((row) => [`${row.direction} ${placeOf(row)}`, row.cte]));
  const { rows: means } = yield* traceSummarySteps(rows.flatMap(differencesOf), options);
  return fillTable(
    TRACE_DIRECTIONS,
    means.flatMap(({ segment, ...row }): TraceDirectionsRow[] => {
      if (segment === "all") return []; // which has no CTE
      const place = placeOf({ ...row, segment });
      return [{
        negation: row.negation,
        segment,
        site: row.site,
        layer: row.layer,
        head: row.head,
        role: row.role,
        n: row.n,
        denoise: ctes.get(`denoise ${place}`),
        noise: ctes.get(`noise ${place}`),
        ...DIFFERENCE.cells({ estimate: row.cte, low: row.cte_low, high: row.cte_high }),
        simultaneous_low: row.simultaneous_low,
        simultaneous_high: row.simultaneous_high,
      }];
    }),
  );
}

function placeOf({ negation, segment, layer, head, role }: Omit<TraceRow, "direction">): string {
  return `${negation} ${segment} ${layer} ${head} ${role}`;
}

/** A row of the data with the differences of both directions in place of its effects; none if one direction was measured. */
function differencesOf(row: TracedScores): TracedScores[] {
  const { denoise, noise } = row.traced.effects;
  if (denoise === undefined || noise === undefined) return [];
  const differences = denoise.map((effect, i) => effect === null ? null : effect - noise[i]!);
  return [{ ...row, traced: { ...row.traced, effects: { denoise: differences } } }];
}
