/** Checksums of what a study is made from: they decide whether two runs are one, and what an embedding may stand for. */

import { digestFile, type Sources } from "../files/sources.ts";
import { type FileDigest, sha256Each, sha256Text, sha256Together } from "../files/sha256.ts";
import { modelFiles, type OnnxChoice, onnxFiles } from "../model/onnx_files.ts";
import { MADE_ROWS, type StudyInputs } from "./inputs.ts";
import type { StudyChoice } from "./study_options.ts";

/** A study's checksums. */
export interface Checksums {
  /** Those that a manifest has: of the model's files, the data and all images together. */
  readonly sources: Sources;
  /** Those of the files that the text tower's numbers follow from. */
  readonly text: readonly FileDigest[];
  /** Those of the files that the image tower's numbers follow from; empty without images. */
  readonly image: readonly FileDigest[];
  /** Of each image by its name. */
  readonly images: ReadonlyMap<string, string>;
}

/**
 * Reads all files of a study once; no model is loaded for it. The checksums of a shard are those of the whole run. Rows that a script has
 * made have the checksum of their JSON.
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
  if (images !== undefined) data.push({ file: "images", sha256: sha256Together(ofImages) });
  return { sources: { model: [...known.values()], data }, text, image, images: ofImages };
}

/** How a choice names the ONNX files. */
export function onnxChoice({ onnx, onnxText, onnxVision }: StudyChoice): OnnxChoice {
  return {
    ...(onnx === undefined ? {} : { suffix: onnx }),
    ...(onnxText === undefined ? {} : { onnxText }),
    ...(onnxVision === undefined ? {} : { onnxVision }),
  };
}
