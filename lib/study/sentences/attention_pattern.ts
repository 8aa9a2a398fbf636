/** What the heads of a layer look at in a row of a study, as one chart. */

import { type AttendedTokens, attentionChart } from "../../charts/attention.ts";
import { wrongValue } from "../../errors.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import type { StudyRow } from "./row.ts";
import { isAmong, pairChanges, type PairOptions } from "./changed_sentences.ts";
import { type SentenceOptions, StudySentence } from "./sentence.ts";

/** What is drawn of a row or a sentence. */
export interface AttentionPatternOptions extends PairOptions {
  /** The block, from 0 as in the names of hook points. */
  readonly layer: number;
  /** One head, drawn large and with numbers, from 0 as in the names of the API. @default {all heads of the layer} */
  readonly head?: number;
}

/**
 * Draws what the heads of a layer look at: each token (the query, down) and how much of its attention it gives to each token (the key,
 * across). Of a row there are both sentences and, if they have equally many tokens, the difference, negated minus affirmative.
 *
 * @example What all heads of the embedded model's first block look at, and one of them large
 * ```ts
 * import { attentionPattern, show, Study } from "negscope";
 * import type { AttentionPatternOptions } from "negscope/study";
 *
 * await using study = await Study.open({ limit: 1 });
 * const row = await study.row(study.pairs[0]!.id);
 * await show(await attentionPattern(row, { layer: 0 }));
 * const large: AttentionPatternOptions = { layer: 0, head: 1 };
 * await show(await attentionPattern(row.negated, large));
 * ```
 *
 * @param of A row of a study, or one of its sentences.
 * @param options The block, the head, and changes to the run, of a row in both sentences unless `sentences` names one; the chart names
 * those that changed.
 * @returns A Vega-Lite chart: in a notebook, what is at the pointer tells its query, key and weight.
 * @throws {NegscopeError} If there is no such block or head, or an intervention does not fit.
 */
export async function attentionPattern(
  of: StudyRow | StudySentence,
  options: AttentionPatternOptions,
): Promise<ChartSpec> {
  const { layer, head, ...changes } = options ?? {}; // a script without types may leave them out
  const hook = `blocks.${layer}.attn.hook_pattern`;
  const sentences: AttendedTokens[] = [];
  for (const { name, sentence, own } of runsOf(of, changes)) {
    const cache = await sentence.cache(hook, own);
    sentences.push({ name, tokens: sentence.tokens, pattern: cache.row(hook, 0) });
  }
  const count = sentences[0]!.pattern.shape[0]!;
  if (head !== undefined && !(Number.isInteger(head) && head >= 0 && head < count)) {
    throw wrongValue(
      "draw the attention of head",
      head,
      `a whole number from 0 to ${count - 1}: heads and blocks count from 0 here`,
      { code: "index-outside" },
    );
  }
  const heads = head === undefined ? Array.from({ length: count }, (_, i) => i) : [head];
  return attentionChart(sentences, { layer, heads });
}

const CHANGED = ", changed";

function runsOf(
  of: StudyRow | StudySentence,
  changes: PairOptions,
): { readonly name: string; readonly sentence: StudySentence; readonly own: SentenceOptions }[] {
  if (of instanceof StudySentence) {
    const name = changes.interventions?.length ? `sentence${CHANGED}` : "sentence";
    return [{ name, sentence: of, own: changes }];
  }
  const { interventions, sentences } = pairChanges(changes);
  return (["negated", "affirmative"] as const).map((which) => {
    const isChanged = interventions.length > 0 && isAmong(which, sentences);
    const name = isChanged ? `${which}${CHANGED}` : which;
    return { name, sentence: of[which], own: isChanged ? { interventions } : {} };
  });
}
