/** Averages of causal-tracing effects by layer and role, and where each row peaks. */

import {
  HEAD_AT_Z,
  high,
  ID,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../subject/columns.ts";
import { count, fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import { type EffectRow, SITE } from "./effects.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { SEGMENTS } from "../../subject/score.ts";

/** trace.csv. */
export const TRACE = table("trace", "Means of effects.csv over the rows of a side and segment.", {
  negation: NEGATION,
  segment: SEGMENT,
  site: SITE,
  layer: LAYER_OR_EMBEDDING,
  head: HEAD_AT_Z,
  role: ROLE,
  n: count(
    "Rows: for `subject_further` all rows of the group, as published, else those that have the role.",
    "rows",
  ),
  weight: count(
    "What the mean is over: the tokens of `subject_further` with an effect; for other roles the rows that have one.",
  ),
  cte: numberOrNone(
    "",
    "Mean CTE: over tokens for `subject_further`; for other roles over rows, of each row's mean over its tokens.",
  ),
  cte_low: low(""),
  cte_high: high(""),
  ratio_of_means: numberOrNone(
    "",
    "Sum of effects over sum of d with the weights of the mean: stable where some d are near 0.",
  ),
});

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export type TraceRow = RowOf<typeof TRACE>;

/** peaks.csv. */
export const PEAKS = table(
  "peaks",
  "Where each row peaks: one row for each traced row and layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    role: text<Role>(
      "The role with the largest CTE, a mean over its tokens and at site `z` the largest over heads; ties go to the earlier role.",
    ),
    cte: number("", "The CTE of that role."),
  },
);

/** A row of peaks.csv: the role with the largest CTE of one row at one layer. */
export type PeakRow = RowOf<typeof PEAKS>;

/** What the averages need beside the effects. */
export interface TraceSummaryOptions {
  /** d of every traced row by its id. */
  readonly d: ReadonlyMap<string, number>;
  /** The sentence pair of every traced row by its id: intervals resample sentence pairs. */
  readonly clusters: ReadonlyMap<string, string>;
  /** Decides the intervals' draws. */
  readonly seed: number;
}

/**
 * Averages effects over the rows of each negation side and segment.
 *
 * `subject_further` is averaged over all its tokens of all rows of the group; every other role first over a row's tokens of the role, then over rows. The
 * ratio of means is the sum of effects over the sum of d with the same weights.
 *
 * @param effects Rows of effects.csv.
 * @param options d, sentence pairs and seed.
 * @returns trace.csv: foil-negated groups first as in the paper, then by segment, layer, head and role.
 */
export function summarizeTrace(
  effects: readonly EffectRow[],
  options: TraceSummaryOptions,
): Table<TraceRow> {
  const groups = Map.groupBy(effects, ({ negation, segment }) => `${negation},${segment}`);
  const rows = (["foil", "caption"] as const).flatMap((negation) =>
    SEGMENTS.flatMap((segment) =>
      summarizeGroup(groups.get(`${negation},${segment}`) ?? [], options)
    )
  );
  return fillTable(TRACE, rows);
}

function summarizeGroup(
  effects: readonly EffectRow[],
  { d, clusters, seed }: TraceSummaryOptions,
): TraceRow[] {
  const ids = [...new Set(effects.map(({ id }) => id))];
  const place = new Map(ids.map((id, row) => [id, row]));
  const bootstrap = new ClusterBootstrap(ids.map((id) => clusters.get(id)!), { seed });
  const cells = Map.groupBy(effects, ({ layer, head }) => `${layer},${head ?? ""}`);
  const present = new Set(effects.map(({ role }) => role));
  if (present.has("subject_first")) present.add("subject_further"); // of weight 0 where no row has any
  const roles = ROLES.filter((role) => present.has(role));
  return [...cells.values()].flatMap((cell) =>
    roles.map((role): TraceRow => {
      const known = cell.filter((row) => row.role === role && row.effect !== undefined);
      const tokensOf = Map.groupBy(known, ({ id }) => id);
      const byToken = role === "subject_further"; // the paper's mean over all further tokens; others: rows count alike
      const columns = { cte: zeros(ids), weight: zeros(ids), effect: 0, d: 0 };
      for (const [id, tokens] of tokensOf) {
        const weight = byToken ? 1 : 1 / tokens.length;
        const row = place.get(id)!;
        for (const { effect, cte } of tokens) {
          columns.effect += weight * effect!;
          columns.d += weight * d.get(id)!;
          if (cte === undefined) continue; // d = 0
          columns.cte[row]! += weight * cte;
          columns.weight[row]! += weight;
        }
      }
      const { estimate, low, high } = bootstrap.ratio(columns.cte, columns.weight);
      const { negation, segment, site, layer, head } = cell[0]!;
      const having = new Set(cell.filter((row) => row.role === role).map(({ id }) => id)).size;
      return {
        ...{ negation, segment, site, layer, head, role },
        n: byToken ? ids.length : having,
        weight: byToken ? known.length : tokensOf.size,
        ...{ cte: estimate, cte_low: low, cte_high: high },
        ratio_of_means: columns.d === 0 ? undefined : columns.effect / columns.d,
      };
    })
  );
}

function zeros(ids: readonly string[]): number[] {
  return new Array<number>(ids.length).fill(0);
}

/**
 * For every row and layer the role with the largest CTE; ties go to the earlier role.
 *
 * @param effects Rows of effects.csv.
 * @returns peaks.csv in the order of the effects' rows, then by layer.
 */
export function findPeaks(effects: readonly EffectRow[]): Table<PeakRow> {
  const groups = Map.groupBy(effects, ({ id, layer }) => `${layer},${id}`);
  const rows = [...groups.values()].flatMap((own): PeakRow[] => {
    const { id, negation, segment, layer } = own[0]!;
    const byRole = ROLES.flatMap((role) => {
      const heads = Map.groupBy(own.filter((row) => row.role === role), ({ head }) => head);
      const means = [...heads.values()].flatMap(meanCte);
      return means.length === 0 ? [] : [{ role, cte: Math.max(...means) }];
    });
    if (byRole.length === 0) return [];
    const peak = byRole.reduce((best, next) => next.cte > best.cte ? next : best);
    return [{ id, negation, segment, layer, ...peak }];
  });
  return fillTable(PEAKS, rows);
}

/** The mean CTE of some tokens, of those that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const values = tokens.flatMap(({ cte }) => cte ?? []);
  return values.length === 0 ? [] : [values.reduce((sum, x) => sum + x, 0) / values.length];
}
