/** What the tables of the knock-out have alike: the scores of a row, and the mean effects of a group of rows. */

import { D, numberOrNone } from "../../study/columns.ts";
import { effect, estimate } from "../../study/effects/estimate_columns.ts";
import type { MeanEffects } from "../../study/effects/mean_effects.ts";
import { type PrefixedShares, sharesOf } from "../../study/effects/named_shares.ts";
import { count, number } from "../../tables/schema.ts";
import type { Negation } from "../../data/pairs.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";

export const SCORE_COLUMNS = {
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

const TWIN = estimate(
  "twin_effect",
  "twin_",
  "logit",
  "The control: what the attention to the twin adds to S of the affirmative sentence, mean of s_affirmative - s_twin_knocked_out, with the sign that S of the negated sentence has in d. It equals mean_effect if the attention does the same whichever of the two words stands there.",
);

const specificOf = (table: string) =>
  effect(
    "specific_effect",
    "specific_",
    "What is specific to the negator: mean of the effect less the twin's effect, which is d minus d with both words knocked out, each in its sentence.",
    {
      control: {
        of: { table, valueOf: (line) => EFFECTS.specific(line as unknown as EffectLine) },
      },
    },
  );

const SPECIFIC = specificOf("knockout");

/** The columns of effects that a table has for each row. */
export const effectColumns = (table: string) => ({
  ...EFFECT.columns,
  n_twin: count(
    "Number of rows whose negator has a twin; the columns after this one are over them.",
    "rows",
  ),
  ...TWIN.columns,
  ...specificOf(table).columns,
} as const);

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
export function knockoutCells(
  { negator, twin, specific }: MeanEffects<unknown, keyof typeof EFFECTS>["means"],
) {
  return {
    ...EFFECT.cells(negator),
    n_twin: twin.n,
    ...TWIN.cells(twin),
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
