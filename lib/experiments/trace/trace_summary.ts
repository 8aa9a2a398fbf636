/** Averages of causal-tracing effects by layer and role, and each row's largest effects. */

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

/** peaks.csv. */
export const PEAKS = table(
  "peaks",
  "The role with the largest effect: one row for each traced row and layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    role: text<Role>(
      "The role with the largest CTE; a role's CTE is the mean over its tokens and, at site `z`, the largest over heads. Ties go to the earlier role.",
    ),
    cte: number("", "The CTE of that role."),
  },
);

/** A row of peaks.csv: the role with the largest CTE of one row at one layer. */
export type PeakRow = RowOf<typeof PEAKS>;

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
 * @param effects Rows of effects.csv.
 * @param options d, sentence pairs and the seed.
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
  if (present.has("subject_first")) present.add("subject_further"); // with weight 0 if no row has such a token
  const roles = ROLES.filter((role) => present.has(role));
  return [...cells.values()].flatMap((cell) =>
    roles.map((role): TraceRow => {
      const known = cell.filter((row) => row.role === role && row.effect !== undefined);
      const tokensOf = Map.groupBy(known, ({ id }) => id);
      const byToken = role === "subject_further"; // as in the paper, all further tokens count equally; for other roles, all rows do
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
 * Finds the role with the largest CTE for every row and layer; ties go to the earlier role.
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

/** The mean CTE of those of some tokens that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const values = tokens.flatMap(({ cte }) => cte ?? []);
  return values.length === 0 ? [] : [values.reduce((sum, x) => sum + x, 0) / values.length];
}
