/** The tables of attention to the negator: per row, per head and per query role. */

import { HEAD, ID, LAYER, N, NEGATION, numberOrNone } from "../../study/columns.ts";
import {
  bounds,
  count,
  estimated,
  fillOnRequest,
  fillTable,
  key,
  number,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { type Negation, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { isConstantWithin, mean } from "../../stats/columns.ts";
import { pearson } from "../../stats/correlation.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { falseDiscoveryRate } from "../../stats/many.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterFeatureSteps } from "../../stats/wild_bootstrap.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { differenceByRole, type HeadDifferences } from "./attend.ts";
import { ATTENTION_NOISE, SCORE_NOISE } from "../../study/effects/noise.ts";
import { type ShareOfD, SimultaneousRatios } from "../../study/effects/shares_of_d.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";

export const ATTENTION = table("attention", "One row for each row and head.", {
  id: ID,
  negation: NEGATION,
  layer: LAYER,
  head: HEAD,
  max_difference: number(
    "share",
    "Largest A_negated[query, negator] - A_affirmative[query, twin] over queries after the negator (all others, if attention is not causal), -1 to 1; attention from or to a missing twin counts as 0.",
  ),
  mean_difference: number("share", "The mean of these differences instead of the largest."),
  swapped_difference: numberOrNone(
    "share",
    "`max_difference` with the two sentences exchanged: largest A_affirmative[query, twin] - A_negated[query, negator] over queries after the twin (all others, if attention is not causal); empty if the negator has no twin.",
  ),
});

/** A row of attention.csv: one head of one row. */
export type AttentionRow = Row<
  { id: string; negation: Negation },
  "layer" | "head" | "max_difference" | "mean_difference",
  "swapped_difference"
>;

const SELECTIVITY = estimate("selectivity", "selectivity_", "share", "Mean of `max_difference`.", {
  meanOf: { table: "attention", column: "max_difference" },
});

const ABOVE_BASELINE = estimate(
  "above_baseline",
  "above_baseline_",
  "share",
  "Mean of `max_difference` - `swapped_difference` over the `n_baseline` rows: selectivity less its baseline.",
  {
    meanOf: { table: "attention", column: "max_difference", minus: "swapped_difference" },
    control: { hasScale: true },
    simultaneous: bounds("simultaneous_"),
  },
);

export const HEADS = table(
  "heads",
  "One row for each head and side, over all rows of the side in all segments.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    n: N,
    ...SELECTIVITY.columns,
    correlation_with_d: estimated(numberOrNone(
      "",
      "Pearson's r of `max_difference` with d over rows; empty without images.",
    )),
    p_value: numberOrNone(
      "",
      `Two-sided p-value of r, from a wild cluster bootstrap-t with 9,999 draws, or all vectors of signs if these are fewer (14 clusters or fewer); empty without images and if fewer than ${FEWEST_CLUSTERS} effective clusters carry the slope.`,
    ),
    q_value: numberOrNone(
      "",
      "The p-value adjusted over all heads of the side (Benjamini and Hochberg 1995).",
    ),
    mean_difference: estimated(numberOrNone(
      "share",
      "Mean of `mean_difference`: without a maximum, a head that treats both words alike has 0.",
    )),
    n_baseline: count("Number of rows whose negator has a twin.", "rows"),
    baseline: estimated(numberOrNone(
      "share",
      "Mean of `swapped_difference` over the `n_baseline` rows: the selectivity that a maximum over queries gives a head that treats both words alike.",
    )),
    ...ABOVE_BASELINE.columns,
    simultaneous_low: numberOrNone(
      "share",
      "Lower bound of the simultaneous 95 % interval of `above_baseline`: in 95 % of data sets, these intervals contain the true values of all heads of the side.",
    ),
    simultaneous_high: numberOrNone("share", "Upper bound of the same."),
  },
);

