/** The residual stream at the end token, for both sentences of each pair and every block. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import { siteHook } from "../trace/cells.ts";

/** The residual stream at the end token of a pair's sentences; block k is at index k - 1, each vector is [width]. */
export interface EndResiduals {
  readonly negated: readonly Float32Array[];
  readonly affirmative: readonly Float32Array[];
}

/** The number of sentence pairs that run together; all positions of their residual streams are in memory at once. */
const PAIRS_AT_ONCE = 32;

export function residualHooks(layers: number): string[] {
  return Array.from({ length: layers }, (_, block) => siteHook("resid", block + 1));
}

/**
 * Reads the residual stream of both sentences of each pair. In memory stays only what is at the end tokens: for each pair 8 bytes for
 * each block and dimension.
 */
export async function endResiduals(
  text: TextTower,
  pairs: readonly AlignedPair[],
): Promise<EndResiduals[]> {
  const hooks = residualHooks(text.tower.shape.layers);
  const made: EndResiduals[] = [];
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const batch = pairs.slice(first, first + PAIRS_AT_ONCE);
    const sentences = batch.flatMap(({ negated, affirmative }) => [negated, affirmative]);
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    const atEnd = ({ pooled }: TokenizedSentence, row: number) =>
      hooks.map((hook) => cache.row(hook, row).row(pooled).data.slice());
    batch.forEach(({ negated, affirmative }, i) => {
      made.push({
        negated: atEnd(negated, 2 * i),
        affirmative: atEnd(affirmative, 2 * i + 1),
      });
    });
  }
  return made;
}
