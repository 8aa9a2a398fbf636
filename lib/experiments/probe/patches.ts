/** Patched runs at the end token: along a direction that was fitted to other pairs, and of the whole vector. */

import { runVariants, type Variant } from "../../engine/run/variants.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { idsInput, type TextTower } from "../../model/text/text_tower.ts";
import { innerProduct } from "../../stats/inner_product.ts";
import type { GroupResult } from "../../subject/once_per_group.ts";
import type { AlignedPair } from "../../subject/prepare.ts";
import type { Directions } from "./fit.ts";
import { type EndResiduals, residualHooks } from "./residuals.ts";

/** How the residual stream at the end token is patched: along a direction, or whole. */
export type Patch = keyof Directions | "full";

/** The patches along directions. */
export const ALONG: readonly Patch[] = ["means", "probe"];

/** A patch in a block. */
export interface PatchPlace {
  /** The block's number from 1. */
  readonly layer: number;
  /** What is patched there. */
  readonly patch: Patch;
}

/** A pair with what it is patched with. */
export interface PatchedPair {
  /** The sentences. */
  readonly pair: AlignedPair;
  /** Their residual streams at the end token. */
  readonly residuals: EndResiduals;
  /** The directions for this pair, the first block's first; whole vectors are patched without them. @default {none} */
  readonly directions?: readonly Directions[];
}

/**
 * The patches along directions, in the order layer, direction.
 *
 * @param layers The number of blocks.
 */
export function alongPlaces(layers: number): PatchPlace[] {
  return Array.from({ length: layers }, (_, block) => block + 1)
    .flatMap((layer) => ALONG.map((patch) => ({ layer, patch })));
}

/**
 * The patches of whole vectors that have to be run. That of the last block is the negated run's own, whose score is known.
 *
 * @param layers The number of blocks.
 */
export function fullPlaces(layers: number): PatchPlace[] {
  return Array.from({ length: layers - 1 }, (_, block) => ({ layer: block + 1, patch: "full" }));
}

/**
 * Runs patches of some pairs in the affirmative sentences.
 *
 * @param text The text tower.
 * @param pairs The pairs.
 * @param places The patches.
 * @returns The results batch by batch; a result's place is that of its patch.
 */
export async function* runPatches(
  text: TextTower,
  pairs: readonly PatchedPair[],
  places: readonly PatchPlace[],
): AsyncGenerator<GroupResult[]> {
  const hooks = residualHooks(text.tower.shape.layers);
  const jobs = pairs.map(({ pair, residuals, directions }) => ({
    ids: pair.affirmative.ids,
    variants: places.map(({ layer, patch }): Variant => {
      const block = layer - 1;
      const change = (value: Tensor) =>
        patchEnd(value.row(pair.affirmative.pooled).data, {
          negated: residuals.negated[block]!,
          affirmative: residuals.affirmative[block]!,
          direction: patch === "full" ? undefined : directions![block]![patch],
        });
      return { changes: new Map([[hooks[block]!, change]]) };
    }),
  }));
  for await (const batch of runVariants(text.tower, jobs, idsInput)) {
    yield batch.map(({ job, variant, embedding }) => ({ index: job, place: variant, embedding }));
  }
}

/**
 * Patches a vector in place: with w the direction, it becomes h + w w·(negated - affirmative); without a direction, the negated one.
 *
 * @param vector h, the vector of the affirmative run, [width].
 * @param source The vectors of both runs, and the direction.
 */
export function patchEnd(
  vector: Float32Array,
  { negated, affirmative, direction }: {
    readonly negated: Float32Array;
    readonly affirmative: Float32Array;
    readonly direction: Float64Array | undefined;
  },
): void {
  if (direction === undefined) return vector.set(negated);
  const length = innerProduct(direction, negated) - innerProduct(direction, affirmative);
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! + direction[i]! * length;
}