/** A row of heads.csv: one head over all rows of a side. */
export type HeadRow = Row<
  { negation: Negation },
  "layer" | "head" | "n" | "n_baseline",
  | "correlation_with_d"
  | "p_value"
  | "q_value"
  | "mean_difference"
  | "baseline"
  | "simultaneous_low"
  | "simultaneous_high"
  | EstimateNames<"selectivity" | "above_baseline">
>;

export interface AttendedRow {
  readonly id: string;
  readonly negation: Negation;
  /** S(caption) - S(foil), if there are images. */
  readonly d: number | undefined;
  /** The row's sentences, aligned; `key` is the row's cluster: the sentence pair or the subject noun. */
  readonly pair: Pick<AlignedPair, "key" | "roles">;
  /** The heads of the pair, in the order layer, head. */
  readonly heads: readonly HeadDifferences[];
}

export type AttentionTables = {
  readonly attention: Table<AttentionRow>;
  readonly heads: Table<HeadRow>;
  readonly headRoles: Table<HeadRoleRow>;
};

/** Averages the attention to the negator over the rows of each side, in all segments (Quantmeyer et al. 2024, section 5). */
export function* attentionSteps(
  rows: readonly AttendedRow[],
  options: { readonly seed: number },
): Steps<AttentionTables> {
  const roles: HeadRoleRow[] = [];
  for (const { negation, ofSide } of rowsBySide(rows)) {
    roles.push(...yield* headRoleRows(negation, ofSide));
  }
  return {
    attention: fillOnRequest(ATTENTION, function* () {
      for (const { id, negation, heads } of rows) {
        for (const { layer, head, largest, mean, swapped } of heads) {
          yield {
            id,
            negation,
            layer,
            head,
            max_difference: largest,
            mean_difference: mean,
            swapped_difference: swapped,
          };
        }
      }
    }),
    heads: yield* selectivitySteps(rows, options),
    headRoles: fillTable(HEAD_ROLES, roles),
  };
}

function* selectivitySteps(
  rows: readonly AttendedRow[],
  { seed }: { readonly seed: number },
): Steps<Table<HeadRow>> {
  const heads: HeadRow[] = [];
  for (const { negation, ofSide } of rowsBySide(rows)) {
    heads.push(...yield* headRows(negation, ofSide, seed));
  }
  return fillTable(HEADS, heads);
}

function rowsBySide(rows: readonly AttendedRow[]) {
  return NEGATIONS.flatMap((negation) => {
    const ofSide = rows.filter((row) => row.negation === negation);
    return ofSide.length === 0 ? [] : [{ negation, ofSide }];
  });
}

/**
 * Finds the layer of the most selective head. Returns the layer's number, from 1; of equally selective heads the first counts. Without
 * rows, 1.
 */
export function mostSelectiveLayer(rows: readonly HeadRow[]): number {
  const [first, ...others] = rows;
  if (first === undefined) return 1;
  return others.reduce(
    (best, row) => (row.selectivity ?? 0) > (best.selectivity ?? 0) ? row : best,
    first,
  ).layer;
}

