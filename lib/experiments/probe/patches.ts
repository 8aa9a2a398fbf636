/** Patched runs at the end token: along a direction that was fitted to other pairs, and of the whole vector. */

import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { add, type ChangedRun, edit, type Intervention } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { innerProduct } from "../../stats/inner_product.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { Directions } from "./fit.ts";
import { type EndResiduals, residualHooks } from "./residuals.ts";

/** How the residual stream at the end token is patched: along a direction, or whole. */
export type Patch = keyof Directions | "full";

/** The sentence pairs whose patches are in memory at once. */
const PAIRS_AT_ONCE = 32;

export const ALONG: readonly Patch[] = ["means", "probe"];

export interface PatchPlace {
  /** The block's number from 1. */
  readonly layer: number;
  readonly patch: Patch;
}

export interface PatchedPair {
  readonly pair: AlignedPair;
  readonly residuals: EndResiduals;
  /** The directions for this pair, the first block's first; whole vectors are patched without them. @default {none} */
  readonly directions?: readonly Directions[];
}

/** The patches along directions, in the order layer, direction. */
export function alongPlaces(layers: number): PatchPlace[] {
  return Array.from({ length: layers }, (_, block) => block + 1)
    .flatMap((layer) => ALONG.map((patch) => ({ layer, patch })));
}

/** The patches of whole vectors that have to be run. That of the last block is the negated run's own, whose score is known. */
export function fullPlaces(layers: number): PatchPlace[] {
  return Array.from({ length: layers - 1 }, (_, block) => ({ layer: block + 1, patch: "full" }));
}

/** Runs patches of some pairs in the affirmative sentences. Returns the results batch by batch; a result's place is that of its patch. */
export async function* runPatches(
  text: TextTower,
  pairs: readonly PatchedPair[],
  places: readonly PatchPlace[],
): AsyncGenerator<GroupResult[]> {
  const hooks = residualHooks(text.tower.shape.layers);
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const groups = pairs.slice(first, first + PAIRS_AT_ONCE).map((patched): RunGroup => {
      const { affirmative } = patched.pair;
      const runs = places.map(({ layer, patch }): ChangedRun => (
        { of: "affirmative", changes: [patchOf(patched, hooks[layer - 1]!, { layer, patch })] }
      ));
      return { sentences: { affirmative }, runs };
    });
    for await (const results of runChanges(text, groups)) {
      yield results.map(({ index, ...result }) => ({ ...result, index: first + index }));
    }
  }
}

/** The change at the end token: along a direction w, h becomes h + w w·(negated - affirmative); without one, the negated vector. */
function patchOf(
  { pair: { affirmative: { pooled } }, residuals, directions }: PatchedPair,
  hook: string,
  { layer, patch }: PatchPlace,
): Intervention {
  const [negated, affirmative] = [residuals.negated, residuals.affirmative].map((vectors) =>
    vectors[layer - 1]!
  ) as [Float32Array, Float32Array];
  if (patch === "full") return edit(hook, (value) => value.row(0).row(pooled).data.set(negated));
  const direction = directions![layer - 1]![patch];
  const length = innerProduct(direction, negated) - innerProduct(direction, affirmative);
  return add(hook, direction.map((x) => x * length), { position: pooled });
}
