/** The sweep of causal tracing: many patched runs of the affirmative sentence in one growing batch. */

import { runHooked } from "../../engine/run/hooked_run.ts";
import { runVariants, type Variant } from "../../engine/run/variants.ts";
import { idsInput } from "../../model/text/text_tower.ts";
import type { Tower } from "../../engine/tower.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { type Cell, type Site, siteHook, type SweepSentences } from "./trace_cells.ts";

/** A pair with the cells to run. */
export interface SweepPair {
  readonly pair: SweepSentences;
  readonly cells: readonly Cell[];
}

/** The embedding from a patched run. */
export interface SweepResult {
  /** The pair's index in the given list. */
  readonly index: number;
  readonly cell: Cell;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** The pairs whose activations are in memory at once: less than 1 MB a pair in ViT-B/32 size. */
const PAIRS_AT_ONCE = 32;

/**
 * Runs all cells of kind `run`.
 *
 * Each affirmative sentence runs once; a patched run joins its batch where it is patched, and goes only through the later blocks. No
 * result depends on the other pairs.
 *
 * @param tower The text tower.
 * @param pairs The pairs with their cells.
 * @param site The patched site.
 * @returns The results batch by batch.
 */
export async function* generalSweep(
  tower: Tower,
  pairs: readonly SweepPair[],
  site: Site,
): AsyncGenerator<SweepResult[]> {
  const lengths = Map.groupBy(
    pairs.keys(),
    (index) => pairs[index]!.pair.negated.ids.length,
  );
  for (const indices of lengths.values()) {
    for (let first = 0; first < indices.length; first += PAIRS_AT_ONCE) {
      const own = indices.slice(first, first + PAIRS_AT_ONCE);
      const swept = sweepChunk(tower, own.map((index) => pairs[index]!), site);
      for await (const results of swept) {
        yield results.map((result) => ({ ...result, index: own[result.index]! }));
      }
    }
  }
}

/** Sweeps some pairs whose negated sentences have equally many tokens. */
async function* sweepChunk(
  tower: Tower,
  pairs: readonly SweepPair[],
  site: Site,
): AsyncGenerator<SweepResult[]> {
  const toRun = pairs.map(({ cells }) => cells.filter(({ kind }) => kind === "run"));
  const hooks = new Set(toRun.flatMap((cells) => cells.map(({ layer }) => siteHook(site, layer))));
  if (hooks.size === 0) return;
  const ids = pairs.map(({ pair }) => pair.negated.ids);
  const { cache } = await runHooked(tower, {
    batches: [{
      rows: [...ids.keys()],
      positions: ids[0]!.length,
      input: () => idsInput(ids),
    }],
    rowNames: pairs.map(({ pair }) => pair.negated.sentence),
    keep: [...hooks],
  });
  const jobs = pairs.map(({ pair }, row) => ({
    ids: pair.affirmative.ids,
    variants: toRun[row]!.map((cell) => patched(cell, siteHook(site, cell.layer), { cache, row })),
  }));
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => (
      { index: job, cell: toRun[job]![variant]!, embedding }
    ));
  }
}

/** The affirmative run with the negated run's vector at a cell: [width], or [head width] at site z. */
function patched(
  { position, target, head }: Cell,
  hook: string,
  negated: { readonly cache: ActivationCache; readonly row: number },
): Variant {
  const put = (value: Tensor) => {
    const atPosition = negated.cache.row(hook, negated.row).row(position);
    const own = head === undefined ? atPosition : atPosition.row(head - 1);
    const within = head === undefined ? 0 : (head - 1) * value.stride(1);
    value.data.set(own.data, target! * value.stride(0) + within);
  };
  return { changes: new Map([[hook, put]]) };
}
