/** The tables of the knock-out: how the attention of each head, and of a set of heads, to the negator changes S and d. */

import {
  D,
  HEAD,
  ID,
  LAYER,
  N,
  NEGATION,
  numberOrNone,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import {
  linesOf,
  type MeanEffects,
  meanEffects,
  type RowLines,
} from "../../study/effects/mean_effects.ts";
import { type PrefixedShares, sharesOf } from "../../study/effects/named_shares.ts";
import {
  count,
  estimated,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { Negation } from "../../data/pairs.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import type { Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import type { KnockoutScores } from "./knockout_rows.ts";

const SCORE_COLUMNS = {
  s_negated: number("logit", "S of the negated sentence."),
  s_knocked_out: number(
    "logit",
    "S with the attention to the negator set to 0 for every query; the other weights are renormalised only with `--renormalize`.",
  ),
  d: D,
  d_knocked_out: number("logit", "d with `s_knocked_out` in place of `s_negated`."),
  s_affirmative: number("logit", "S of the affirmative sentence."),
  s_twin_knocked_out: numberOrNone(
    "logit",
    "The control: S of the affirmative sentence with the attention to the negator's twin, such as `a` or `some`, set to 0 in the same way; empty if the negator has no twin.",
  ),
} as const;

export function scoreCells(
  { negation, d, s_caption, s_foil }: EvaluateRow,
  s_knocked_out: number,
  s_twin_knocked_out: number | undefined,
) {
  const isCaption = negation === "caption";
  return {
    s_negated: isCaption ? s_caption : s_foil,
    s_knocked_out,
    d,
    d_knocked_out: isCaption ? s_knocked_out - s_foil : s_caption - s_knocked_out,
    s_affirmative: isCaption ? s_foil : s_caption,
    s_twin_knocked_out,
  };
}

const EFFECT = effect(
  "mean_effect",
  "",
  "Mean of d - d_knocked_out: what the attention to the negator adds to d.",
  { meanOf: { table: "knockout", column: "d", minus: "d_knocked_out" } },
);

const SPECIFIC = effect(
  "specific_effect",
  "specific_",
  "Mean of the effect less the twin's: what is specific to the negator.",
  {
    control: {
      of: { table: "knockout", valueOf: (line) => EFFECTS.specific(line as unknown as EffectLine) },
    },
  },
);

export const EFFECT_COLUMNS = {
  ...EFFECT.columns,
  n_twin: count(
    "Number of rows whose negator has a twin; the columns after this one are over them.",
    "rows",
  ),
  twin_effect: estimated(numberOrNone(
    "logit",
    "The control: what the attention to the twin adds to S of the affirmative sentence, with the sign that S of the negated one has in d; equal to mean_effect if a head treats both words alike.",
  )),
  ...SPECIFIC.columns,
} as const;

/** The columns of a row from which its effects follow. */
interface EffectLine {
  readonly negation: Negation;
  readonly d: number;
  readonly d_knocked_out: number;
  readonly s_affirmative: number;
  readonly s_twin_knocked_out: number | undefined;
}

/** The effects of a row, by what is knocked out. */
export const EFFECTS = {
  negator: ({ d, d_knocked_out }: EffectLine): number => d - d_knocked_out,
  twin: twinEffect,
  specific: (line: EffectLine): number | undefined => {
    const twin = twinEffect(line);
    return twin === undefined ? undefined : line.d - line.d_knocked_out - twin;
  },
};

/** The mean effects of a group of rows. */
function knockoutCells(
  { negator, twin, specific }: MeanEffects<unknown, keyof typeof EFFECTS>["means"],
) {
  return {
    ...EFFECT.cells(negator),
    n_twin: twin.n,
    twin_effect: twin.estimate,
    ...SPECIFIC.cells(specific),
  };
}

/** A line whose effect and share are those less the twin's, which summaries and charts go by; as it is where no negator has a twin. */
export function specificLine<Line extends SpecificLine>(line: Line): Line {
  if (line.n_twin === 0) return line;
  return { ...line, mean_effect: line.specific_effect, ...sharesOf(line, "specific_") };
}

type SpecificLine =
  & { readonly n_twin: number; readonly specific_effect?: number | undefined }
  & PrefixedShares<"specific_">;

function twinEffect(
  { negation, s_affirmative, s_twin_knocked_out: without }: EffectLine,
): number | undefined {
  if (without === undefined) return undefined;
  return negation === "caption" ? s_affirmative - without : without - s_affirmative;
}

const PLACE = {
  heads: optional(key(text(
    "Several heads that are knocked out together, as layer.head from 1: those of `--heads`, or `all`; empty for a single head.",
  ))),
  layer: optional(LAYER),
  head: optional(HEAD),
} as const;

export const KNOCKOUT = table(
  "knockout",
  "One row for each row and head, and one for the heads that are knocked out together.",
  { id: ID, negation: NEGATION, segment: SEGMENT, ...PLACE, ...SCORE_COLUMNS },
);

/** A row of knockout.csv: one head of one row, or several at once. */
export type KnockoutRow =
  & Row<
    { id: string; negation: Negation; segment: Segment },
    "s_negated" | "s_knocked_out" | "d" | "d_knocked_out" | "s_affirmative",
    "s_twin_knocked_out" | "layer" | "head"
  >
  & { readonly heads: string | undefined };

export const KNOCKOUT_SUMMARY = table(
  "knockout_summary",
  "One row for each head, or the heads that are knocked out together, and group of rows. Heads that stand in for each other have little effect alone.",
  { negation: NEGATION, segment: SEGMENT_OR_ALL, ...PLACE, n: N, ...EFFECT_COLUMNS },
);

/** A row of knockout_summary.csv: one head in a group of rows, or several at once. */
export type KnockoutSummaryRow =
  & Row<
    { negation: Negation; segment: Segment | "all" },
    "n_twin" | "n",
    | "layer"
    | "head"
    | "twin_effect"
    | EffectNames<"specific_effect", "specific_">
    | EffectNames<"mean_effect", "">
  >
  & { readonly heads: string | undefined };

/** A row of knockout_summary.csv of a single head. */
export type KnockoutHead = KnockoutSummaryRow & { readonly layer: number; readonly head: number };

export function isOfHead<
  Line extends { readonly layer?: number | undefined; readonly head?: number | undefined },
>(
  row: Line,
): row is Line & { readonly layer: number; readonly head: number } {
  return row.head !== undefined;
}

export function knockoutRow(
  scores: EvaluateRow,
  { negator, twin }: KnockoutScores,
  { place, heads }: { readonly place: number; readonly heads: number },
): KnockoutRow {
  const { id, negation, segment } = scores;
  return {
    id,
    negation,
    segment,
    heads: undefined,
    layer: Math.floor(place / heads) + 1,
    head: place % heads + 1,
    ...scoreCells(scores, negator.single[place]!, twin?.single[place]),
  };
}

/** The heads of a set as one row. */
function setRow(
  scores: EvaluateRow,
  { negator, twin }: KnockoutScores,
  heads: string,
): KnockoutRow {
  const { id, negation, segment } = scores;
  const place = { heads, layer: undefined, head: undefined };
  return {
    id,
    negation,
    segment,
    ...place,
    ...scoreCells(scores, negator.together, twin?.together),
  };
}

/** A row with its scores with heads knocked out. */
export interface KnockoutInput {
  readonly scores: EvaluateRow;
  readonly knockedOut: KnockoutScores;
}

type KnockoutTables = {
  readonly knockout: Table<KnockoutRow>;
  readonly summary: Table<KnockoutSummaryRow>;
};

interface KnockoutSteps extends StatisticsOptions {
  /** Heads of a block. */
  readonly heads: number;
  /** The name of the set of heads. */
  readonly set: string;
}

/** Averages what the attention of each head, and then of the set of heads, to the negator adds to d, over sides and segments. */
export function* knockoutSteps(
  rows: readonly KnockoutInput[],
  { heads, set, ...options }: KnockoutSteps,
): Steps<KnockoutTables> {
  const single = rows.map(({ scores, knockedOut }): RowLines<KnockoutRow> => ({
    scores,
    count: knockedOut.negator.single.length,
    line: (place) => knockoutRow(scores, knockedOut, { place, heads }),
  }));
  const together = rows.map(({ scores, knockedOut }): RowLines<KnockoutRow> => (
    { scores, count: 1, line: () => setRow(scores, knockedOut, set) }
  ));
  const means = [
    ...yield* meanEffects(single, { effects: EFFECTS, ...options }),
    ...yield* meanEffects(together, { effects: EFFECTS, ...options }), // with simultaneous intervals of its own
  ];
  const summary = means.map(({ negation, segment, n, line: { heads, layer, head }, means }) => (
    { negation, segment, heads, layer, head, n, ...knockoutCells(means) }
  ));
  return {
    knockout: fillOnRequest(KNOCKOUT, function* () {
      for (const [i, lines] of single.entries()) {
        yield* linesOf(lines);
        yield* linesOf(together[i]!);
      }
    }),
    summary: fillTable(KNOCKOUT_SUMMARY, summary),
  };
}
