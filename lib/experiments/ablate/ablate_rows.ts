/** The rows of ablation.csv: every row scored with each part of the image tower ablated. */

import { type GroupResult, oncePerGroup } from "../../subject/once_per_group.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import { ablateImages, type AblateOptions, PARTS } from "./ablate.ts";
import type { AblationRow } from "./tables.ts";
import type { Embeddings, Progress } from "../../subject/embeddings/embed.ts";
import type { EvaluateRow } from "../../subject/score_rows.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";

/** Where images come from, and what they are scored with. */
export interface AblateRowsOptions extends AblateOptions {
  /** Embeddings of the rows' sentences. */
  readonly sentences: Embeddings;
  /** Holds, by a row's id, d with each part ablated, in the order layer, part; new values are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
}

/**
 * Ablates every part of the image tower for every image and scores each of its rows.
 *
 * @param image The image tower.
 * @param rows The rows with their scores.
 * @param options The images, the sentences, and where results and progress go.
 * @returns For each row its lines of ablation.csv, in the order layer, part.
 */
export async function ablateRows(
  image: ImageTower,
  rows: readonly EvaluateRow[],
  { sentences, kept, progress, ...how }: AblateRowsOptions,
): Promise<AblationRow[][]> {
  const count = image.tower.shape.layers * PARTS.length;
  const ablated = await oncePerGroup(rows, {
    groupOf: (row) => row.image,
    idOf: ({ id }) => id,
    sizeOf: () => count,
    run: (names) => runParts(image, names, how),
    score: ({ caption, foil }, embedding) =>
      image.family.similarity.score(sentences.get(caption)!, embedding) -
      image.family.similarity.score(sentences.get(foil)!, embedding),
    kept,
    progress,
  });
  return rows.map(({ id, negation, segment, d }, row) =>
    ablated[row]!.map((d_ablated, place): AblationRow => ({
      ...{ id, negation, segment },
      layer: Math.floor(place / PARTS.length) + 1,
      part: PARTS[place % PARTS.length]!,
      d,
      d_ablated,
      effect: d - d_ablated,
    }))
  );
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
