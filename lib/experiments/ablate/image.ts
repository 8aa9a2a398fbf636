/** Ablates each part of the image tower: replaces its output with its output on a flat image (method of Quantmeyer's thesis). */

import { generalRuns } from "../../engine/changes/general_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { Similarity } from "../../model/families.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { inParts, oncePerGroup } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";

const PARTS = ["attn", "mlp"] as const;

export const ABLATED: readonly string[] = PARTS.map((part) => `vision.blocks.*.hook_${part}_out`);

/** The most rows in one batch: images and their ablated copies. */
const ROWS_PER_BATCH = 32;

/** An image of the same size, [channel, row, column], with every pixel set to the mean of its channel. */
function flatImage(pixels: Tensor): Tensor {
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

/**
 * Ablates every part of the image tower, each in its own run of every image: its output at all positions is replaced with that on the flat
 * image. No result depends on the other images. Returns for each row d with each part ablated, in the order layer, part.
 *
 * @param pixels Returns a preprocessed image by name; called once for each name.
 * @param kept Holds these by a row's id; new ones are added.
 */
export async function ablateScores(
  image: ImageTower,
  rows: readonly EvaluateRow[],
  { pixels, sentences, similarity, kept, progress }: Partial<Pick<Phase, "kept" | "progress">> & {
    readonly pixels: (name: string) => Promise<Tensor>;
    readonly sentences: Embeddings;
    readonly similarity: Similarity;
  },
): Promise<(readonly number[])[]> {
  const { tower } = image;
  await tower.prepare(ABLATED);
  const runs = imageParts(tower.shape.layers).map(({ layer, part }): ChangedRun => ({
    of: "image",
    changes: [patch(`vision.blocks.${layer - 1}.hook_${part}_out`, { from: "flat" })],
  }));
  const size = Math.max(1, Math.floor(ROWS_PER_BATCH / (1 + runs.length)));
  return await oncePerGroup(rows, {
    groupOf: (row) => row.image,
    idOf: ({ id }) => id,
    sizeOf: () => runs.length,
    run: (names) =>
      inParts(names, size, async function* (part) {
        const groups = (await Promise.all(part.map(pixels)))
          .map((image) => ({ sentences: { image, flat: flatImage(image) }, runs }));
        yield* generalRuns(tower, groups, {
          input: (images) => image.input(images),
          positionsOf: () => image.positions,
        });
      }),
    score: ({ caption, foil }, embedding) =>
      similarity.score(sentences.get(caption)!, embedding) -
      similarity.score(sentences.get(foil)!, embedding),
    ...{ kept, progress },
  });
}
