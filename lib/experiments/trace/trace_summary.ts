/** Averages of causal-tracing effects by layer and role, and where each row peaks. */

import type { Negation } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { type Segment, SEGMENTS } from "../../subject/score.ts";
import type { EffectRow } from "./trace.ts";
import type { Site } from "../sweep/trace_cells.ts";

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export interface TraceRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** Where in a block the patched activation stands. */
  readonly site: Site;
  /** 0 for the embeddings, else the block's number from 1. */
  readonly layer: number;
  /** From 1, at site z only. */
  readonly head: number | undefined;
  /** The token's role in the negated sentence. */
  readonly role: Role;
  /** Rows: for `subject_further` all of the group, as published, else those with the role. */
  readonly n: number;
  /** Tokens: what the mean is over. */
  readonly weight: number;
  /** Mean CTE over the tokens of the role. */
  readonly cte: number | undefined;
  /** Lower bound of the 95 % interval. */
  readonly cte_low: number | undefined;
  /** Upper bound of the 95 % interval. */
  readonly cte_high: number | undefined;
  /** Sum of effects over sum of d, which small d cannot blow up. */
  readonly ratio_of_means: number | undefined;
}

/** A row of peaks.csv: the role with the largest CTE of one row at one layer. */
export interface PeakRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** 0 for the embeddings, else the block's number from 1. */
  readonly layer: number;
  /** The token's role in the negated sentence. */
  readonly role: Role;
  /** Mean over the role's tokens; at site z the largest over the heads. */
  readonly cte: number;
}

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
  return {
    name: "trace",
    columns: [
      "negation",
      "segment",
      "site",
      "layer",
      "head",
      "role",
      "n",
      "weight",
      "cte",
      "cte_low",
      "cte_high",
      "ratio_of_means",
    ],
    rows,
  };
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
  return { name: "peaks", columns: ["id", "negation", "segment", "layer", "role", "cte"], rows };
}

/** The mean CTE of some tokens, of those that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const values = tokens.flatMap(({ cte }) => cte ?? []);
  return values.length === 0 ? [] : [values.reduce((sum, x) => sum + x, 0) / values.length];
}
