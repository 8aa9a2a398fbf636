/** The runs of all coalitions, each patched by itself in a growing batch: for any model with hook points. */

import { runVariants, type Variant } from "../../engine/run/variants.ts";
import type { Tower } from "../../engine/tower.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { idsInput } from "../../model/text/text_tower.ts";
import { siteHook } from "../sweep/trace_cells.ts";
import {
  type CoalitionResult,
  coalitionsOf,
  isIn,
  type Players,
  playersOf,
  type PlayingPair,
} from "./players.ts";

/** How many pairs have the residual stream of their negated sentence in memory. */
const PAIRS_AT_ONCE = 16;

/**
 * The hook points of the residual streams that are patched: those after every block but the last.
 *
 * @param layers The number of blocks.
 */
export function patchedHooks(layers: number): string[] {
  return Array.from({ length: layers - 1 }, (_, i) => siteHook("resid", i + 1));
}

/**
 * Runs every coalition of every pair at every layer between the first and the last.
 *
 * @param tower The text tower.
 * @param pairs Minimal pairs.
 * @returns The results batch by batch; none depends on the other pairs.
 * @throws {NegscopeError} If a hook point cannot be reached.
 */
export async function* generalCoalitions(
  tower: Tower,
  pairs: readonly PlayingPair[],
): AsyncGenerator<CoalitionResult[]> {
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.negated.ids.length);
  for (const alike of lengths.values()) {
    for (let first = 0; first < alike.length; first += PAIRS_AT_ONCE) {
      yield* runSome(tower, pairs, alike.slice(first, first + PAIRS_AT_ONCE));
    }
  }
}

async function* runSome(
  tower: Tower,
  pairs: readonly PlayingPair[],
  indices: readonly number[],
): AsyncGenerator<CoalitionResult[]> {
  const hooks = patchedHooks(tower.shape.layers);
  const own = indices.map((index) => pairs[index]!);
  const negated: ReadonlyMap<string, Tensor>[] = [];
  const unchanged = [{ changes: new Map(), keep: hooks }];
  const sources = own.map(({ negated: { ids } }) => ({ ids, variants: unchanged }));
  for await (const results of runVariants(tower, sources, idsInput)) {
    for (const { job, kept } of results) negated[job] = kept;
  }
  const runs = own.map((pair) => {
    const players = playersOf(pair);
    return hooks.flatMap((hook, i) =>
      coalitionsOf(players).map((coalition) => ({ players, hook, layer: i + 1, coalition }))
    );
  });
  const jobs = own.map(({ affirmative: { ids }, negator }, job) => ({
    ids,
    variants: runs[job]!.map(({ players, hook, coalition }): Variant => {
      const source = negated[job]!.get(hook)!;
      return {
        changes: new Map([[
          hook,
          (value) => patch(value, source, { players, coalition, negator }),
        ]]),
      };
    }),
  }));
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => {
      const { layer, coalition } = runs[job]![variant]!;
      return { index: indices[job]!, layer, coalition, embedding };
    });
  }
}

/** Puts the negated sentence's vectors, [position, width], at the positions of a coalition. */
function patch(value: Tensor, source: Tensor, { players, coalition, negator }: {
  readonly players: Players;
  readonly coalition: number;
  readonly negator: number;
}): void {
  players.of.forEach((player, i) => {
    if (!isIn(coalition, player)) return;
    value.row(negator + i).data.set(source.row(negator + i).data);
  });
}
