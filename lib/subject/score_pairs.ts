/** Pairs with all that the experiments read of them: embeddings, scores, tokens and roles. */

import type { Clip } from "../model/clip.ts";
import type { Pair, Protocol } from "../data/pairs.ts";
import type { Table } from "../tables/table.ts";
import {
  type Embeddings,
  embedImages,
  embedSentences,
  type ImageReader,
  type Progress,
} from "./embed.ts";
import { evaluatePairs, type EvaluateRow } from "./score_rows.ts";
import { type AlignedPair, type PreparedPairs, preparePairs } from "./prepare.ts";

/** A row's scores with its sentence pair. */
export interface ScoredPair {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** The row's sentence pair. */
  readonly pair: AlignedPair;
}

/** Scored pairs. */
export interface ScoredPairs extends PreparedPairs {
  /** Embeddings of the images by name. */
  readonly images: Embeddings;
  /** Embeddings of the sentences. */
  readonly sentences: Embeddings;
  /** evaluate.csv. */
  readonly evaluate: Table<EvaluateRow>;
  /** Each row's scores with its sentence pair, in the order of the pairs. */
  readonly rows: readonly ScoredPair[];
}

/** How to score. */
export interface ScoreOptions {
  /** How the two sentences of a pair are aligned. */
  readonly protocol: Protocol;
  /** Where the images come from. */
  readonly read: ImageReader;
  /** Called with the number of images done. */
  readonly progress?: Progress | undefined;
}

/**
 * Embeds and scores pairs, and makes their sentences ready for the text tower's experiments.
 *
 * @param clip The model, with both towers.
 * @param pairs The rows.
 * @param options The protocol, and where the images come from.
 * @throws {NegscopeError} If a pair cannot be aligned; the message names it.
 */
export async function scorePairs(
  clip: Clip,
  pairs: readonly Pair[],
  { protocol, read, progress }: ScoreOptions,
): Promise<ScoredPairs> {
  const { distinct, indexOfRow } = preparePairs(clip.text, pairs, { protocol });
  const images = await embedImages(clip.image, pairs, { read, progress });
  const sentences = await embedSentences(clip.text, pairs);
  const evaluate = evaluatePairs(clip.text, pairs, { sentences, images });
  const rows = evaluate.rows.map((scores, row) => ({ scores, pair: distinct[indexOfRow[row]!]! }));
  return { distinct, indexOfRow, images, sentences, evaluate, rows };
}
