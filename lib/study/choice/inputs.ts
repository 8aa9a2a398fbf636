/** What a study is made of: the rows, the model and the images that were chosen, found and checked. */

import type { Pair, Protocol } from "../../data/pairs.ts";
import type { Edit } from "../../edits/edit.ts";
import type { DataFile } from "../../data/read.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import type { Embeddings, ImageReader } from "../embeddings.ts";
import type { StudyChoice } from "./study_options.ts";

/** The name of rows made by a script, in messages and in a manifest. */
export const MADE_ROWS = "pairs";

/** A file that holds image embeddings or their names. */
export interface EmbeddingsFile {
  /** Where it is. */
  readonly path: string;
  /** What it was before it was read, see `Files.stampOf`. */
  readonly stamp: string;
}

/** Where image embeddings that were made elsewhere are. */
export interface EmbeddingsSource {
  /** The file that the user names. */
  readonly path: string;
  /** All their files, by what these are called among the sources of a run. */
  readonly files: ReadonlyMap<string, EmbeddingsFile>;
}

/** Image embeddings that were made elsewhere, for the rows of a study. */
export interface GivenEmbeddings extends EmbeddingsSource {
  /** The embedding of each image by name, including those of other shards; unit length. */
  readonly vectors: Embeddings;
}

/** Whether images are required, read if they are given, or not read. */
export type ImagesAre = "needed" | "used" | "ignored";

/** What a study's files must have. */
export interface InputNeeds {
  /** Whether images are needed. @default {"needed"} */
  readonly imagesAre?: ImagesAre;
  /** Whether the sentences of each row must be aligned. @default {true} */
  readonly aligned?: boolean;
}

/** A study's files, checked. */
export interface StudyInputs {
  /** What was chosen. */
  readonly choice: StudyChoice;
  /** The model's folder. */
  readonly modelFolder: string;
  /** The model's name in a summary: the Hub's, or the folder's own, the file of weights laid over it, and the seed of random weights. */
  readonly modelName: string;
  /** The edit that is laid over the model. @default {none} */
  readonly edit?: Edit | undefined;
  /** How sentences are aligned. */
  readonly protocol: Protocol;
  /** The data's file; absent if a script made the rows. */
  readonly dataPath?: string;
  /** All its rows. */
  readonly data: DataFile;
  /** The file that the sizes of their subjects are from, unless they are the data's own. */
  readonly subjectSizes?: FileDigest;
  /** The rows to use. */
  readonly pairs: readonly Pair[];
  /** The rows of all shards together: those that `limit` has drawn. */
  readonly drawn: readonly Pair[];
  /** Whether the sentences of each row must be aligned. */
  readonly aligned: boolean;
  /** Image embeddings made elsewhere; absent if the image tower makes them, or nothing is scored. */
  readonly embeddings?: GivenEmbeddings;
  /** The images; absent if none are read. With `embeddings` they are only shown. */
  readonly images?: {
    /** The file of each image by name, including those of other shards. */
    readonly paths: ReadonlyMap<string, string>;
    readonly read: ImageReader;
  };
}

export interface Checksums {
  /** Those in a manifest: of the model's files or the image embeddings that stand in for some, the data, all images together, and sizes of subjects. */
  readonly sources: Sources;
  /** Those of the files that determine the text tower's numbers. */
  readonly text: readonly FileDigest[];
  /** Those of the files that determine the image tower's numbers; empty if it does not run. */
  readonly image: readonly FileDigest[];
  /**
   * One checksum for all files of each tower, whatever they are called, without random weights; the image tower's is that of the
   * embeddings that stand in for it, and is absent if there is neither.
   */
  readonly towers: Readonly<Partial<Record<"text" | "image", string>>>;
  readonly images: ReadonlyMap<string, string>;
  /** Size and time of change of the model's files, by path, before they were read. */
  readonly stamps: ReadonlyMap<string, string>;
}

export function isScored({ images, embeddings }: StudyInputs): boolean {
  return images !== undefined || embeddings !== undefined;
}

export function runsImageTower({ images, embeddings }: StudyInputs): boolean {
  return images !== undefined && embeddings === undefined;
}

export function imageTowerReplaced(path: string): NegscopeError {
  return new NegscopeError("images-not-given", {
    problem: "Cannot run the image tower",
    subject: path,
    reason: `the image embeddings of "${path}" stand in for it`,
    fix: "leave out the image embeddings and name the folder of the images",
  });
}

export function imagesNotGiven(subject: string): NegscopeError {
  return new NegscopeError("images-not-given", {
    problem: `Cannot score "${subject}"`,
    subject,
    reason: "the study has no images",
    fix: "give Study.open() the folder of the images, or imageEmbeddings",
  });
}
