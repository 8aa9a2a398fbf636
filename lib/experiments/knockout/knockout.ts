/** Knocks out a head's attention to a word, such as the negator: sets its attention weights on the word to 0. */

import { engineNames, runChanges } from "../../engine/changes/run_changes.ts";
import type { ChangedGroup } from "../../engine/changes/changed_model.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { type ChangedRun, knockOut } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import { headsOfSet } from "../head_set.ts";
import type { SentenceWord } from "./word.ts";

/** Options of the knock-out. */
export interface KnockoutOptions {
  /** Whether each query's other weights are divided by their sum. @default {false} */
  readonly renormalize?: boolean;
  /** Puts runs into a changed model. @default {the model as it is} */
  readonly changed?: ChangedGroup | undefined;
}

/** The embedding of a sentence without one head's attention to a word. */
export interface KnockedOut extends NamedHead {
  /** The word's index in the given list. */
  readonly index: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** Knocks out every head's attention to every word, each in its own run. */
export async function* knockOutHeads(
  text: TextTower,
  words: readonly SentenceWord[],
  options: KnockoutOptions = {},
): AsyncGenerator<KnockedOut[]> {
  const heads = headsOfSet("all", text.tower.shape);
  const groups = wordGroups(words, heads, options);
  const changed = options.changed === undefined ? groups : groups.map(options.changed);
  for await (const results of runChanges(text, changed)) {
    yield results.map(({ index, place, embedding }) => ({ index, ...heads[place]!, embedding }));
  }
}

/** The engine that knocks heads out of each word's sentence, which is loaded if it has not been. */
export function knockoutEngines(
  text: TextTower,
  words: readonly SentenceWord[],
): Promise<string[]> {
  return engineNames(text, wordGroups(words, headsOfSet("all", text.tower.shape), {}));
}

/** The runs of each word's sentence, one for each head. */
function wordGroups(
  words: readonly SentenceWord[],
  heads: readonly NamedHead[],
  { renormalize = false }: KnockoutOptions,
): RunGroup[] {
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
