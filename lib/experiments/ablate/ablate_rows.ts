/** The rows of ablation.csv: every row scored with each part of the image tower ablated. */

import type { ImageTower } from "../../model/image/image_tower.ts";
import { ablateImages, type AblateOptions, PARTS } from "./ablate.ts";
import type { AblationRow } from "./tables.ts";
import type { Embeddings } from "../../subject/embed.ts";
import type { EvaluateRow } from "../evaluate/evaluate.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";

/** Where images come from, and what to score with. */
export interface AblateRowsOptions extends AblateOptions {
  /** Embeddings of the rows' sentences. */
  readonly sentences: Embeddings;
  /** d of a row with each part ablated by its id, in the order layer, part: those that are known, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
}

/**
 * Ablates every part of the image tower for every image and scores each row of it.
 *
 * @param image The image tower.
 * @param rows The rows with their scores.
 * @param options The images, the sentences, and what happens as rows are done.
 * @returns For each row its lines of ablation.csv, in the order layer, part.
 */
export async function ablateRows(
  image: ImageTower,
  rows: readonly EvaluateRow[],
  { sentences, kept, progress, ...how }: AblateRowsOptions,
): Promise<AblationRow[][]> {
  const count = image.tower.shape.layers * PARTS.length;
  const ablated = rows.map(({ id }) => {
    const known = kept?.get(id);
    return known?.length === count ? known : undefined;
  });
  const rowsOfImage = Map.groupBy(rows.keys(), (row) => rows[row]!.image);
  const unfinished = [...rowsOfImage.keys()].filter((name) =>
    rowsOfImage.get(name)!.some((row) => ablated[row] === undefined)
  );
  const finished = rowsOfImage.size - unfinished.length;
  const batches = ablateImages(image, unfinished, {
    ...how,
    progress: (done) => progress?.(finished + done, rowsOfImage.size),
  });
  for await (const batch of batches) {
    for (const [index, results] of Map.groupBy(batch, ({ index }) => index)) {
      for (const row of rowsOfImage.get(unfinished[index]!)!) {
        const { id, caption, foil } = rows[row]!;
        const own = results.map(({ embedding }) =>
          image.family.similarity.score(sentences.get(caption)!, embedding) -
          image.family.similarity.score(sentences.get(foil)!, embedding)
        );
        ablated[row] = own;
        await kept?.keep(id, own);
      }
    }
  }
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
