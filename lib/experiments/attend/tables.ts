/** The tables of attention to the negator: per row, per head and per query role. */

import { HEAD, ID, LAYER, N, NEGATION, numberOrNone } from "../../study/columns.ts";
import {
  count,
  estimated,
  fillOnRequest,
  fillTable,
  key,
  number,
  type Row,
  table,
  text,
} from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { isConstant, sumOf } from "../../stats/columns.ts";
import { pearson } from "../../stats/correlation.ts";
import { FEWEST_CLUSTERS, withoutBounds } from "../../stats/estimate.ts";
import { falseDiscoveryRate, SimultaneousRatios } from "../../stats/many.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterFeatureSteps } from "../../stats/feature_tests.ts";
import { estimate, type TogetherNames } from "../../study/effects/estimate_columns.ts";
import { differenceByRole, ENDS, type HeadDifferences, type Look, sendersTo } from "./attend.ts";
import { ATTENTION_NOISE, SCORE_NOISE } from "../../study/effects/noise.ts";
import { type Role, ROLES } from "../../data/align.ts";

export const ATTENTION = table("attention", "One row for each row and head.", {
  id: ID,
  negation: NEGATION,
  layer: LAYER,
  head: HEAD,
  max_difference: number(
    "share",
    "Largest A_negated[query, negator] - A_affirmative[query, twin] over queries after the negator (all others, if attention is not causal); the twin is the word in the negator's place, of which a missing one has attention 0.",
  ),
  swapped_difference: numberOrNone(
    "share",
    "The same with each sentence in the other's place: largest A_affirmative[query, twin] - A_negated[query, negator]; empty without such a word.",
  ),
});

/** A row of attention.csv: one head of one row. */
export type AttentionRow = Row<
  { id: string; negation: Negation },
  "layer" | "head" | "max_difference",
  "swapped_difference"
>;

const SELECTIVITY = estimate("selectivity", "share", "Mean of `max_difference`.", {
  meanOf: { table: "attention", column: "max_difference" },
});

const ABOVE_BASELINE = estimate(
  "above_baseline",
  "share",
  "Mean of `max_difference` - `swapped_difference` over the `n_baseline` rows: selectivity less what a maximum over queries gives a head that treats both words alike.",
  {
    meanOf: { table: "attention", column: "max_difference", minus: "swapped_difference" },
    control: { hasScale: true },
    together: "simultaneous_",
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
      `Two-sided p-value of r, from a wild cluster bootstrap-t; empty without images and if fewer than ${FEWEST_CLUSTERS} effective clusters carry the slope (docs/statistics.md).`,
    ),
    q_value: numberOrNone(
      "",
      "The p-value adjusted over all heads of the side (Benjamini and Hochberg 1995).",
    ),
    n_baseline: count("Number of rows with a word in the negator's place.", "rows"),
    ...ABOVE_BASELINE.columns,
  },
);

/** A row of heads.csv: one head over all rows of a side. */
export type HeadRow = Row<
  { negation: Negation },
  "layer" | "head" | "n" | "n_baseline",
  | "correlation_with_d"
  | "p_value"
  | "q_value"
  | EstimateNames<"selectivity">
  | TogetherNames<"above_baseline">
>;

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

const SHARE = estimate(
  "share",
  "",
  "The sender's share of the difference, as a ratio of sums over rows; a head's shares sum to 1. Empty if the head's difference is not above 0, or its interval includes 0.",
);

export const LOOKS = table(
  "looks",
  "One row for each sender of the heads that look at the negator most, over the rows of both sides with the first 100 sentence pairs that have a twin: what makes a head's score before softmax at the negator differ from that at the twin (docs/methods/attention.md).",
  {
    layer: LAYER,
    head: HEAD,
    at: key(
      text("`key`: what is written at the negator or twin; `query`: at the token that looks."),
    ),
    sender: key(text(
      "`embedding`, `position`, an earlier head (`1.2`) or MLP (`mlp 1`), `scale` (the change of the layer norm's), or `rest`: an edit, or rounding.",
    )),
    n: N,
    ...SHARE.columns,
  },
);

/** A row of looks.csv: one sender of one head. */
export type LookRow = Row<
  { at: string; sender: string },
  "layer" | "head" | "n",
  EstimateNames<"share">
>;

/** What is measured of a row: the role of each position of the negated sentence, the heads in the order layer, head, and in the first pairs why some look. */
export interface AttendedSentences {
  readonly roles: readonly Role[];
  readonly heads: readonly HeadDifferences[];
  /** Without parts where a token that looks has no counterpart. */
  readonly looks?: readonly Look[];
}

export interface AttendedRow extends AttendedSentences {
  readonly id: string;
  readonly negation: Negation;
  /** S(caption) - S(foil), if there are images. */
  readonly d: number | undefined;
  /** The sentence pair or the subject noun. */
  readonly cluster: string;
}

