/** The rows of ablation.csv: every row scored with each part of the image tower ablated. */

import { type GroupResult, oncePerGroup } from "../../study/rows/once_per_group.ts";
import type { Similarity } from "../../model/families.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import { ablateImages, type AblateOptions, PARTS } from "./ablate.ts";
import type { ImageAblationRow } from "./tables.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";

/** The names of the parts as nodes. */
const NODES = { attn_out: "attn", mlp_out: "mlp" };

/** Where images come from, and what they are scored with. */
export interface AblateRowsOptions extends AblateOptions {
  readonly sentences: Embeddings;
  /** How sentences and images are scored. @default {as the image tower's file says, if it holds both towers, or its family} */
  readonly similarity?: Similarity;
  /** Holds, by a row's id, d with each part ablated, in the order layer, part; new values are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
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
  const count = image.tower.shape.layers * PARTS.length;
  return await oncePerGroup(rows, {
    groupOf: (row) => row.image,
    idOf: ({ id }) => id,
    sizeOf: () => count,
    run: (names) => runParts(image, names, how),
    score: ({ caption, foil }, embedding) =>
      similarity.score(sentences.get(caption)!, embedding) -
      similarity.score(sentences.get(foil)!, embedding),
    kept,
    progress,
  });
}

/** A line of ablation.csv. */
export function ablationRow(
  { id, negation, segment, d }: EvaluateRow,
  ablated: readonly number[],
  place: number,
): ImageAblationRow {
  const d_ablated = ablated[place]!;
  const layer = Math.floor(place / PARTS.length) + 1;
  const part = PARTS[place % PARTS.length]!;
  return {
    ...{ id, negation, segment, tower: "image", node: `${NODES[part]} ${layer}` },
    method: "flat",
    role: "all",
    layer,
    head: undefined,
    part,
    d,
    d_ablated,
    effect: d - d_ablated,
  };
}

/** Ablates the parts of some images; a result's place is its part's place in the order layer, part. */
async function* runParts(
  image: ImageTower,
  names: readonly string[],
  how: AblateOptions,
): AsyncGenerator<GroupResult[]> {
  for await (const results of ablateImages(image, names, how)) {
    yield results.map(({ index, layer, part, embedding }) => (
      { index, place: (layer - 1) * PARTS.length + PARTS.indexOf(part), embedding }
    ));
  }
}
