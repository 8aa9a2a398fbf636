/** The inputs of a study: the model's files, the rows and their images, found and checked before a model is loaded. */

import { imageReader, resolveImages } from "../data/pair_images.ts";
import type { Pair, Protocol } from "../data/pairs.ts";
import { checkPairs } from "../data/formats/pair_list.ts";
import { type DataFile, readPairs } from "../data/read.ts";
import { SHAPES } from "../data/shapes.ts";
import { NegscopeError } from "../errors.ts";
import { sha256Text } from "../files/sha256.ts";
import { CachedRepository, hubCacheFolder, snapshotName } from "../hub/cache.ts";
import { parseHubName } from "../hub/name.ts";
import type { ImageReader } from "./embeddings/embed.ts";
import {
  checkedChoice,
  EMBEDDED,
  type Shard,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "./study_options.ts";

/** Whether images are required, read if they are given, or not read. */
export type ImagesAre = "needed" | "used" | "ignored";

/** A study's files, checked. */
export interface StudyInputs {
  /** What was chosen. */
  readonly choice: StudyChoice;
  /** The model's folder. */
  readonly modelFolder: string;
  /** The model's name in a summary: the Hub's, or the folder's own. */
  readonly modelName: string;
  /** How sentences are aligned. */
  readonly protocol: Protocol;
  /** The data's file; absent if a script made the rows. */
  readonly dataPath?: string;
  /** All its rows. */
  readonly data: DataFile;
  /** The rows to use. */
  readonly pairs: readonly Pair[];
  /** The images; absent if none are read. */
  readonly images?: {
    /** The file of each image by name, including those of other shards. */
    readonly paths: ReadonlyMap<string, string>;
    /** Reads the image of a pair. */
    readonly read: ImageReader;
  };
}

/** How a study's files are opened. */
export interface OpeningOptions {
  /** Whether images are needed. @default {"needed"} */
  readonly imagesAre?: ImagesAre;
  /** The name of an option in messages. @default {its name} */
  readonly called?: (option: StudyOption) => string;
}

/**
 * Finds the model, reads the rows, and checks that each has its image.
 *
 * @param given What to study.
 * @param options Whether images are needed.
 * @throws {NegscopeError} If an option cannot have its value, a model is given without data, or the data or an image cannot be read.
 */
export async function openInputs(
  given: StudyChoice,
  { imagesAre = "needed", called = (option) => option }: OpeningOptions = {},
): Promise<StudyInputs> {
  const choice = checkedChoice(given);
  const model = await findModel(choice.model);
  const { protocol = "rephrased", limit, images: givenImages } = choice;
  const source = dataOf(choice);
  const embeddedData = model.embedded && source === undefined;
  const lacks = (option: "data" | "images") => !embeddedData && choice[option] === undefined;
  const missing = [
    ...(source === undefined && lacks("data") && imagesAre !== "ignored" ? ["data"] as const : []),
    ...(lacks("images") && imagesAre === "needed" ? ["images"] as const : []),
  ];
  if (missing.length > 0) {
    const given = model.embedded ? ["data", source] as const : ["model", choice.model] as const;
    const expected = missing.map((name) => `${called(name)} ${STUDY_OPTIONS[name].placeholder}`);
    throw new NegscopeError("usage-input-missing", {
      problem: `Cannot run with ${called(given[0])} "${given[1]}" alone`,
      subject: given[1],
      expected: `${expected.join(" and ")} beside it`,
    });
  }
  const dataName = source ?? SHAPES.data;
  const folder = givenImages ?? (source === undefined ? SHAPES.images : undefined);
  const data = choice.pairs === undefined
    ? await readPairs(dataName, { protocol })
    : madeRows(choice.pairs, protocol);
  const kept = data.pairs.slice(0, limit);
  const pairs = ofShard(kept, choice.shard);
  if (pairs.length === 0) {
    throw new NegscopeError("usage-no-rows", {
      problem: `Cannot run on "${dataName}"`,
      subject: dataName,
      reason: `${called("shard")} leaves none of ${kept.length} rows`,
      fix: "take a smaller N",
    });
  }
  const inputs = {
    ...{ choice, modelFolder: model.folder, modelName: nameOf(model.folder), protocol },
    ...{ data, pairs, ...(choice.pairs === undefined ? { dataPath: dataName } : {}) },
  };
  if (imagesAre === "ignored" || folder === undefined) return inputs;
  const paths = await resolveImages(folder, kept); // of all shards, since the merged run has one checksum
  return { ...inputs, images: { paths, read: imageReader(folder) } };
}

/** The name of rows made by a script, in messages and in a manifest. */
export const MADE_ROWS = "pairs";

/** The chosen data, as named in messages; undefined for the embedded model's. */
function dataOf({ data, pairs }: StudyChoice): string | undefined {
  if (pairs === undefined) return data;
  if (data !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use data "${data}"`,
      subject: data,
      expected: "no file beside pairs",
    });
  }
  return MADE_ROWS;
}

function madeRows(given: readonly Pair[], protocol: Protocol): DataFile {
  const pairs = checkPairs(given, { source: MADE_ROWS, protocol });
  const sha256 = sha256Text(JSON.stringify(pairs));
  return { pairs, dropped: [], rows: pairs.length, format: MADE_ROWS, sha256 };
}

/** The rows of a shard. */
function ofShard(rows: readonly Pair[], shard: Shard | undefined): readonly Pair[] {
  if (shard === undefined) return rows;
  return rows.filter((_, row) => row % shard.n === shard.k - 1);
}

/** The folder of a model: the embedded model's, an existing folder, or the download of a model of the Hub. */
export async function findModel(
  given: string = EMBEDDED,
): Promise<{ readonly folder: string; readonly embedded: boolean }> {
  if (given === EMBEDDED) return { folder: SHAPES.model, embedded: true };
  const name = parseHubName(given);
  if (await exists(given)) return { folder: given, embedded: false };
  if (name === undefined) {
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find model folder "${given}"`,
      subject: given,
      expected: "a folder in Hugging Face layout, or the Hub's name of a downloaded model",
    });
  }
  const cache = hubCacheFolder((name) => Deno.env.get(name), "name a model's folder");
  return { folder: await new CachedRepository(cache, name).snapshot(), embedded: false };
}

/** A model's name in a summary: the Hub's, or the folder's own. */
export function nameOf(folder: string): string {
  const downloaded = snapshotName(folder);
  if (downloaded !== undefined) return downloaded;
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
