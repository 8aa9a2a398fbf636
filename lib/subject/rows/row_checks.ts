/** What can be wrong with rows besides their values: images or embeddings of them that cannot be read, and sentences that the model cannot. */

import pLimit from "p-limit";
import {
  type BadRow,
  joinBadRows,
  type RowProblem,
  rowProblem,
  rowsUnusable,
} from "../../data/checks/bad_rows.ts";
import { resolveImage } from "../../data/image_folder.ts";
import { imageReader } from "../../data/pair_images.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { decodeImage } from "../../model/image/decode_image.ts";
import { SentenceReader } from "../../model/text/sentence_reader.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import type { ImageReader } from "../embeddings/embed.ts";
import {
  type GivenEmbeddings,
  readEmbedding,
  type StoredEmbeddings,
} from "../embeddings/stored_embeddings.ts";
import { unalignedRows } from "../prepare.ts";
import { longRows, placeOfRow } from "./row_lengths.ts";

/** How many images are decoded at once. */
const AT_ONCE = 4;

/** What rows are checked for. */
export interface RowChecks {
  /** The folder of the images; absent if none are read. */
  readonly folder: string | undefined;
  /** Image embeddings made elsewhere, if they are used. */
  readonly stored?: StoredEmbeddings | undefined;
  /** The model's folder. */
  readonly modelFolder: string;
  /** The tokeniser's own file or folder, if it is not the model's. */
  readonly tokenizer: string | undefined;
  /** Weights that are laid over the folder. */
  readonly weights?: string | undefined;
  /** How the sentences are aligned; absent if they are not. */
  readonly protocol: Protocol | undefined;
}

/**
 * Finds the rows that cannot be used, by reading every image, every image embedding made elsewhere, and tokenising every sentence.
 *
 * @param pairs The rows.
 * @param checks The files.
 * @throws {NegscopeError} If there is no such folder of images, or the model's tokeniser cannot be read.
 */
export async function unusableRows(
  pairs: readonly Pair[],
  { folder, stored, modelFolder, tokenizer, weights, protocol }: RowChecks,
): Promise<BadRow[]> {
  const text = await SentenceReader.load(modelFolder, { tokenizer, weights });
  return joinBadRows([
    ...folder === undefined ? [] : await rowsWithoutImage(imageReader(folder), pairs),
    ...stored === undefined ? [] : (await findEmbeddings(stored, pairs)).bad,
    ...await inTurns(
      protocol === undefined ? longRows(text, pairs) : unalignedRows(text, pairs, { protocol }),
    ),
  ]);
}

/**
 * The rows whose image is missing or cannot be decoded.
 *
 * @param read Reads an image.
 * @param pairs The rows.
 */
export async function rowsWithoutImage(
  read: ImageReader,
  pairs: readonly Pair[],
): Promise<BadRow[]> {
  const limit = pLimit(AT_ONCE);
  const failures = new Map<string, RowProblem>();
  await Promise.all([...firstOfEachImage(pairs)].map(([name, pair]) =>
    limit(async () => {
      try {
        await decodeImage(await read(pair), { name });
      } catch (error) {
        failures.set(name, rowProblem(error));
      }
    })
  ));
  return ofImages(pairs, failures);
}

/**
 * The error about all images that cannot be decoded, where one of them was found.
 *
 * @param error The first error of embedding the images.
 * @param of How images are read, the rows, and their file.
 * @returns The first error itself, if it is about something else or there is no other.
 */
export async function errorOfImages(
  error: unknown,
  { read, pairs, source }: {
    readonly read: ImageReader;
    readonly pairs: readonly Pair[];
    readonly source: string;
  },
): Promise<unknown> {
  const isOfImage = error instanceof NegscopeError &&
    (error.code === "image-undecodable" || error.code === "image-too-large");
  if (!isOfImage) return error;
  const all = rowsUnusable(await rowsWithoutImage(read, pairs), { source, rows: pairs.length });
  return all.details.length === 0 ? error : all;
}

function ofImages(
  pairs: readonly Pair[],
  failures: ReadonlyMap<string, RowProblem>,
): BadRow[] {
  return pairs.flatMap(({ id, image }) => {
    const problem = failures.get(image);
    return problem === undefined ? [] : [{ id, where: placeOfRow(id), problems: [problem] }];
  });
}

/**
 * Finds the image of every pair.
 *
 * @param folder The image folder.
 * @param pairs The rows.
 * @returns Paths by image name, and the rows whose image is missing or lies outside the folder.
 * @throws {NegscopeError} If there is no such folder.
 */
export async function findImages(
  folder: string,
  pairs: readonly Pair[],
): Promise<{ readonly paths: ReadonlyMap<string, string>; readonly bad: readonly BadRow[] }> {
  const paths = new Map<string, string>();
  const failures = new Map<string, RowProblem>();
  for (const [name, { id }] of firstOfEachImage(pairs)) {
    try {
      paths.set(name, await resolveImage(folder, name, { pair: id }));
    } catch (error) {
      failures.set(name, rowProblem(error));
    }
  }
  return { paths, bad: ofImages(pairs, failures) };
}

/**
 * Reads the embedding of every pair's image.
 *
 * @param stored Image embeddings made elsewhere.
 * @param pairs The rows.
 * @returns The embeddings, and the rows whose image has none that can be used.
 */
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
  return { embeddings: { path, files, vectors }, bad: ofImages(pairs, failures) };
}
