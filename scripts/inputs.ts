/** From flags to what an experiment works on: the model, the pairs, the images, and checksums of their files. */

import { fileURLToPath } from "node:url";
import { readImage, resolveImage } from "../lib/clip/image_folder.ts";
import { Clip } from "../lib/clip/clip.ts";
import { modelFiles, type OnnxChoice, onnxFiles } from "../lib/clip/onnx_files.ts";
import { type DataFile, readPairs } from "../lib/data/read.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../lib/data/pairs.ts";
import { dataNotGiven, modelFileUnreadable, noRowsLeft } from "../lib/errors.ts";
import type { ImageReader } from "../lib/experiments/embed.ts";
import type { Manifest, Sources } from "../lib/report/manifest.ts";
import { type FileDigest, sha256File, sha256Files } from "../lib/report/sha256.ts";
import {
  choiceFlag,
  type FlagName,
  type FlagValues,
  numberFlag,
  shardFlag,
  textFlag,
} from "./flags.ts";

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
  const { folder: model, embedded } = modelFolder(values);
  const protocol = choiceFlag(values, "protocol", ["rephrased", "standard"]);
  const limit = numberFlag(values, "limit", { min: 1, max: 1e9 });
  const ownShard = shardFlag(values);
  const given = { data: textFlag(values, "data"), images: textFlag(values, "images") };
  const ownModel = `--model "${model}"`;
  if (!embedded && given.data === undefined && imagesAre !== "ignored") {
    throw dataNotGiven(ownModel, "--data FILE and --images FOLDER");
  }
  if (
    imagesAre === "needed" && given.images === undefined && !(embedded && given.data === undefined)
  ) {
    throw dataNotGiven(embedded ? `--data "${given.data}"` : ownModel, "--images FOLDER");
  }
  const dataPath = given.data ?? embeddedPath("existence.json");
  const images = given.images ?? (given.data === undefined ? embeddedPath("images") : undefined);
  const data = await readPairs(dataPath, { protocol });
  const kept = data.pairs.slice(0, limit);
  const pairs = ownShard(kept);
  if (pairs.length === 0) throw noRowsLeft(dataPath, data.pairs.length);
  if (imagesAre === "ignored" || images === undefined) return { protocol, dataPath, data, pairs };
  const imagePaths = new Map<string, string>();
  for (const [image, { id }] of firstOfEachImage(kept)) { // all shards', whose merged run has one checksum
    imagePaths.set(image, await resolveImage(images, image, { pair: id }));
  }
  const readPairImage = ({ image, id }: Pair) => readImage(images, image, { pair: id });
  return { protocol, dataPath, data, pairs, readPairImage, imagePaths };
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
  return await Clip.load(modelFolder(values).folder, {
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
  const folder = typeof images === "string" ? images : embeddedPath("images");
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
  const { folder } = modelFolder(values);
  const model: FileDigest[] = [];
  for (const path of modelFiles(folder, await onnxFiles(folder, towers, onnxChoice(values)))) {
    const within = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
    const sha256 = await sha256File(path).catch((error: unknown) => {
      throw modelFileUnreadable(path, error);
    });
    model.push({ file: within ?? basename(path), sha256 });
  }
  const data = [{ file: basename(dataPath), sha256: await sha256File(dataPath) }];
  if (imagePaths !== undefined) {
    data.push({ file: "images", sha256: await sha256Files(imagePaths) });
  }
  return { model, data };
}

/**
 * The model's name in a summary: the folder's own.
 *
 * @param folder What `--model` says.
 */
export function modelName(folder: string): string {
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}

function basename(path: string): string {
  return path.replace(/^.*[/\\]/, "");
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

function modelFolder(values: FlagValues): { readonly folder: string; readonly embedded: boolean } {
  const given = textFlag(values, "model") ?? EMBEDDED;
  return given === EMBEDDED
    ? { folder: embeddedPath("model"), embedded: true }
    : { folder: given, embedded: false };
}

function embeddedPath(name: string): string {
  return fileURLToPath(new URL(`../data/shapes/${name}`, import.meta.url));
}
