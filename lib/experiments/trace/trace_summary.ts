/** trace.csv: averages of causal-tracing effects by layer and role. */

import {
  HEAD_AT_Z,
  high,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import { bounds, count, estimated, fillTable, table } from "../../tables/schema.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { type Direction, DIRECTIONS } from "./direction.ts";
import { DIRECTION, type EffectRow, SITE } from "./effects.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { Steps } from "../../stats/steps.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { type DeviatingCell, LargestDeviations } from "../../stats/intervals/simultaneous.ts";
import { type Segment, SEGMENTS } from "../../study/rows/score.ts";
import { cellMeans } from "./cell_means.ts";
import {
  countTokens,
  emptySums,
  groupKey,
  isByToken,
  sumEffects,
  type TracedGroup,
  wholeSide,
} from "./effect_sums.ts";
import type { Site } from "./cells.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

export const TRACE = table(
  "trace",
  "Means of effects.csv over the rows of a side and segment and, if all three segments are traced (`--segments`), over all rows of the side.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    site: SITE,
    direction: DIRECTION,
    layer: LAYER_OR_EMBEDDING,
    head: HEAD_AT_Z,
    role: ROLE,
    n: count(
      "Number of rows: for `subject_further` all rows of the group, as published; for other roles the rows that have the role.",
      "rows",
    ),
    weight: count(
      "Number of averaged effects: for `subject_further` the tokens with an effect; for other roles the rows with an effect. Those of rows with d = 0 are in `mean_effect`, but have no CTE.",
    ),
    cte: estimated(
      numberOrNone(
        "",
        "Mean CTE: for `subject_further` over tokens; for other roles over rows, after a mean over each row's tokens. Empty for `all`, where rows whose d is near 0 would decide it: read `ratio_of_means`.",
      ),
      {
        interval: bounds("cte_"),
        simultaneous: bounds("simultaneous_"),
        meanOf: { table: "effects", column: "cte" },
      },
    ),
    cte_low: low(""),
    cte_high: high(""),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound for `cte` of intervals that together contain all true values of the side, segment and direction in 95 % of data sets (max-t); never above `cte_low`.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    ratio_of_means: estimated(
      numberOrNone(
        "",
        "Mean effect divided by mean d, both with the weights of the mean; stable even if some d are near 0. Empty where the 95 % interval of the mean d includes 0 or, with too few clusters for an interval, where d is positive in some rows and negative in others.",
      ),
      { interval: bounds("ratio_"), controlled: { prefix: "", stem: "share" } },
    ),
    ratio_low: low(""),
    ratio_high: high(""),
    mean_effect: estimated(
      numberOrNone(
        "logit",
        "Mean effect, with the weights of the mean; 0 if no row's effect exceeds the rounding error of S, 1e-4.",
      ),
      {
        interval: bounds("effect_"),
        noise: SCORE_NOISE,
        meanOf: { table: "effects", column: "effect" },
      },
    ),
    effect_low: low("logit"),
    effect_high: high("logit"),
  },
);

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export type TraceRow = Row<
  { negation: Negation; segment: Segment | "all"; site: Site; direction: Direction; role: Role },
  "layer" | "n" | "weight",
  | "head"
  | "simultaneous_low"
  | "simultaneous_high"
  | "ratio_of_means"
  | "ratio_low"
  | "ratio_high"
  | "mean_effect"
  | "effect_low"
  | "effect_high"
  | EstimateNames<"cte">
>;

/** What the averages are computed from besides the effects. */
export interface TraceSummaryOptions {
  /** d of every traced row, by the row's id. */
  readonly d: ReadonlyMap<string, number>;
  /** The cluster of every traced row, by the row's id, such as its sentence pair; intervals resample clusters. */
  readonly clusters: ReadonlyMap<string, string>;
  /** The seed for the intervals. */
  readonly seed: number;
  /** The segments that were traced, including those without rows. @default {those with effects, on each side} */
  readonly segments?: readonly Segment[];
}

