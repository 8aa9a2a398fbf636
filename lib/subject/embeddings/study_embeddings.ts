/** The embeddings of a study, given by the user, taken from the cache or an unfinished run, or else computed. */

import { unchangedImage } from "../../data/unchanged_image.ts";
import { NegscopeError } from "../../errors.ts";
import { sha256Text } from "../../files/sha256.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { RUNTIME_VERSION } from "../../onnx/runtime/session.ts";
import { VERSION } from "../../version.ts";
import type { Checksums } from "../choice/checksums.ts";
import {
  type Embeddings,
  embedImages,
  embedSentences,
  type ImageReader,
  type Progress,
} from "./embed.ts";
import type { CachedEmbeddings, EmbeddingCache } from "./embedding_cache.ts";
import { MADE_ROWS } from "../choice/given_rows.ts";
import type { StudyInputs } from "../choice/inputs.ts";
import { errorOfImages } from "../rows/row_checks.ts";
import type { KeptRows } from "../kept_rows.ts";

/** Where image embeddings are kept, and how progress is reported. */
export interface EmbeddingOptions {
  /** Embeddings by image name that an unfinished run has kept, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of images done. */
  readonly progress?: Progress | undefined;
  /** Called with each message for the user. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Where a subject's embeddings are kept from run to run, and how they are identified. */
export interface SubjectOptions {
  /** Checksums of the files, used to find embeddings in the cache and to notice that an image has changed. */
  readonly checksums?: Checksums | undefined;
  /** The cache. @default {none} */
  readonly cache?: EmbeddingCache | undefined;
}

/** A tower that embeds, the size of its embeddings, and where they are kept. */
export interface StudyTower<Tower> extends SubjectOptions, EmbeddingOptions {
  /** The tower; it is not loaded if all embeddings are known. */
  readonly tower: () => Promise<Tower>;
  /** Numbers in an embedding. */
  readonly size: number;
}

/**
 * Embeds all images of a study; embeddings made elsewhere are taken as they are.
 *
 * @param inputs The study's files.
 * @param image The image tower, and where embeddings are kept.
 * @returns Embeddings by image name.
 * @throws {NegscopeError} If there are no images, or one cannot be read or has changed.
 */
export async function embedStudyImages(
  { images, embeddings: given, pairs, dataPath: source = MADE_ROWS }: StudyInputs,
  { tower, size, kept, progress, say, ...choice }: StudyTower<ImageTower>,
): Promise<Embeddings> {
  if (given !== undefined) {
    return new Map(pairs.map(({ image }) => [image, given.vectors.get(image)!]));
  }
  if (images === undefined) {
    throw new NegscopeError("images-not-given", {
      problem: "Cannot score the rows",
      reason: "the study has no images",
      fix: "open it with images, the folder that holds them, or with imageEmbeddings",
    });
  }
  const { checksums } = choice;
  const cached = await openCache("image", size, choice);
  const keyOf = (name: string) => checksums?.images.get(name);
  const embeddings = new Map<string, Float32Array | undefined>();
  for (const { image } of pairs) {
    const found = cached?.get(keyOf(image)!) ?? kept?.get(image);
    embeddings.set(image, found?.length === size ? Float32Array.from(found) : undefined);
  }
  const unknown = pairs.filter(({ image }) => embeddings.get(image) === undefined);
  const read = unchanged(images.read, keyOf);
  const made = unknown.length === 0
    ? []
    : await embedImages(await tower(), unknown, { kept, progress, read })
      .catch(async (error: unknown) => {
        throw await errorOfImages(error, { read, pairs, source });
      });
  for (const [name, embedding] of made) embeddings.set(name, embedding);
  const all = new Map([...embeddings].map(([name, embedding]) => [name, embedding!]));
  for (const [name, embedding] of all) cached?.add(keyOf(name)!, embedding);
  await saveCache(cached, say);
  return all;
}

/**
 * Embeds all sentences of a study.
 *
 * @param inputs The study's files.
 * @param text The text tower, and where embeddings are kept.
 * @returns Embeddings by sentence.
 */
export async function embedStudySentences(
  { pairs }: StudyInputs,
  { tower, size, say, ...choice }: StudyTower<TextTower>,
): Promise<Embeddings> {
  const cached = await openCache("text", size, choice);
  const embeddings = await embedSentences(await tower(), pairs, {
    known: (sentence) => cached?.get(sha256Text(sentence)),
  });
  for (const [sentence, embedding] of embeddings) cached?.add(sha256Text(sentence), embedding);
  await saveCache(cached, say);
  return embeddings;
}

/** Reads images, and refuses one whose checksum is no longer that of the run. */
function unchanged(
  read: ImageReader,
  checksumOf: (name: string) => string | undefined,
): ImageReader {
  return async (pair) => unchangedImage(pair.image, await read(pair), checksumOf(pair.image));
}

/** The embeddings of a tower in the cache, if there is one. */
async function openCache(
  kind: "text" | "image",
  size: number,
  { cache, checksums }: SubjectOptions,
): Promise<CachedEmbeddings | undefined> {
  if (cache === undefined || checksums === undefined) return undefined;
  const files = checksums[kind].map(({ file, sha256 }) => `${sha256}  ${file}`);
  const releases = [VERSION, RUNTIME_VERSION, Deno.build.target];
  return await cache.open({ kind, from: [...releases, ...files] }, size);
}

async function saveCache(
  cached: CachedEmbeddings | undefined,
  say: EmbeddingOptions["say"],
): Promise<void> {
  const failure = await cached?.save();
  if (failure !== undefined) say?.(`Embeddings are not kept for other runs: ${failure.message}`);
}
