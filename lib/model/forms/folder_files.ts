/** Which files of a model folder hold its towers: ONNX files, or weights. */

import { type FileAt, isAbsent, within } from "../../reading/files.ts";
import { modelFileUnreadable } from "../model_file.ts";
import type { TowerName } from "../../architecture/names/named_arrays.ts";
import {
  indexOfShard,
  isWeightFile,
  OF_OPEN_CLIP,
  OF_TRANSFORMERS,
} from "../../reading/weight_names.ts";

/** How the user specifies ONNX files. */
export interface OnnxChoice {
  /** Reads onnx/text_model{SUFFIX}.onnx and onnx/vision_model{SUFFIX}.onnx, else onnx/model{SUFFIX}.onnx. @default {""} */
  readonly suffix?: string | undefined;
  /** The text tower's file, whatever the suffix. */
  readonly onnxText?: string | undefined;
  /** The image tower's file, whatever the suffix. */
  readonly onnxVision?: string | undefined;
}

/** The ONNX file that the user names for a tower; undefined if there is none. */
export function chosenOnnx(
  tower: TowerName,
  { onnxText, onnxVision }: OnnxChoice,
): string | undefined {
  return tower === "text" ? onnxText : onnxVision;
}

/** The names of the files in a model folder that may hold a tower, the preferred first. */
export function onnxNames(tower: TowerName, suffix = ""): string[] {
  const name = tower === "text" ? "text_model" : "vision_model";
  return [`onnx/${name}${suffix}.onnx`, `onnx/model${suffix}.onnx`];
}

export function onnxCandidates(folder: string, tower: TowerName, suffix = ""): string[] {
  return onnxNames(tower, suffix).map((name) => `${folder}/${name}`);
}

/** The ONNX file of a tower: the one that the user names, else the first that the folder has, if any. */
export async function onnxFile(
  { files, path: folder }: FileAt,
  tower: TowerName,
  choice: OnnxChoice,
): Promise<string | undefined> {
  const given = chosenOnnx(tower, choice);
  if (given !== undefined) return given;
  for (const path of onnxCandidates(folder, tower, choice.suffix)) {
    const kind = await files.kindOf(path).catch((error: unknown) => {
      throw modelFileUnreadable(path, error);
    });
    if (kind === "file") return path;
  }
  return undefined;
}

/** Hugging Face's transformers, or open_clip. */
export type Library = "transformers" | "open_clip";

const HUGGING_FACE = [...OF_TRANSFORMERS.safetensors, ...OF_TRANSFORMERS.bin];

export const MERGE =
  "merge the adapter into its model, in PEFT with merge_and_unload(), and save that model";

/** Whether a file's name is the one that PEFT gives an adapter. */
export function isAdapter(name: string): boolean {
  return name.startsWith("adapter_model.");
}

export interface FolderFiles {
  /** The file of weights to take; absent if there is none. */
  readonly weights?: string;
  readonly onnx: readonly string[];
  readonly loose: readonly string[];
}

export async function folderFiles(
  folder: FileAt,
  library: Library,
): Promise<FolderFiles> {
  const names = new Set(await namesIn(folder));
  const known: readonly string[] = library === "transformers"
    ? [...HUGGING_FACE, ...OF_OPEN_CLIP]
    : [...OF_OPEN_CLIP, ...HUGGING_FACE];
  const weights = known.find((name) => names.has(name));
  return {
    ...(weights !== undefined && { weights: `${folder.path}/${weights}` }),
    onnx: (await namesIn(within(folder, "onnx"))).filter((name) => name.endsWith(".onnx")),
    loose: looseIn(names).filter((name) => !known.includes(name)),
  };
}

/** The name of the index that is missing, if the first of a folder's loose files of weights is one of several. */
export function indexMissing([first]: FolderFiles["loose"]): string | undefined {
  return first === undefined ? undefined : indexOfShard(first);
}

/** Files of weights, for shards their index if it is there. */
function looseIn(names: ReadonlySet<string>): string[] {
  const files = [...names].filter(isWeightFile).map((name) => {
    const index = indexOfShard(name);
    return index !== undefined && names.has(index) ? index : name;
  });
  return [...new Set(files)];
}

async function namesIn({ files, path: folder }: FileAt): Promise<string[]> {
  try {
    return (await files.namesIn(folder)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw modelFileUnreadable(folder, error);
  }
}
