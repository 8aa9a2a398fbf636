/** Rows about things of their own, with a given d. */

import type { Pair } from "../../lib/data/pairs.ts";
import { type EvaluateRow, segmentOf } from "../../lib/study/rows/score_rows.ts";

/** A row whose sentences say that there is a thing, and that there is none, with S of its foil. */
export function scoredRow(
  thing: string,
  negation: Pair["negation"],
  d: number,
  { s_foil = 0, ...more }: Partial<Pair> & { readonly s_foil?: number } = {},
): { readonly pair: Pair; readonly scores: EvaluateRow } {
  const [affirmative, negated] = [`There is a ${thing}.`, `There is no ${thing}.`];
  const [caption, foil] = negation === "foil" ? [affirmative, negated] : [negated, affirmative];
  const pair = { id: `${thing} ${negation}`, image: "a.png", negation, caption, foil, ...more };
  const scores = { s_caption: s_foil + d, s_foil, d, segment: segmentOf(d), tokens: 7 };
  return { pair, scores: { ...pair, ...scores } };
}
