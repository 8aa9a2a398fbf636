/** Knocks out several heads at once: none of them attends to a word, in one run. */

import { edit, type Intervention, knockOut } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import type { SentenceWord } from "./word.ts";
import type { KnockoutOptions } from "./knockout.ts";

/** The embedding of a sentence without the attention of several heads to a word. */
export interface KnockedOutTogether {
  /** The word's index in the given list. */
  readonly index: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

const SENTENCES_PER_BATCH = 64;

/**
 * Knocks out the attention of some heads, all at once, to every word. One run a word is so little beside those of single heads that
 * it is always the general engine's.
 */
export async function* knockOutTogether(
  text: TextTower,
  words: readonly SentenceWord[],
  { heads, renormalize = false }: KnockoutOptions & { readonly heads: readonly NamedHead[] },
): AsyncGenerator<KnockedOutTogether[]> {
  const ofLayers = Map.groupBy(heads, ({ layer }) => layer);
  const alike = Map.groupBy(words.keys(), (index) => words[index]!.position);
  for (const [key, indices] of alike) {
    const interventions = Array.from(
      ofLayers,
      ([layer, indices]) => blind(`blocks.${layer - 1}.attn`, { heads: indices, key, renormalize }),
    );
    for (let first = 0; first < indices.length; first += SENTENCES_PER_BATCH) {
      const batch = indices.slice(first, first + SENTENCES_PER_BATCH);
      const sentences = batch.map((index) => words[index]!.sentence.sentence);
      const embeddings = await text.run(sentences, { interventions });
      yield batch.map((index, row) => ({ index, embedding: embeddings.row(row).data }));
    }
  }
}

/**
 * Takes the attention of some heads of a layer to a key away. Renormalised weights are those of the softmax without the key, as the fast
 * schedule computes them: dividing the other weights by their sum fails where the key has all the weight that float32 shows.
 */
function blind(
  attention: string,
  { heads, key, renormalize }: {
    readonly heads: readonly NamedHead[];
    readonly key: number;
    readonly renormalize: boolean;
  },
): Intervention {
  const head = heads.map((named) => named.head - 1);
  if (!renormalize) return knockOut(`${attention}.hook_pattern`, { head, key });
  return edit(`${attention}.hook_attn_scores`, (scores) => {
    const [rows, ofHead, queries, keys] = scores.shape.map((_, axis) => scores.stride(axis));
    for (let row = 0; row < scores.shape[0]!; row++) {
      for (const index of head) {
        for (let query = 0; query < scores.shape[2]!; query++) {
          scores.data[row * rows! + index * ofHead! + query * queries! + key * keys!] = -Infinity;
        }
      }
    }
  });
}
