/** What each part of the image tower contributes: its output replaced by that on a flat image (method of Quantmeyer's thesis). */

import { unit } from "../clip/hooked_run.ts";
import type { ImageTower } from "../clip/image_tower.ts";
import type { LiveValues } from "../clip/live_values.ts";
import type { Station } from "../clip/plan.ts";
import type { Tensor } from "../hooks/tensor.ts";
import type { Progress } from "./embed.ts";

/** A part of a block of the image tower. */
export type Part = "attn_out" | "mlp_out";

/** All parts in the order of computation. */
export const PARTS: readonly Part[] = ["attn_out", "mlp_out"];

/** The embedding of an image with one part of one block ablated. */
export interface Ablated {
  /** The image's index in the list given. */
  readonly index: number;
  /** The block's number from 1. */
  readonly layer: number;
  readonly part: Part;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** Rows in one batch at the most: images and their ablated copies. */
const ROWS_PER_BATCH = 64;

/**
 * The image of the same size whose every pixel is the image's own per-channel mean.
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

/**
 * Ablates every part of every block, each in a run of its own: its output at all positions is that of the flat image.
 *
 * The images run once; at each part a copy of every row is appended that goes through the rest of the tower. No result depends on
 * what shares its batch.
 *
 * @param image The image tower.
 * @param images Preprocessed images.
 * @param options What to put in place of the flat image, for checks, and what is told of the progress.
 * @returns The results of one batch after the other, each image's in the order layer, part.
 */
export async function* ablateImages(
  image: ImageTower,
  images: readonly Tensor[],
  { baseline = flatImage, progress }: {
    readonly baseline?: (pixels: Tensor) => Tensor;
    readonly progress?: Progress | undefined;
  } = {},
): AsyncGenerator<Ablated[]> {
  const parts = PARTS.map((part) => `vision.blocks.*.hook_${part}`);
  await image.tower.prepare(parts);
  const size = Math.max(
    1,
    Math.floor(ROWS_PER_BATCH / (1 + image.tower.shape.layers * PARTS.length)),
  );
  for (let first = 0; first < images.length; first += size) {
    const batch = images.slice(first, first + size);
    const { cache } = await image.runWithCache(batch.map(baseline), parts);
    const rows: { index: number; layer: number; part: Part; row: number }[] = [];
    const visit = (station: Station, live: LiveValues) => {
      const hook = station.hooks.find((name) => cache.names.includes(name));
      if (hook === undefined) return;
      const layer = Number(hook.split(".")[2]) + 1;
      const part = PARTS.find((name) => hook.endsWith(name))!;
      const start = live.append(batch.map((_, row) => row));
      const value = image.tower.view(station, live);
      batch.forEach((_, i) => {
        value.row(start + i).data.set(cache.row(hook, i).data);
        rows.push({ index: first + i, layer, part, row: start + i });
      });
    };
    const embeddings = await image.tower.run(image.input(batch), {
      wanted: new Set(cache.names),
      visit,
    });
    yield rows.map(({ row, ...cell }) => ({ ...cell, embedding: unit(embeddings.row(row).data) }));
    progress?.(first + batch.length, images.length);
  }
}