/**
 * Averages effects over the rows of each negation side and segment.
 *
 * `subject_further` is averaged over all its tokens in all rows of the group; every other role is averaged over a row's tokens
 * first, then over rows. The ratio of means is the mean effect divided by the mean d, both with these weights.
 *
 * @returns trace.csv: foil-negated groups first as in the paper, then by segment, those of all rows last, then by direction, layer, head and role.
 */
export function* traceSummarySteps(
  effects: Iterable<EffectRow>,
  options: TraceSummaryOptions,
): Steps<Table<TraceRow>> {
  const groups = yield* sumEffects(effects);
  const rows: TraceRow[] = [];
  for (const negation of NEGATIONS) {
    const bySegment = new Map(
      [...SEGMENTS, "all" as const].map((name) => [name, [] as TraceRow[]]),
    );
    for (const direction of DIRECTIONS) {
      const bySegments = SEGMENTS.flatMap((segment) =>
        groups.get(groupKey({ negation, segment, direction })) ?? []
      );
      const traced = options.segments ?? bySegments.map(({ segment }) => segment);
      const isWhole = bySegments.length > 0 &&
        SEGMENTS.every((segment) => traced.includes(segment)); // without a segment it would be no side
      const side = isWhole ? [wholeSide(bySegments)] : [];
      for (const group of [...bySegments, ...side]) {
        groups.delete(groupKey(group)); // its sums are freed as soon as they are used
        bySegment.get(group.segment)!.push(...yield* summarizeGroup(group, options));
      }
    }
    for (const summarized of bySegment.values()) rows.push(...summarized);
  }
  return fillTable(TRACE, rows);
}

/** What the mean of CTE over all rows of a side is: undefined, since rows whose d is near 0 would decide it. */
const NO_CTE = {
  cte: undefined,
  cte_low: undefined,
  cte_high: undefined,
  simultaneous_low: undefined,
  simultaneous_high: undefined,
} as const;

function* summarizeGroup(
  { site, direction, negation, segment, places, present, cells }: TracedGroup,
  { d, clusters, seed }: TraceSummaryOptions,
): Steps<TraceRow[]> {
  const n = places.size;
  const keys = [...places.keys()].map((id) => clusters.get(id)!);
  using bootstrap = new ClusterBootstrap(keys, { seed });
  yield* bootstrap.draw();
  if (present.has("subject_first")) present.add("subject_further"); // with weight 0 if no row has such a token
  const roles = ROLES.filter((role) => present.has(role));
  const ds = Float64Array.from(places.keys(), (id) => d.get(id)!);
  const deviations = new LargestDeviations(bootstrap.samples);
  const keep = new Float64Array(bootstrap.samples);
  const rows: { readonly row: TraceRow; readonly cell: DeviatingCell | undefined }[] = [];
  for (const [layer, byHead] of cells) {
    for (const [head, ofRole] of byHead) {
      for (const role of roles) {
        yield;
        const sums = ofRole.get(role) ?? emptySums(n);
        const { cte, clusters, ratio, effect } = cellMeans(bootstrap, sums, { d: ds, keep });
        const cell = cte.low === undefined
          ? undefined
          : deviations.add(cte, { samples: keep, clusters });
        const counted = countTokens(sums.tokens);
        const row = {
          negation,
          segment,
          site,
          direction,
          layer,
          head,
          role,
          n: isByToken(role) ? n : counted.rows,
          weight: isByToken(role) ? counted.effects : counted.rowsWithEffect,
          cte: cte.estimate,
          cte_low: cte.low,
          cte_high: cte.high,
          simultaneous_low: undefined,
          simultaneous_high: undefined,
          ratio_of_means: ratio.estimate,
          ratio_low: ratio.low,
          ratio_high: ratio.high,
          mean_effect: effect.estimate,
          effect_low: effect.low,
          effect_high: effect.high,
        };
        rows.push({ row, cell });
      }
    }
  }
  return rows.map(({ row, cell }): TraceRow => {
    if (segment === "all") return { ...row, ...NO_CTE };
    if (cell === undefined) return row;
    const { low, high } = deviations.interval(cell);
    return { ...row, simultaneous_low: low, simultaneous_high: high };
  });
}
