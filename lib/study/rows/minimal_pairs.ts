/** Minimal pairs: two sentences of equal length that differ at the negator alone. */

import { NegscopeError } from "../../errors.ts";
import type { ModelFamily } from "../../model/families.ts";
import type { AlignedPair } from "./prepare.ts";
import type { AlignedRow } from "./study_rows.ts";

/** The parts of a pair by which it is recognised. */
type PairTokens = Pick<AlignedPair, "negated" | "affirmative" | "negator">;

/** Whether two sentences have equally many tokens, differ at the negator alone, and end in the token that becomes the embedding. */
export function isMinimalPair({ negated, affirmative, negator }: PairTokens): boolean {
  const last = affirmative.ids.length - 1;
  return negated.ids.length === affirmative.ids.length && negator < last &&
    negated.ids.every((id, i) => (id === affirmative.ids[i]) !== (i === negator)) &&
    negated.pooled === last && affirmative.pooled === last;
}

/**
 * Refuses what an experiment on minimal pairs cannot use. Such an experiment compares both runs position by position, and takes them to be
 * equal before the negator.
 */
export function checkMinimalPairs(
  experiment: string,
  { family, rows }: { readonly family: ModelFamily; readonly rows: readonly AlignedRow[] },
): void {
  if (!family.causal) {
    throw new NegscopeError("model-unfit", {
      problem: `Cannot run ${experiment} on this model`,
      subject: family.name,
      reason:
        `${family.name} has no causal mask, so that the tokens before the negator change with it`,
      expected: "a model with a causal text tower, such as CLIP",
    });
  }
  checkEachMinimal(experiment, rows);
}

/**
 * Refuses rows that are not minimal pairs, whatever the model's attention.
 *
 * @param options What else the user can do, as a clause. @default {nothing}
 */
export function checkEachMinimal(
  experiment: string,
  rows: readonly AlignedRow[],
  { other }: { readonly other?: string } = {},
): void {
  const unfit = rows.find(({ aligned }) => !isMinimalPair(aligned));
  if (unfit === undefined) return;
  const { id, caption, foil } = unfit.pair;
  throw new NegscopeError("pair-not-minimal", {
    problem: `Cannot run ${experiment} on row "${id}"`,
    subject: id,
    reason:
      `"${caption}" and "${foil}" must have equally many tokens and differ at the negator alone`,
    fix: [
      "use the rephrased protocol (--protocol rephrased)",
      other,
      "leave such rows out of the data",
    ]
      .filter((own) => own !== undefined).join(", or "),
  });
}
