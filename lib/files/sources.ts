/** Checksums of everything that determines a run's numbers. */

import { type FileDigest, sha256File, sha256Files } from "./sha256.ts";

/** The files whose content determines a run's numbers. */
export interface Sources {
  /** The model's graphs and configuration. */
  readonly model: readonly FileDigest[];
  /** The sentence pairs and the images. */
  readonly data: readonly FileDigest[];
}

/** The files of a model. */
export interface ModelFiles {
  /** Its folder. */
  readonly folder: string;
  /** The files that determine its numbers. */
  readonly files: readonly string[];
}

/** The files of the data. */
export interface DataPaths {
  /** The file of the sentence pairs. */
  readonly data: string;
  /** The file of each image by its name; absent if no images are read. */
  readonly images?: ReadonlyMap<string, string> | undefined;
}

/**
 * Checksums of the files of a model, of the pairs and of the images, for manifests and charts.
 *
 * @param model The model, e.g. a loaded `Clip`.
 * @param paths The data's file, and the images'.
 */
export async function sourcesOf(
  model: ModelFiles,
  { data, images }: DataPaths,
): Promise<Sources> {
  const ofModel: FileDigest[] = [];
  for (const path of model.files) ofModel.push(await digestFile(path, model.folder));
  const files = [await digestFile(data)];
  if (images !== undefined) files.push({ file: "images", sha256: await sha256Files(images) });
  return { model: ofModel, data: files };
}

/**
 * A file with its checksum.
 *
 * @param path The file.
 * @param folder The folder that its name is relative to. @default {its own}
 */
export async function digestFile(path: string, folder?: string): Promise<FileDigest> {
  const file = folder !== undefined && path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : path.replace(/^.*[/\\]/, "");
  return { file, sha256: await sha256File(path) };
}
