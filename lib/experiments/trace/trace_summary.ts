/** trace.csv: averages of causal-tracing effects by layer and role. */

import {
  HEAD_AT_Z,
  high,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../subject/columns.ts";
import { count, fillTable, type RowOf, table } from "../../tables/schema.ts";
import { type EffectRow, SITE } from "./effects.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { SEGMENTS } from "../../subject/score.ts";
import { countTokens, emptySums, isByToken, sumEffects, type TracedGroup } from "./effect_sums.ts";

/** trace.csv. */
export const TRACE = table("trace", "Means of effects.csv over the rows of a side and segment.", {
  negation: NEGATION,
  segment: SEGMENT,
  site: SITE,
  layer: LAYER_OR_EMBEDDING,
  head: HEAD_AT_Z,
  role: ROLE,
  n: count(
    "Number of rows: for `subject_further` all rows of the group, as published; for other roles the rows that have the role.",
    "rows",
  ),
  weight: count(
    "Number of averaged values: for `subject_further` the tokens with an effect; for other roles the rows with an effect.",
  ),
  cte: numberOrNone(
    "",
    "Mean CTE: for `subject_further` over tokens; for other roles over rows, after a mean over each row's tokens.",
  ),
  cte_low: low(""),
  cte_high: high(""),
  ratio_of_means: numberOrNone(
    "",
    "Sum of effects divided by sum of d, with the weights of the mean; stable even if some d are near 0.",
  ),
});

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export type TraceRow = RowOf<typeof TRACE>;

/** What the averages are computed from besides the effects. */
export interface TraceSummaryOptions {
  /** d of every traced row, by the row's id. */
  readonly d: ReadonlyMap<string, number>;
  /** The sentence pair of every traced row, by the row's id; intervals resample sentence pairs. */
  readonly clusters: ReadonlyMap<string, string>;
  /** The seed for the intervals. */
  readonly seed: number;
}

/**
 * Averages effects over the rows of each negation side and segment.
 *
 * `subject_further` is averaged over all its tokens in all rows of the group; every other role is averaged over a row's tokens
 * first, then over rows. The ratio of means is the sum of effects divided by the sum of d, both with these weights.
 *
 * @param effects Rows of effects.csv; they are walked several times, and only sums are kept.
 * @param options d, sentence pairs and the seed.
 * @returns trace.csv: foil-negated groups first as in the paper, then by segment, layer, head and role.
 */
export function summarizeTrace(
  effects: Iterable<EffectRow>,
  options: TraceSummaryOptions,
): Table<TraceRow> {
  return finish(traceSummarySteps(effects, options));
}

/**
 * Averages effects as {@linkcode summarizeTrace} does, in steps.
 *
 * @param effects Rows of effects.csv.
 * @param options d, sentence pairs and the seed.
 */
export function* traceSummarySteps(
  effects: Iterable<EffectRow>,
  options: TraceSummaryOptions,
): Steps<Table<TraceRow>> {
  const groups = yield* sumEffects(effects, options.d);
  const rows: TraceRow[] = [];
  for (const negation of NEGATIONS) {
    for (const segment of SEGMENTS) {
      const key = `${negation},${segment}`;
      const group = groups.get(key);
      if (group === undefined) continue;
      groups.delete(key); // its sums are freed as soon as they are used
      rows.push(...yield* summarizeGroup(group, options));
    }
  }
  return fillTable(TRACE, rows);
}

function* summarizeGroup(
  { site, negation, segment, places, present, cells }: TracedGroup,
  { clusters, seed }: TraceSummaryOptions,
): Steps<TraceRow[]> {
  const n = places.size;
  const keys = [...places.keys()].map((id) => clusters.get(id)!);
  using bootstrap = new ClusterBootstrap(keys, { seed });
  yield* bootstrap.draw();
  if (present.has("subject_first")) present.add("subject_further"); // with weight 0 if no row has such a token
  const roles = ROLES.filter((role) => present.has(role));
  const rows: TraceRow[] = [];
  for (const [layer, byHead] of cells) {
    for (const [head, ofRole] of byHead) {
      for (const role of roles) {
        yield;
        const sums = ofRole.get(role) ?? emptySums(n);
        const { estimate, low, high } = bootstrap.ratio(sums.cte, sums.weight);
        const counted = countTokens(sums.tokens);
        rows.push({
          ...{ negation, segment, site, layer, head, role },
          n: isByToken(role) ? n : counted.rows,
          weight: isByToken(role) ? counted.effects : counted.rowsWithEffect,
          ...{ cte: estimate, cte_low: low, cte_high: high },
          ratio_of_means: sums.d === 0 ? undefined : sums.effect / sums.d,
        });
      }
    }
  }
  return rows;
}
