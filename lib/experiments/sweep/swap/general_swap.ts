/** Runs with swapped nodes by the general engine, which stops at every swapped node. */

import { runHooked } from "../../../engine/run/hooked_run.ts";
import { runVariants, type Variant } from "../../../engine/run/variants.ts";
import type { ActivationCache } from "../../../hooks/cache.ts";
import type { Tensor } from "../../../hooks/tensor.ts";
import { idsInput } from "../../../model/text/text_tower.ts";
import type { Tower } from "../../../engine/tower.ts";
import { type Node, nodeHook } from "../../nodes/node.ts";
import type { SwapPair, SwappedRun, SwapResult } from "./swapped_run.ts";

/** The pairs whose activations are in memory at once: 1 MB a pair in ViT-B/32 size. */
const PAIRS_AT_ONCE = 32;

/** The two sentences of a pair, in the order in which they are cached. */
const SENTENCES = ["negated", "affirmative"] as const;

/**
 * Runs all pairs. No result depends on the other pairs.
 *
 * @param tower The text tower.
 * @param pairs Minimal pairs with their runs.
 * @returns The results, batch by batch.
 */
export async function* generalSwap(
  tower: Tower,
  pairs: readonly SwapPair[],
): AsyncGenerator<SwapResult[]> {
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.pair.negated.ids.length);
  for (const indices of lengths.values()) {
    for (let first = 0; first < indices.length; first += PAIRS_AT_ONCE) {
      yield* swapChunk(tower, pairs, indices.slice(first, first + PAIRS_AT_ONCE));
    }
  }
}

/** Runs some pairs of equal length. */
async function* swapChunk(
  tower: Tower,
  pairs: readonly SwapPair[],
  indices: readonly number[],
): AsyncGenerator<SwapResult[]> {
  const own = indices.map((index) => pairs[index]!);
  const hooks = own.flatMap(({ runs }) => runs.flatMap(({ nodes }) => nodes.map(nodeHook)));
  const ids = own.flatMap(({ pair }) => SENTENCES.map((sentence) => pair[sentence].ids));
  const { cache } = await runHooked(tower, {
    batches: [{
      rows: [...ids.keys()],
      positions: ids[0]!.length,
      input: () => idsInput(ids),
    }],
    rowNames: own.flatMap(({ pair }) => SENTENCES.map((sentence) => pair[sentence].sentence)),
    keep: [...new Set(hooks)],
  });
  const places = own.flatMap(({ runs }, i) =>
    SENTENCES.map((sentence, row) => ({
      index: indices[i]!,
      ids: own[i]!.pair[sentence].ids,
      other: 2 * i + 1 - row, // the cache's row of the other sentence
      runs: [...runs.keys()].filter((run) => runs[run]!.sentence === sentence),
    }))
  );
  const jobs = places.map(({ ids, other, runs, index }) => ({
    ids,
    variants: runs.map((run) => swapping(pairs[index]!.runs[run]!, { cache, row: other })),
  }));
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => {
      const { index, runs } = places[job]!;
      return { index, run: runs[variant]!, embedding };
    });
  }
}

/** The variant that gives nodes the values of another row. */
function swapping(
  { nodes, position }: SwappedRun,
  other: { readonly cache: ActivationCache; readonly row: number },
): Variant {
  const byHook = Map.groupBy(nodes, nodeHook);
  return {
    changes: new Map(
      [...byHook].map(([hook, own]) => [
        hook,
        (value: Tensor) => copyNodes(value, other.cache.row(hook, other.row), own, position),
      ]),
    ),
  };
}

/** Copies some nodes' values of a hook point, at one position or at all. */
function copyNodes(
  to: Tensor,
  from: Tensor,
  nodes: readonly Node[],
  position: number | undefined,
): void {
  const positions = position === undefined ? [...Array(to.shape[0]!).keys()] : [position];
  for (const { kind, head } of nodes) {
    const size = kind === "head" ? to.stride(1) : to.stride(0);
    for (const at of positions) {
      const start = at * to.stride(0) + (kind === "head" ? (head! - 1) * size : 0);
      to.data.set(from.data.subarray(start, start + size), start);
    }
  }
}
