/** Which of a pair's two sentences interventions change, and how a run is told. */

import { checkInterventions, checkOptions, type Intervention } from "../../hooks/interventions.ts";
import { choice } from "../../options/option.ts";
import { checkedValue } from "../../options/values.ts";
import type { SentenceOptions } from "./sentence.ts";

/** Which of a pair's sentences run under interventions. */
export type ChangeableSentences = "both" | "negated" | "affirmative";

/** Which of a pair's sentences ran under interventions. */
export type ChangedSentences = ChangeableSentences | "none";

/** Changes to the sentences of pairs. */
export interface PairOptions extends SentenceOptions {
  /**
   * Which sentences the interventions change. `"both"` is the changed model: both sentences of a pair run in it, so that what it
   * does to the S of both alike cancels in d; a vector added to both may seem to do nothing. `"negated"` and `"affirmative"` change one
   * sentence and leave the other as the unchanged model reads it, as causal tracing and the knock-out of heads do.
   * @default {"both"}
   */
  readonly sentences?: ChangeableSentences;
}

const SENTENCES = choice<ChangeableSentences>(["both", "negated", "affirmative"], {
  standard: "both",
  help: "",
});

export function pairChanges(options: PairOptions): {
  readonly interventions: readonly Intervention[];
  readonly sentences: ChangeableSentences;
} {
  checkOptions(options, ["interventions", "sentences"]);
  const { interventions = [], sentences = "both" } = options;
  checkInterventions(interventions);
  return { interventions, sentences: checkedValue("sentences", sentences, SENTENCES) };
}

export function isAmong(
  sentence: "negated" | "affirmative",
  sentences: ChangedSentences,
): boolean {
  return sentences === "both" || sentences === sentence;
}

export function changedOf(negated: boolean, affirmative: boolean): ChangedSentences {
  if (negated && affirmative) return "both";
  return negated ? "negated" : affirmative ? "affirmative" : "none";
}

/** Which sentences changed in words, for all rows of a study. */
export function changedText(changed: readonly ChangedSentences[]): string {
  const count = (sentence: "negated" | "affirmative") =>
    changed.filter((own) => isAmong(sentence, own)).length;
  const [negated, affirmative] = [count("negated"), count("affirmative")];
  const rows = (n: number) =>
    n === changed.length ? "all rows" : n === 0 ? "no row" : n === 1 ? "1 row" : `${n} rows`;
  if (negated + affirmative === 0) return "no sentence was changed";
  return `interventions changed the negated sentence of ${
    rows(negated)
  } and the affirmative sentence of ${rows(affirmative)}`;
}