function* headRows(
  negation: Negation,
  rows: readonly AttendedRow[],
  seed: number,
): Steps<HeadRow[]> {
  const clusters = rows.map(({ pair }) => pair.key);
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const columns = rows[0]!.heads.map((_, i) => rows.map(({ heads }) => heads[i]!.largest));
  const known = rows.flatMap(({ d }) => d ?? []);
  const scored = known.length === rows.length; // with images every row has a d, without images none has
  const features = columns.map((values) => withoutNoise(values, ATTENTION_NOISE));
  const d = withoutNoise(known, SCORE_NOISE);
  const pValues = scored ? yield* clusterFeatureSteps(features, d, { clusters, seed }) : [];
  const qValues = falseDiscoveryRate(pValues);
  const above = new SimultaneousRatios(bootstrap);
  const made: { readonly row: HeadRow; readonly above: ShareOfD }[] = [];
  for (const [i, values] of columns.entries()) {
    yield;
    const { layer, head } = rows[0]!.heads[i]!;
    const swapped = rows.map(({ heads }) => heads[i]!.swapped);
    const exchanged = swapped.filter((other) => other !== undefined);
    const ofHead = above.add(
      Float64Array.from(swapped, (other, row) => other === undefined ? 0 : values[row]! - other),
      Float64Array.from(swapped, (other) => other === undefined ? 0 : 1),
    );
    const row = {
      negation,
      layer,
      head,
      n: rows.length,
      ...SELECTIVITY.cells(bootstrap.mean(values)),
      correlation_with_d: scored ? pearson(features[i]!, d) : undefined,
      p_value: pValues[i],
      q_value: qValues[i],
      mean_difference: mean(rows.map(({ heads }) => heads[i]!.mean)),
      n_baseline: exchanged.length,
      baseline: mean(exchanged),
      ...ABOVE_BASELINE.cells(ofHead),
      simultaneous_low: undefined,
      simultaneous_high: undefined,
    };
    made.push({ row, above: ofHead });
  }
  return made.map(({ row, above }) => {
    const { low, high } = above.simultaneous();
    return { ...row, simultaneous_low: low, simultaneous_high: high };
  });
}

/** A column of numbers; one that varies only by rounding becomes constant, and correlates with nothing. */
function withoutNoise(values: readonly number[], noise: number): readonly number[] {
  return isConstantWithin(values, noise) ? values.map(() => 0) : values;
}

export const HEAD_ROLES = table(
  "head_roles",
  "One row for each side, head and role of the query.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    role: key(text<Role>("The role of the query.")),
    n: N,
    attention_difference: estimated(number(
      "share",
      "For each row, the largest difference over the role's tokens, or 0 if the row has none; the mean of these over all rows.",
    )),
  },
);

/** A row of head_roles.csv: one head's attention from one role of queries. */
export type HeadRoleRow = Row<
  { negation: Negation; role: Role },
  "layer" | "head" | "n" | "attention_difference"
>;

interface RowByRole {
  readonly pair: Pick<AlignedPair, "roles">;
  readonly heads: readonly HeadDifferences[];
}

function* headRoleRows(
  negation: Negation,
  rows: readonly RowByRole[],
): Steps<HeadRoleRow[]> {
  const roles = ROLES.filter((role) => rows.some(({ pair }) => pair.roles.includes(role)));
  const n = rows.length;
  const made: HeadRoleRow[] = [];
  for (const [i, { layer, head }] of rows[0]!.heads.entries()) {
    for (const role of roles) {
      yield;
      const sum = rows.reduce(
        (total, { pair, heads }) => total + differenceByRole(pair, heads[i]!, role),
        0,
      );
      made.push({ negation, layer, head, role, n, attention_difference: sum / n });
    }
  }
  return made;
}

export interface AttendedSentences {
  /** Equal for all rows with the same two sentences. */
  readonly key: string;
  /** The role of each position of the negated sentence. */
  readonly roles: readonly Role[];
  /** The heads in the order layer, head. */
  readonly heads: readonly HeadDifferences[];
}

export function attendedSentences(
  { prepared: { distinct, indexOfRow } }: Study,
  heads: ReadonlyMap<AlignedPair, readonly HeadDifferences[]>,
): AttendedSentences[] {
  const ofPair = distinct.map((pair) => ({
    key: pair.key,
    roles: pair.roles,
    heads: heads.get(pair)!,
  }));
  return indexOfRow.map((index) => ofPair[index]!);
}

export function attendedRow(
  { pair, scores }: {
    readonly pair: Pair;
    readonly scores?: EvaluateRow | undefined;
  },
  { roles, heads }: AttendedSentences,
  cluster?: ClusterBy,
): AttendedRow {
  const { id, negation } = pair;
  return { id, negation, d: scores?.d, pair: { key: clusterOf(pair, cluster), roles }, heads };
}
