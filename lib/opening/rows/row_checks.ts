/** What can be wrong with rows besides their values: images or embeddings of them that cannot be read, and sentences that the model cannot. */

import { type BadRow, joinBadRows, type RowProblem, rowProblem } from "../../data/bad_rows.ts";
import { checkBox, decodeImage, imageSize } from "../../images/decode_image.ts";
import { imageReader, readImage, resolveImage } from "../../images/image_folder.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../../data/pairs.ts";
import { onDisk } from "../../files/disk.ts";
import { boxOf, fileOf } from "../../reading/picture.ts";
import { loadSentences } from "../../model/text/text_tower.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import { readEmbedding, type StoredEmbeddings } from "../embeddings/stored_embeddings.ts";
import type { GivenEmbeddings } from "../../study/choice/inputs.ts";
import { unalignedRows } from "../../study/rows/prepare.ts";
import { longRows } from "../../study/rows/row_lengths.ts";
import { rowsOfImages, rowsWithoutImage } from "../../study/rows/unreadable_images.ts";

export interface RowChecks {
  /** The folder of the images; absent if none are read. */
  readonly folder: string | undefined;
  /** Image embeddings made elsewhere, if they are used. */
  readonly stored?: StoredEmbeddings | undefined;
  readonly modelFolder: string;
  /** The tokeniser's own file or folder, if it is not the model's. */
  readonly tokenizer: string | undefined;
  readonly weights?: string | undefined;
  /** How the sentences are aligned; absent if they are not. */
  readonly protocol: Protocol | undefined;
}

/** Finds the rows that cannot be used, by reading every image, every image embedding made elsewhere, and tokenising every sentence. */
export async function unusableRows(
  pairs: readonly Pair[],
  { folder, stored, modelFolder, tokenizer, weights, protocol }: RowChecks,
): Promise<BadRow[]> {
  const text = await loadSentences(onDisk(modelFolder), { tokenizer, weights });
  return joinBadRows([
    ...folder === undefined ? [] : await rowsWithoutImage(pairs, {
      read: imageReader(folder),
      decode: decodePart,
    }),
    ...stored === undefined ? [] : (await findEmbeddings(stored, pairs)).bad,
    ...await inTurns(
      protocol === undefined ? longRows(text, pairs) : unalignedRows(text, pairs, { protocol }),
    ),
  ]);
}

async function decodePart(bytes: Uint8Array, { name }: { readonly name: string }): Promise<void> {
  const size = await decodeImage(bytes, { name });
  const box = boxOf(name);
  if (box !== undefined) checkBox(size, { box, image: fileOf(name), where: `row "${name}"` });
}

/** Finds the image of every pair. Returns paths by image name, and the rows whose image is missing or lies outside the folder. */
export async function findImages(
  folder: string,
  pairs: readonly Pair[],
): Promise<{ readonly paths: ReadonlyMap<string, string>; readonly bad: readonly BadRow[] }> {
  const paths = new Map<string, string>();
  const failures = new Map<string, RowProblem>();
  for (const [name, { id }] of firstOfEachImage(pairs)) {
    try {
      paths.set(name, await resolveImage(folder, name, { pair: id }));
      const box = boxOf(name);
      if (box === undefined) continue;
      const bytes = await readImage(folder, name, { pair: id });
      checkBox(await imageSize(bytes, name), { box, image: fileOf(name), where: `row "${id}"` });
    } catch (error) {
      failures.set(name, rowProblem(error));
    }
  }
  return { paths, bad: rowsOfImages(pairs, failures) };
}

/** Reads the embedding of every pair's image. Returns the embeddings, and the rows whose image has none that can be used. */
export async function findEmbeddings(
  stored: StoredEmbeddings,
  pairs: readonly Pair[],
): Promise<{ readonly embeddings: GivenEmbeddings; readonly bad: readonly BadRow[] }> {
  const vectors = new Map<string, Float32Array>();
  const failures = new Map<string, RowProblem>();
  await inTurns(function* (): Steps<void> {
    for (const [name, { id }] of firstOfEachImage(pairs)) {
      yield;
      try {
        vectors.set(name, readEmbedding(stored, name, { pair: id }));
      } catch (error) {
        failures.set(name, rowProblem(error));
      }
    }
  }());
  const { path, files } = stored;
  return { embeddings: { path, files, vectors }, bad: rowsOfImages(pairs, failures) };
}
