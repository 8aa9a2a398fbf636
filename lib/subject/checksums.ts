/** Checksums of a study's files: they decide whether two runs are the same, and whether a kept embedding can be used. */

import { digestFile, type Sources } from "../files/sources.ts";
import { type FileDigest, sha256Each, sha256Text, sha256Together } from "../files/sha256.ts";
import { modelFiles, type OnnxChoice, onnxFiles } from "../model/onnx_files.ts";
import { MADE_ROWS, type StudyInputs } from "./inputs.ts";
import type { StudyChoice } from "./study_options.ts";

/** The name of all images together among the sources of a run. */
export const IMAGES = "images";

/** A study's checksums. */
export interface Checksums {
  /** Those in a manifest: of the model's files, the data, and all images together. */
  readonly sources: Sources;
  /** Those of the files that determine the text tower's numbers. */
  readonly text: readonly FileDigest[];
  /** Those of the files that determine the image tower's numbers; empty without images. */
  readonly image: readonly FileDigest[];
  /** Those of the images, by name. */
  readonly images: ReadonlyMap<string, string>;
}

/**
 * Reads all files of a study once, without loading a model. A shard has the checksums of the whole run. Rows made by a script have the
 * checksum of their JSON.
 *
 * @param inputs The study's files.
 * @throws {NegscopeError} If a file cannot be found or read.
 */
export async function checksumsOf(
  { choice, modelFolder, dataPath, data: { pairs }, images }: StudyInputs,
): Promise<Checksums> {
  const known = new Map<string, FileDigest>();
  const digest = async (paths: readonly string[]) => {
    for (const path of paths) {
      if (!known.has(path)) known.set(path, await digestFile(path, modelFolder));
    }
    return paths.map((path) => known.get(path)!);
  };
  const filesOf = async (tower: "text" | "image") =>
    await modelFiles(modelFolder, await onnxFiles(modelFolder, [tower], onnxChoice(choice)));
  const text = await digest(await filesOf("text"));
  const image = images === undefined ? [] : await digest(await filesOf("image"));
  const data = [
    dataPath === undefined
      ? { file: MADE_ROWS, sha256: sha256Text(JSON.stringify(pairs)) }
      : await digestFile(dataPath),
  ];
  const ofImages = await sha256Each(images?.paths ?? new Map());
  if (images !== undefined) data.push({ file: IMAGES, sha256: sha256Together(ofImages) });
  return { sources: { model: [...known.values()], data }, text, image, images: ofImages };
}

/** The ONNX files that a choice names. */
export function onnxChoice({ onnx, onnxText, onnxVision }: StudyChoice): OnnxChoice {
  return {
    ...(onnx === undefined ? {} : { suffix: onnx }),
    ...(onnxText === undefined ? {} : { onnxText }),
    ...(onnxVision === undefined ? {} : { onnxVision }),
  };
}
