/** trace_directions.csv: where both directions of patching differ. */

import { DIRECTIONS } from "./direction.ts";
import type { Site } from "./cells.ts";
import {
  HEAD_AT_Z,
  high,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../study/columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { bounds, count, estimated, fillTable, key, table } from "../../tables/schema.ts";
import { type Row, rowsOf, type Table } from "../../tables/table.ts";
import { SITE, tracedEffects, type TracedScores } from "./effects.ts";
import { type TraceRow, type TraceSummaryOptions, traceSummarySteps } from "./trace_summary.ts";
import type { Role } from "../../data/roles.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

/** trace_directions.csv. */
export const TRACE_DIRECTIONS = table(
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
    difference: estimated(
      numberOrNone(
        "",
        "Mean of the differences denoise - noise of the rows' CTE, with the weights of `cte`; 0 if no row's effects differ by more than the rounding error of S, 1e-4.",
      ),
      { interval: bounds("difference_"), simultaneous: bounds("simultaneous_") },
    ),
    difference_low: low(""),
    difference_high: high(""),
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

/** What the table is made from. */
export interface DirectionsOptions extends TraceSummaryOptions {
  readonly site: Site;
  readonly trace: readonly TraceRow[];
}

/** Makes trace_directions.csv, in steps. Returns its rows in the order of trace.csv; none if only one direction was measured. */
export function* directionSteps(
  rows: readonly TracedScores[],
  { site, trace, ...options }: DirectionsOptions,
): Steps<Table<TraceDirectionsRow>> {
  const [denoise, noise] = DIRECTIONS.map((direction) =>
    new Map(trace.filter((row) => row.direction === direction).map((row) => [placeOf(row), row]))
  ) as [Map<string, TraceRow>, Map<string, TraceRow>];
  if (denoise.size === 0 || noise.size === 0) return fillTable(TRACE_DIRECTIONS, []);
  const differences = rowsOf(tracedEffects(rows.map(differencesOf), site));
  const { rows: means } = yield* traceSummarySteps(differences, options);
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
        denoise: denoise.get(place)?.cte,
        noise: noise.get(place)?.cte,
        difference: row.cte,
        difference_low: row.cte_low,
        difference_high: row.cte_high,
        simultaneous_low: row.simultaneous_low,
        simultaneous_high: row.simultaneous_high,
      }];
    }),
  );
}

function placeOf({ negation, segment, layer, head, role }: Omit<TraceRow, "direction">): string {
  return `${negation} ${segment} ${layer} ${head} ${role}`;
}

/** A row of the data with the differences of both directions in place of its effects. */
function differencesOf({ scores, traced }: TracedScores): TracedScores {
  const { denoise = [], noise = [] } = traced?.effects ?? {};
  if (traced === null) return { scores, traced };
  const differences = denoise.map((effect, i) => {
    const other = noise[i] ?? null;
    return effect === null || other === null ? null : effect - other;
  });
  return { scores, traced: { ...traced, effects: { denoise: differences } } };
}
