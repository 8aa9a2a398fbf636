/** Checksums of everything that decides a run's numbers. */

import type { Clip } from "../model/clip.ts";
import type { Sources } from "../runs/manifest.ts";
import { type FileDigest, sha256File, sha256Files } from "./sha256.ts";

/** The files beside the model's. */
export interface DataPaths {
  /** The file of the sentence pairs. */
  readonly data: string;
  /** The file of each image by its name; absent where no images are read. */
  readonly images?: ReadonlyMap<string, string> | undefined;
}

/**
 * Checksums of the files of a model, of the pairs and of the images, for manifests and charts.
 *
 * @param clip The model.
 * @param paths The data's file, and the images'.
 */
export async function sourcesOf(
  clip: Pick<Clip, "folder" | "files">,
  { data, images }: DataPaths,
): Promise<Sources> {
  const model: FileDigest[] = [];
  for (const path of clip.files) model.push(await digest(path, clip.folder));
  const files = [await digest(data)];
  if (images !== undefined) files.push({ file: "images", sha256: await sha256Files(images) });
  return { model, data: files };
}

async function digest(path: string, folder?: string): Promise<FileDigest> {
  const file = folder !== undefined && path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : path.replace(/^.*[/\\]/, "");
  return { file, sha256: await sha256File(path) };
}
