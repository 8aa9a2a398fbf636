/** Which ONNX file holds which tower. */

import { onnxFileMissing } from "../errors.ts";
import { GraphFile } from "../onnx/graph/graph_file.ts";

/** How the user specifies the files. */
export interface OnnxChoice {
  /** Reads onnx/text_model{SUFFIX}.onnx and onnx/vision_model{SUFFIX}.onnx, else onnx/model{SUFFIX}.onnx. @default {""} */
  readonly suffix?: string;
  /** The text tower's file, whatever the suffix. */
  readonly onnxText?: string;
  /** The image tower's file, whatever the suffix. */
  readonly onnxVision?: string;
}

/** The file of each wanted tower. */
export interface OnnxFiles {
  /** The text tower's file. */
  readonly text?: string;
  /** The image tower's file. */
  readonly image?: string;
}

/**
 * Finds the ONNX files of the wanted towers.
 *
 * @param folder A model folder.
 * @param towers The towers that are needed.
 * @param choice How the user specifies the files.
 * @throws {Error} If a wanted tower has no file; the message lists what the folder holds.
 */
export async function onnxFiles(
  folder: string,
  towers: readonly ("text" | "image")[],
  choice: OnnxChoice,
): Promise<OnnxFiles> {
  const suffix = choice.suffix ?? "";
  const find = async (name: string, given: string | undefined) => {
    if (given !== undefined) return given;
    const candidates = [
      `${folder}/onnx/${name}${suffix}.onnx`,
      `${folder}/onnx/model${suffix}.onnx`,
    ];
    for (const path of candidates) {
      if (await isFile(path)) return path;
    }
    throw onnxFileMissing(candidates, await listOnnx(`${folder}/onnx`));
  };
  const text = towers.includes("text") ? await find("text_model", choice.onnxText) : undefined;
  const image = towers.includes("image")
    ? await find("vision_model", choice.onnxVision)
    : undefined;
  return { ...(text === undefined ? {} : { text }), ...(image === undefined ? {} : { image }) };
}

/**
 * The files that determine a model's numbers, including any next to a graph that hold its weights.
 *
 * @param folder A model folder.
 * @param onnx The file of each tower in use.
 * @throws {Error} If a graph cannot be read.
 */
export async function modelFiles(folder: string, { text, image }: OnnxFiles): Promise<string[]> {
  const files = [`${folder}/config.json`];
  if (text !== undefined) files.push(`${folder}/tokenizer.json`, ...await graphFiles(text));
  if (image !== undefined) {
    files.push(`${folder}/preprocessor_config.json`, ...await graphFiles(image));
  }
  return [...new Set(files)];
}

async function graphFiles(path: string): Promise<readonly string[]> {
  const file = new GraphFile(path);
  await file.open();
  file.close();
  return file.files;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function listOnnx(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".onnx")).sort();
  } catch {
    return [];
  }
}
