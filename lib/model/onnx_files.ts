/** Which ONNX file holds which tower. */

import { NegscopeError, readingFailure } from "../errors.ts";
import { GraphFile } from "../onnx/graph/graph_file.ts";
import { preprocessConfigFile } from "./image/preprocess_config.ts";

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
 * @throws {NegscopeError} If a wanted tower has no file; the message lists what the folder holds.
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
    const found = await listOnnx(`${folder}/onnx`);
    throw new NegscopeError("onnx-file-missing", {
      problem: `Cannot find ${candidates.map((path) => `"${path}"`).join(" or ")}`,
      subject: candidates[0],
      reason: `the folder's onnx/ holds ${found.length === 0 ? "no ONNX file" : found.join(", ")}`,
      fix: "choose one: --onnx SUFFIX, or --onnx-text and --onnx-vision FILE",
    });
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
 * @throws {NegscopeError} If a graph or the settings of the image processor cannot be read.
 */
export async function modelFiles(folder: string, { text, image }: OnnxFiles): Promise<string[]> {
  const files = [`${folder}/config.json`];
  if (text !== undefined) files.push(`${folder}/tokenizer.json`, ...await graphFiles(text));
  if (image !== undefined) {
    files.push(await preprocessConfigFile(folder), ...await graphFiles(image));
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
  } catch (error) {
    if (isAbsent(error)) return false;
    throw unreadable(path, error);
  }
}

async function listOnnx(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".onnx")).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw unreadable(folder, error);
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function unreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("model-file-unreadable", {
    problem: `Cannot read "${path}"`,
    subject: path,
    reason: readingFailure(cause),
    fix: "check the model's folder",
    cause,
  });
}
