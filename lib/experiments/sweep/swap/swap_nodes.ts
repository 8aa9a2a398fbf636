/** Runs of a sentence in which chosen nodes take the values that they have in the other sentence of the pair. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { AlignedPair } from "../../../subject/prepare.ts";
import { fastSwap } from "./fast_swap.ts";
import { type SweepEngine, sweepEngine } from "../sweep.ts";
import { generalSwap } from "./general_swap.ts";
import type { SwapPair, SwapResult } from "./swapped_run.ts";

/**
 * Runs minimal pairs with swapped nodes; what is not swapped is computed anew.
 *
 * @param text The text tower.
 * @param pairs The pairs with their runs.
 * @returns The results, batch by batch; none depends on the other pairs.
 */
export async function* swapNodes(
  text: TextTower,
  pairs: readonly SwapPair[],
): AsyncGenerator<SwapResult[]> {
  const { streams } = await swapEngine(text, pairs.map(({ pair }) => pair));
  yield* streams === undefined ? generalSwap(text.tower, pairs) : fastSwap(streams, pairs);
}

/**
 * Loads what {@linkcode swapNodes} needs: the fast schedule if the model allows it, otherwise nothing.
 *
 * @param text The text tower.
 * @param pairs The pairs to run; their number decides whether more than one thread is started.
 */
export function swapEngine(
  text: TextTower,
  pairs: readonly Pick<AlignedPair, "affirmative" | "negator">[],
): Promise<SweepEngine> {
  return sweepEngine(text, pairs, { atMlp: true });
}
