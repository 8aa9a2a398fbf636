/** Ablates each part of the image tower: replaces its output with its output on a flat image (method of Quantmeyer's thesis). */

import { generalRuns } from "../../engine/changes/general_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { Tensor } from "../../hooks/tensor.ts";

/** A part of a block of the image tower. */
export type Part = "attn_out" | "mlp_out";

/** All parts in the order of computation. */
export const PARTS: readonly Part[] = ["attn_out", "mlp_out"];

/** The hook points whose values are replaced. */
export const ABLATED: readonly string[] = PARTS.map((part) => `vision.blocks.*.hook_${part}`);

/** The embedding of an image with one part of one block ablated. */
export interface Ablated {
  /** The image's index in the given list. */
  readonly index: number;
  /** The block's number from 1. */
  readonly layer: number;
  /** The part of the block. */
  readonly part: Part;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** The most rows in one batch: images and their ablated copies. */
const ROWS_PER_BATCH = 32;

/**
 * An image of the same size with every pixel set to the mean of its channel.
 *
 * @param pixels A preprocessed image, [channel, row, column].
 */
export function flatImage(pixels: Tensor): Tensor {
  const flat = pixels.clone();
  for (let channel = 0; channel < pixels.shape[0]!; channel++) {
    const values = pixels.row(channel).data;
    const sum = values.reduce((total, value) => total + value, 0);
    flat.row(channel).data.fill(sum / values.length);
  }
  return flat;
}

/** Where images come from, and what replaces the flat image. */
export interface AblateOptions {
  /** Returns a preprocessed image by name; called once for each name. */
  readonly pixels: (name: string) => Promise<Tensor>;
  /** Makes the image on which the replacing outputs are computed. @default {flatImage} */
  readonly baseline?: (pixels: Tensor) => Tensor;
}

/**
 * Ablates every part of every block, each in its own run: the part's output at all positions is replaced with that on the flat
 * image.
 *
 * The images run once; a changed run joins where it differs, and goes through the rest of the tower. No result depends on the other images.
 * Returns the results batch by batch; those of an image are in the order layer, part.
 */
export async function* ablateImages(
  image: ImageTower,
  names: readonly string[],
  { pixels, baseline = flatImage }: AblateOptions,
): AsyncGenerator<Ablated[]> {
  const { tower } = image;
  await tower.prepare(ABLATED);
  const cells = Array.from({ length: tower.shape.layers }, (_, block) => block + 1)
    .flatMap((layer) => PARTS.map((part) => ({ layer, part })));
  const runs = cells.map(({ layer, part }): ChangedRun => ({
    of: "image",
    changes: [patch(`vision.blocks.${layer - 1}.hook_${part}`, { from: "flat" })],
  }));
  const size = Math.max(1, Math.floor(ROWS_PER_BATCH / (1 + runs.length)));
  for (let first = 0; first < names.length; first += size) {
    const batch = await Promise.all(names.slice(first, first + size).map(pixels));
    const groups = batch.map((pixels) => ({
      sentences: { image: pixels, flat: baseline(pixels) },
      runs,
    }));
    for await (
      const results of generalRuns(tower, groups, {
        input: (images) => image.input(images),
        positionsOf: () => image.positions,
      })
    ) {
      yield results.map(({ index, place, embedding }) => (
        { index: first + index, ...cells[place]!, embedding }
      ));
    }
  }
}