/** Averages the attention to the negator over the rows of each side, in all segments (Quantmeyer et al. 2024, section 5). */
export function* attentionSteps(
  rows: readonly AttendedRow[],
  { seed }: { readonly seed: number },
) {
  const [heads, roles]: [HeadRow[], HeadRoleRow[]] = [[], []];
  for (const negation of NEGATIONS) {
    const ofSide = rows.filter((row) => row.negation === negation);
    if (ofSide.length === 0) continue;
    heads.push(...yield* headRows(negation, ofSide, seed));
    roles.push(...yield* headRoleRows(negation, ofSide));
  }
  return {
    attention: fillOnRequest(ATTENTION, function* () {
      for (const { id, negation, heads } of rows) {
        for (const { layer, head, largest, swapped } of heads) {
          yield { id, negation, layer, head, max_difference: largest, swapped_difference: swapped };
        }
      }
    }),
    heads: fillTable(HEADS, heads),
    headRoles: fillTable(HEAD_ROLES, roles),
    looks: fillTable(LOOKS, yield* lookRows(rows, seed)),
  };
}

function* lookRows(all: readonly AttendedRow[], seed: number): Steps<LookRow[]> {
  const rows = all.filter(({ looks = [] }) => looks.some(({ parts }) => parts.length > 0));
  using bootstrap = new ClusterBootstrap(rows.map(({ cluster }) => cluster), { seed });
  const made: LookRow[] = [];
  for (const [i, { layer, head }] of (rows[0]?.looks ?? []).entries()) {
    const looks = rows.map(({ looks }) => looks![i]!.parts);
    const n = looks.filter(({ length }) => length > 0).length;
    const totals = bootstrap.kept(Float64Array.from(looks, sumOf));
    const { estimate = NaN, low = estimate } = bootstrap.mean([...totals]);
    const senders = sendersTo(layer, Math.max(...rows[0]!.heads.map(({ head }) => head)));
    const ends = ENDS.flatMap((at) => senders.map((sender) => ({ at, sender })));
    for (const [place, end] of ends.entries()) {
      yield;
      const parts = looks.map((own) => own[place] ?? 0);
      const share = low > 0 ? bootstrap.ratio(parts, totals) : withoutBounds(undefined);
      made.push({ layer, head, ...end, n, ...SHARE.cells(share) });
    }
  }
  return made;
}

/**
 * Finds the layer of the most selective head. Returns the layer's number, from 1; of equally selective heads the first counts. Without
 * rows, 1.
 */
export function mostSelectiveLayer(rows: readonly HeadRow[]): number {
  const [most] = rows.toSorted((a, b) => (b.selectivity ?? 0) - (a.selectivity ?? 0));
  return most?.layer ?? 1;
}

function* headRows(
  negation: Negation,
  rows: readonly AttendedRow[],
  seed: number,
): Steps<HeadRow[]> {
  const clusters = rows.map(({ cluster }) => cluster);
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
  const made: (() => HeadRow)[] = [];
  for (const [i, values] of columns.entries()) {
    yield;
    const { layer, head } = rows[0]!.heads[i]!;
    const swapped = rows.map(({ heads }) => heads[i]!.swapped);
    const selectivity = bootstrap.mean(values);
    const ofHead = above.add(
      Float64Array.from(swapped, (other, row) => other === undefined ? 0 : values[row]! - other),
      Float64Array.from(swapped, (other) => other === undefined ? 0 : 1),
    );
    made.push(() => ({
      ...{ negation, layer, head, n: rows.length, ...SELECTIVITY.cells(selectivity) },
      correlation_with_d: scored ? pearson(features[i]!, d) : undefined,
      p_value: pValues[i],
      q_value: qValues[i],
      n_baseline: swapped.filter((other) => other !== undefined).length,
      ...ABOVE_BASELINE.cells(ofHead),
    }));
  }
  return made.map((row) => row());
}

/** A column of numbers; one that varies only by rounding becomes constant, and correlates with nothing. */
function withoutNoise(values: readonly number[], noise: number): readonly number[] {
  return isConstant(values, noise) ? values.map(() => 0) : values;
}

function* headRoleRows(negation: Negation, rows: readonly AttendedRow[]): Steps<HeadRoleRow[]> {
  const present = ROLES.filter((role) => rows.some(({ roles }) => roles.includes(role)));
  const n = rows.length;
  const made: HeadRoleRow[] = [];
  for (const [i, { layer, head }] of rows[0]!.heads.entries()) {
    for (const role of present) {
      yield;
      const sum = sumOf(rows.map((row) => differenceByRole(row, row.heads[i]!, role)));
      made.push({ negation, layer, head, role, n, attention_difference: sum / n });
    }
  }
  return made;
}
