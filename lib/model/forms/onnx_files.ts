/** Which ONNX file holds which tower. */

import type { FileAt } from "../../reading/files.ts";
import { modelFileUnreadable } from "../model_file.ts";
import type { TowerName } from "../../architecture/names/named_arrays.ts";

/** How the user specifies ONNX files. */
export interface OnnxChoice {
  /** Reads onnx/text_model{SUFFIX}.onnx and onnx/vision_model{SUFFIX}.onnx, else onnx/model{SUFFIX}.onnx. @default {""} */
  readonly suffix?: string;
  /** The text tower's file, whatever the suffix. */
  readonly onnxText?: string;
  /** The image tower's file, whatever the suffix. */
  readonly onnxVision?: string;
}

/** The names of the files in a model folder that may hold a tower, the preferred first. */
export function onnxNames(tower: TowerName, suffix = ""): string[] {
  const name = tower === "text" ? "text_model" : "vision_model";
  return [`onnx/${name}${suffix}.onnx`, `onnx/model${suffix}.onnx`];
}

/** The paths of the files that may hold a tower, the preferred first. */
export function onnxCandidates(folder: string, tower: TowerName, suffix = ""): string[] {
  return onnxNames(tower, suffix).map((name) => `${folder}/${name}`);
}

/** The ONNX file of a tower: the one that the user names, or the first that the folder has. Returns undefined if the folder has none. */
export async function onnxFile(
  { files, path: folder }: FileAt,
  tower: TowerName,
  { suffix, onnxText, onnxVision }: OnnxChoice,
): Promise<string | undefined> {
  const given = tower === "text" ? onnxText : onnxVision;
  if (given !== undefined) return given;
  for (const path of onnxCandidates(folder, tower, suffix)) {
    const kind = await files.kindOf(path).catch((error: unknown) => {
      throw modelFileUnreadable(path, error);
    });
    if (kind === "file") return path;
  }
  return undefined;
}
