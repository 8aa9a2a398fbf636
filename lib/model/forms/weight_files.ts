/** Which of a folder's files hold weights. */

import { isAbsent, modelFileUnreadable } from "../model_file.ts";
import type { ModelSettings } from "./settings.ts";

/** The names that transformers gives the files, the preferred first. */
const OF_TRANSFORMERS = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];
/** Those that open_clip gives them, in the order in which open_clip looks for them. */
const OF_OPEN_CLIP = [
  "open_clip_model.safetensors",
  "open_clip_pytorch_model.safetensors",
  "open_clip_pytorch_model.bin",
  "open_clip_model.bin",
];
/** Endings of files of weights. */
export const WEIGHTS_NAME = /\.(safetensors|bin|pt|pth|ckpt)$/;

/** What a user can do who has an adapter. */
export const MERGE =
  "merge the adapter into its model, in PEFT with merge_and_unload(), and save that model";

/**
 * Whether a file's name is the one that PEFT gives an adapter.
 *
 * @param name The file's name.
 */
export function isAdapter(name: string): boolean {
  return name.startsWith("adapter_model.");
}

/** The files of a model folder. */
export interface FolderFiles {
  /** The file of weights to take; absent if there is none. */
  readonly weights?: string;
  /** ONNX files under onnx/. */
  readonly onnx: readonly string[];
  /** Files of weights that are taken only if the user chooses them. */
  readonly loose: readonly string[];
}

/**
 * Looks for weights in a model folder.
 *
 * @param folder The model folder.
 * @param library The library whose settings the folder has; its files come first.
 * @throws {NegscopeError} If the folder cannot be read.
 */
export async function folderFiles(
  folder: string,
  library: ModelSettings["library"],
): Promise<FolderFiles> {
  const names = new Set(await namesIn(folder));
  const [first, second] = library === "transformers"
    ? [OF_TRANSFORMERS, OF_OPEN_CLIP]
    : [OF_OPEN_CLIP, OF_TRANSFORMERS];
  const known = [...first, ...second];
  const weights = known.find((name) => names.has(name));
  return {
    ...(weights !== undefined && { weights: `${folder}/${weights}` }),
    onnx: (await namesIn(`${folder}/onnx`)).filter((name) => name.endsWith(".onnx")),
    loose: [...names].filter((name) => WEIGHTS_NAME.test(name) && !known.includes(name)),
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw modelFileUnreadable(folder, error);
  }
}
