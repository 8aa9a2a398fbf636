/** From flags to what an experiment works on: the model, the pairs, the images, and checksums of their files. */

import { Clip } from "../lib/model/clip.ts";
import { readImage } from "../lib/model/image/image_folder.ts";
import { modelFiles, type OnnxChoice, onnxFiles } from "../lib/model/onnx_files.ts";
import { imageReader, resolveImages } from "../lib/data/pair_images.ts";
import type { Pair, Protocol } from "../lib/data/pairs.ts";
import { type DataFile, readPairs } from "../lib/data/read.ts";
import { SHAPES } from "../lib/data/shapes.ts";
import { dataNotGiven, noRowsLeft } from "../lib/errors.ts";
import type { ImageReader } from "../lib/subject/embed.ts";
import { CachedRepository, hubCacheFolder, snapshotName } from "../lib/hub/cache.ts";
import { parseHubName } from "../lib/hub/name.ts";
import type { Manifest, Sources } from "../lib/runs/manifest.ts";
import { sourcesOf } from "../lib/files/sources.ts";
import { environment } from "./environment.ts";
import { choiceFlag, numberFlag, shardFlag, textFlag } from "./flag_values.ts";
import type { FlagName, FlagValues } from "./flags.ts";

/** The flags that choose a model. */
export const MODEL_FLAGS = [
  "model",
  "onnx",
  "onnx-text",
  "onnx-vision",
  "threads",
] as const satisfies FlagName[];

/** The flags that choose rows. */
export const DATA_FLAGS = [
  "data",
  "images",
  "protocol",
  "limit",
  "shard",
] as const satisfies FlagName[];

/** The name of the embedded model and data. */
const EMBEDDED = "shapes";

/** Rows and where their images are, checked before a model is loaded. */
export interface RowInputs {
  readonly protocol: Protocol;
  readonly dataPath: string;
  readonly data: DataFile;
  readonly pairs: readonly Pair[];
  /** Absent where there are no images. */
  readonly readPairImage?: ImageReader;
  /** The file of each image by its name, those of other shards too. */
  readonly imagePaths?: ReadonlyMap<string, string>;
}

/**
 * Reads the rows that the flags choose and checks that each has its image.
 *
 * @param values The flags' values.
 * @param options Whether the task needs images, uses them where they are given, or ignores them. @default {"needed"}
 * @throws {UsageError} If a flag's value is wrong, or a model is given without data.
 * @throws {Error} If the data or an image cannot be read.
 */
export async function readRows(
  values: FlagValues,
  { imagesAre = "needed" }: { readonly imagesAre?: "needed" | "used" | "ignored" } = {},
): Promise<RowInputs> {
  const { folder: model, embedded } = await modelFolder(values);
  const protocol = choiceFlag(values, "protocol", ["rephrased", "standard"]);
  const limit = numberFlag(values, "limit", { min: 1, max: 1e9 });
  const ownShard = shardFlag(values);
  const given = { data: textFlag(values, "data"), images: textFlag(values, "images") };
  const ownModel = `--model "${model}"`;
  if (!embedded && given.data === undefined && imagesAre !== "ignored") {
    const missing = imagesAre === "needed" ? "--data FILE and --images FOLDER" : "--data FILE";
    throw dataNotGiven(ownModel, missing);
  }
  if (
    imagesAre === "needed" && given.images === undefined && !(embedded && given.data === undefined)
  ) {
    throw dataNotGiven(embedded ? `--data "${given.data}"` : ownModel, "--images FOLDER");
  }
  const dataPath = given.data ?? SHAPES.data;
  const images = given.images ?? (given.data === undefined ? SHAPES.images : undefined);
  const data = await readPairs(dataPath, { protocol });
  const kept = data.pairs.slice(0, limit);
  const pairs = ownShard(kept);
  if (pairs.length === 0) throw noRowsLeft(dataPath, data.pairs.length);
  if (imagesAre === "ignored" || images === undefined) return { protocol, dataPath, data, pairs };
  const imagePaths = await resolveImages(images, kept); // all shards', whose merged run has one checksum
  return { protocol, dataPath, data, pairs, readPairImage: imageReader(images), imagePaths };
}

/**
 * Loads the model that the flags choose.
 *
 * @param values The flags' values.
 * @param towers The towers that are needed.
 * @throws {Error} If the model cannot be loaded.
 */
export async function loadModel(
  values: FlagValues,
  towers: readonly ("text" | "image")[] = ["text", "image"],
): Promise<Clip> {
  return await Clip.load((await modelFolder(values)).folder, {
    towers,
    threads: threadsOf(values),
    ...onnxChoice(values),
  });
}

/**
 * Reads the images of a finished run, as far as they are still where its options say.
 *
 * @param options The run's options.
 */
export function imagesOf(
  options: Manifest["options"],
): (name: string) => Promise<Uint8Array> {
  const { images } = options;
  const folder = typeof images === "string" ? images : SHAPES.images;
  return (name) => readImage(folder, name);
}

/** The threads of an operator: what `--threads` says, else one a core. */
export function threadsOf(values: FlagValues): number {
  return numberFlag(values, "threads", { min: 1, max: 256 }) ?? navigator.hardwareConcurrency;
}

/**
 * Checksums of the files that decide a run's numbers; no model is loaded for them.
 *
 * Those of a shard are those of the whole run.
 *
 * @param values The flags' values.
 * @param towers The towers that are needed.
 * @param rows The rows.
 * @throws {Error} If a file cannot be found or read.
 */
export async function checksums(
  values: FlagValues,
  towers: readonly ("text" | "image")[],
  { dataPath, imagePaths }: RowInputs,
): Promise<Sources> {
  const { folder } = await modelFolder(values);
  const files = await modelFiles(folder, await onnxFiles(folder, towers, onnxChoice(values)));
  return await sourcesOf({ folder, files }, { data: dataPath, images: imagePaths });
}

/**
 * The model's name in a summary: the Hub's, or the folder's own.
 *
 * @param folder Its folder.
 */
export function modelName(folder: string): string {
  const downloaded = snapshotName(folder);
  if (downloaded !== undefined) return downloaded;
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}

function onnxChoice(values: FlagValues): OnnxChoice {
  const onnxText = textFlag(values, "onnx-text");
  const onnxVision = textFlag(values, "onnx-vision");
  const suffix = textFlag(values, "onnx");
  return {
    ...(suffix === undefined ? {} : { suffix }),
    ...(onnxText === undefined ? {} : { onnxText }),
    ...(onnxVision === undefined ? {} : { onnxVision }),
  };
}

/** The folder that `--model` means: the embedded model's, one that exists, or that of a download of the Hub's name. */
async function modelFolder(
  values: FlagValues,
): Promise<{ readonly folder: string; readonly embedded: boolean }> {
  const given = textFlag(values, "model") ?? EMBEDDED;
  if (given === EMBEDDED) return { folder: SHAPES.model, embedded: true };
  const name = parseHubName(given);
  if (name === undefined || await exists(given)) return { folder: given, embedded: false };
  const cache = hubCacheFolder(environment("HF_HOME", "HOME"), "give a folder to --model");
  return { folder: await new CachedRepository(cache, name).snapshot(), embedded: false };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
