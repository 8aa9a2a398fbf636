/** Knocks out a head's attention to a word, such as the negator: sets its attention weights on the word to 0. */

import { runVariants, type Variant } from "../../engine/run/variants.ts";
import { idsInput, type TextTower } from "../../model/text/text_tower.ts";
import { applyIntervention } from "../../hooks/apply.ts";
import { type Intervention, knockOut } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import { PATTERNS } from "../attend/attend.ts";
import { byEngine } from "../sweep/by_engine.ts";
import { fastKnockout, fitsFastKnockout, type KnockedOut } from "../sweep/fast/fast_knockout.ts";
import { sweepEngine } from "../sweep/sweep.ts";
import type { SentenceWord } from "../sweep/word.ts";

export type { KnockedOut } from "../sweep/fast/fast_knockout.ts";

/** Options of the knock-out. */
export interface KnockoutOptions {
  /** Whether each query's other weights are divided by their sum. @default {false} */
  readonly renormalize?: boolean;
}

/**
 * Knocks out every head's attention to every word, each in its own run.
 *
 * Uses the fast schedule if the model and the word allow it, and otherwise the general engine. The choice for a word does not
 * depend on the other words.
 *
 * @param text The text tower.
 * @param words Words in their sentences, as {@linkcode negatorOf} and {@linkcode twinOf} find them.
 * @param options Options of the knock-out.
 * @returns The results, one group of words at a time; those of a word are in the order layer, head.
 */
export async function* knockOutHeads(
  text: TextTower,
  words: readonly SentenceWord[],
  { renormalize = false }: KnockoutOptions = {},
): AsyncGenerator<KnockedOut[]> {
  const { streams } = await sweepEngine(
    text,
    words.map(({ sentence, position }) => ({ affirmative: sentence, negator: position })),
  );
  const general = (own: readonly SentenceWord[]) => generalKnockout(text, own, renormalize);
  const batches = streams === undefined ? general(words) : byEngine(words, fitsFastKnockout, {
    fast: (own) => fastKnockout(streams, own, renormalize),
    general,
  });
  yield* batches;
}

/**
 * Knocks out every head's attention to every word, stopping at each block's attention.
 *
 * Each sentence runs once; at each block's attention, a run for each head joins its batch, with weights of 0 on the word. No result
 * depends on the other words.
 *
 * @param text The text tower.
 * @param words Words in their sentences.
 * @param renormalize Whether each query's other weights are divided by their sum.
 * @returns The results batch by batch; those of a word are in the order layer, head.
 */
export async function* generalKnockout(
  text: TextTower,
  words: readonly SentenceWord[],
  renormalize: boolean,
): AsyncGenerator<KnockedOut[]> {
  const { tower } = text;
  const { layers, heads } = tower.shape;
  await tower.prepare([PATTERNS]);
  const places = Array.from({ length: layers * heads }, (_, i) => (
    { layer: Math.floor(i / heads) + 1, head: i % heads + 1 }
  ));
  const jobs = words.map(({ sentence: { ids }, position: key }) => ({
    ids,
    variants: places.map(({ layer, head }): Variant => {
      const hook = `blocks.${layer - 1}.attn.hook_pattern`;
      const change = knockOut(hook, { head: head - 1, key, renormalize });
      return { changes: new Map([[hook, (pattern) => changeRow(pattern, hook, change)]]) };
    }),
  }));
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => (
      { index: job, ...places[variant]!, embedding }
    ));
  }
}

/** Applies an intervention to the value of one row, [head, query, key]. */
function changeRow(value: Tensor, hook: string, change: Intervention): void {
  const row = new Tensor(value.data, [1, ...value.shape], ["batch", ...value.axes]);
  applyIntervention(change, hook, row, { rows: [0], count: 1 });
}
