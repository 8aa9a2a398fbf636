/** Ablates each part of the image tower: replaces its output with its output on a flat image (method of Quantmeyer's thesis). */

import { generalRuns } from "../../engine/changes/general_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { Similarity } from "../../model/families.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import {
  type GroupResult,
  inParts,
  type KeptRows,
  oncePerGroup,
} from "../../study/rows/once_per_group.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";

const PARTS = ["attn", "mlp"] as const;

export const ABLATED: readonly string[] = PARTS.map((part) => `vision.blocks.*.hook_${part}_out`);

/** The most rows in one batch: images and their ablated copies. */
const ROWS_PER_BATCH = 32;

/** An image of the same size, [channel, row, column], with every pixel set to the mean of its channel. */
export function flatImage(pixels: Tensor): Tensor {
  const flat = pixels.clone();
  for (let channel = 0; channel < pixels.shape[0]!; channel++) {
    const values = pixels.row(channel).data;
    const sum = values.reduce((total, value) => total + value, 0);
    flat.row(channel).data.fill(sum / values.length);
  }
  return flat;
}

/** The parts of the image tower, in the order layer, part. */
export function imageParts(layers: number) {
  return Array.from({ length: layers }, (_, block) => block + 1)
    .flatMap((layer) => PARTS.map((part) => ({ part, layer, head: undefined })));
}

interface AblateOptions {
  /** Returns a preprocessed image by name; called once for each name. */
  readonly pixels: (name: string) => Promise<Tensor>;
  /** Makes the image on which the replacing outputs are computed. @default {flatImage} */
  readonly baseline?: (pixels: Tensor) => Tensor;
}

export interface AblateRowsOptions extends AblateOptions {
  readonly sentences: Embeddings;
  /** How sentences and images are scored. @default {as the image tower's file says, if it holds both towers, or its family} */
  readonly similarity?: Similarity;
  /** Holds, by a row's id, d with each part ablated, in the order layer, part; new values are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * Ablates every part of the image tower for every image and scores each of its rows. Returns for each row d with each part ablated, in the
 * order layer, part.
 */
export async function ablateScores(
  image: ImageTower,
  rows: readonly EvaluateRow[],
  { sentences, similarity = image.family.similarity, kept, progress, ...how }: AblateRowsOptions,
): Promise<(readonly number[])[]> {
  const count = imageParts(image.tower.shape.layers).length;
  return await oncePerGroup(rows, {
    groupOf: (row) => row.image,
    idOf: ({ id }) => id,
    sizeOf: () => count,
    run: (names) => ablateImages(image, names, how),
    score: ({ caption, foil }, embedding) =>
      similarity.score(sentences.get(caption)!, embedding) -
      similarity.score(sentences.get(foil)!, embedding),
    kept,
    progress,
  });
}

/**
 * Ablates every part of every block, each in its own run: the part's output at all positions is replaced with that on the flat
 * image.
 *
 * The images run once; a changed run joins where it differs, and goes through the rest of the tower. No result depends on the other images.
 * Returns the results image by image; a result's place is that of its part in the order layer, part.
 */
export async function* ablateImages(
  image: ImageTower,
  names: readonly string[],
  { pixels, baseline = flatImage }: AblateOptions,
): AsyncGenerator<GroupResult[]> {
  const { tower } = image;
  await tower.prepare(ABLATED);
  const runs = imageParts(tower.shape.layers).map(({ layer, part }): ChangedRun => ({
    of: "image",
    changes: [patch(`vision.blocks.${layer - 1}.hook_${part}_out`, { from: "flat" })],
  }));
  const size = Math.max(1, Math.floor(ROWS_PER_BATCH / (1 + runs.length)));
  yield* inParts(names, size, async function* (part) {
    const batch = await Promise.all(part.map(pixels));
    const groups = batch.map((pixels) => ({
      sentences: { image: pixels, flat: baseline(pixels) },
      runs,
    }));
    yield* generalRuns(tower, groups, {
      input: (images) => image.input(images),
      positionsOf: () => image.positions,
    });
  });
}
