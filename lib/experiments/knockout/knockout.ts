/** Knocks out heads' attention to a word, such as the negator: sets their attention weights on the word to 0. */

import type { ChangedGroup } from "../../engine/changes/changed_model.ts";
import { engineNames, runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { type ChangedRun, edit, type Intervention, knockOut } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import { headsOfSet } from "../head_set.ts";

export interface SentenceWord {
  readonly sentence: TokenizedSentence;
  readonly position: number;
}

/** The negator in the negated sentence. */
export function negatorOf(
  { negated, negator }: Pick<AlignedPair, "negated" | "negator">,
): SentenceWord {
  return { sentence: negated, position: negator };
}

/**
 * The negator's twin in the affirmative sentence, such as `a` or `some`. Undefined if the negator has none, as in "no people" beside
 * "people".
 */
export function twinOf({ affirmative, alignment, negator }: AlignedPair): SentenceWord | undefined {
  const position = alignment[negator];
  return position === undefined ? undefined : { sentence: affirmative, position };
}

export interface KnockoutOptions {
  /** Whether each query's other weights are divided by their sum. @default {false} */
  readonly renormalize?: boolean;
  /** Puts runs into a changed model. @default {the model as it is} */
  readonly changed?: ChangedGroup | undefined;
}

/** Knocks out every head's attention to every word, each in its own run; a result's place is its head's in the order layer, head. */
export function knockOutHeads(
  text: TextTower,
  words: readonly SentenceWord[],
  { changed = (group) => group, renormalize }: KnockoutOptions = {},
): AsyncGenerator<GroupResult[]> {
  return runChanges(text, wordGroups(text, words, renormalize).map(changed));
}

/** The engine that knocks heads out of each word's sentence, which is loaded if it has not been. */
export function knockoutEngines(
  text: TextTower,
  words: readonly SentenceWord[],
): Promise<string[]> {
  return engineNames(text, wordGroups(text, words));
}

/** The runs of each word's sentence, one for each head. */
function wordGroups(
  text: TextTower,
  words: readonly SentenceWord[],
  renormalize = false,
): RunGroup[] {
  const heads = headsOfSet("all", text.tower.shape);
  const known = new Map<number, ChangedRun[]>();
  return words.map(({ sentence, position: key }) => {
    const runs = known.get(key) ?? heads.map(({ layer, head }): ChangedRun => ({
      of: "sentence",
      changes: [
        knockOut(`blocks.${layer - 1}.attn.hook_pattern`, { head: head - 1, key, renormalize }),
      ],
    }));
    known.set(key, runs);
    return { sentences: { sentence }, runs };
  });
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
): AsyncGenerator<GroupResult[]> {
  const ofLayers = Map.groupBy(heads, ({ layer }) => layer);
  const alike = Map.groupBy(words.keys(), (index) => words[index]!.position);
  for (const [key, indices] of alike) {
    const interventions = Array.from(
      ofLayers,
      ([layer, heads]) => blind(`blocks.${layer - 1}.attn`, { heads, key, renormalize }),
    );
    for (let first = 0; first < indices.length; first += SENTENCES_PER_BATCH) {
      const batch = indices.slice(first, first + SENTENCES_PER_BATCH);
      const sentences = batch.map((index) => words[index]!.sentence.sentence);
      const embeddings = await text.run(sentences, { interventions });
      yield batch.map((index, row) => ({ index, place: 0, embedding: embeddings.row(row).data }));
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
