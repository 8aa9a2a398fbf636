/** Which files of a model folder hold its towers: ONNX files, or weights. */

import { type FileAt, isAbsent, within } from "../../reading/files.ts";
import { modelFileUnreadable } from "../model_json.ts";
import type { TowerName } from "../../architecture/names/conventions.ts";
import {
  basename,
  dirname,
  indexOfShard,
  isWeightFile,
  OF_OPEN_CLIP,
  OF_TRANSFORMERS,
} from "../../reading/path.ts";
import { NegscopeError } from "../../errors/errors.ts";

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
export function chosenOnnx(tower: TowerName, { onnxText, onnxVision }: OnnxChoice) {
  return tower === "text" ? onnxText : onnxVision;
}

/** The names of the files in a model folder that may hold a tower, the preferred first. */
function onnxNames(tower: TowerName, suffix = ""): string[] {
  const name = tower === "text" ? "text_model" : "vision_model";
  return [`onnx/${name}${suffix}.onnx`, `onnx/model${suffix}.onnx`];
}

export async function onnxFile(
  { files, path: folder }: FileAt,
  tower: TowerName,
  choice: OnnxChoice,
): Promise<string | undefined> {
  const given = chosenOnnx(tower, choice);
  if (given !== undefined) return given;
  for (const name of onnxNames(tower, choice.suffix)) {
    const path = `${folder}/${name}`;
    const kind = await files.kindOf(path).catch((error: unknown) => {
      throw modelFileUnreadable(path, error);
    });
    if (kind === "file") return path;
  }
  return undefined;
}

export type Library = "transformers" | "open_clip"; // Hugging Face's transformers, or open_clip

const HUGGING_FACE = [...OF_TRANSFORMERS.safetensors, ...OF_TRANSFORMERS.bin];

const MERGE =
  "merge the adapter into its model, in PEFT with merge_and_unload(), and save that model";

function isAdapter(name: string): boolean {
  return name.startsWith("adapter_model.");
}

interface FolderFiles {
  readonly weights?: string; // file of weights to take; absent if there is none
  readonly onnx: readonly string[];
  readonly loose: readonly string[];
}

export async function folderFiles(folder: FileAt, library: Library): Promise<FolderFiles> {
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

const CHOOSE_EXPORT =
  `choose one by what its name ends in with the option "onnx", or name the file of each tower with the option "onnxText" and the option "onnxVision"`;

/** The error for a folder without a tower, or without the export of it that a suffix asks for. */
export function towerMissing(
  folder: string,
  tower: TowerName,
  { weights, onnx, loose }: FolderFiles,
  suffix: string | undefined,
): NegscopeError {
  const graphs = onnx.join(", ") || "no ONNX file";
  const usual = onnxNames(tower, suffix);
  if (suffix !== undefined) {
    const [first, second] = usual.map((name) => `${folder}/${name}`);
    return new NegscopeError("model-file-missing", {
      problem: `Cannot find "${first}" or "${second}"`,
      reason: `the folder's onnx/ holds ${graphs}`,
      fix: onnx.length === 0 && weights !== undefined
        ? `leave out the option "onnx" to use "${weights}"`
        : CHOOSE_EXPORT,
    });
  }
  const index = indexOfShard(loose[0] ?? "");
  const adapter = loose.length > 0 && loose.every(isAdapter);
  const files = `${adapter ? "an adapter (LoRA), " : ""}${loose.join(", ")}` ||
    "no file of weights";
  const lacking = index === undefined
    ? ""
    : ", without the index file that says what each of them holds";
  return new NegscopeError("model-file-missing", {
    problem: `Cannot find the ${tower} tower in "${folder}"`,
    reason: `its onnx/ holds ${graphs}, and beside it there is ${files}${lacking}`,
    expected: `${
      usual.join(", ")
    }, or weights by a usual name, such as model.safetensors or pytorch_model.bin`,
    fix: index !== undefined
      ? `download the index file, "${index}", into the folder`
      : adapter
      ? MERGE
      : loose.length > 0
      ? `choose one with the option "weights", such as "${folder}/${loose[0]}"`
      : onnx.length > 0
      ? CHOOSE_EXPORT
      : `download the model again, or name its file with the option "weights"`,
  });
}

export function fileForFolder(file: string): NegscopeError {
  const use = file.endsWith(".onnx")
    ? "name the file for its tower"
    : `name the file with the option "weights"`;
  const laid = isWeightFile(file) || file.endsWith(".onnx");
  const parent = dirname(file);
  const folder = basename(parent) === "onnx" ? dirname(parent) : parent;
  return new NegscopeError("model-file-missing", {
    problem: `Cannot use "${file}" as a model's folder`,
    reason: "it is a file",
    fix: `give its folder, "${folder}"` +
      (laid ? `, or the folder of the model that it belongs to, and ${use}` : ""),
  });
}

export async function settingsMissing(at: FileAt): Promise<NegscopeError> {
  const { path: folder } = at;
  const { weights, loose } = await folderFiles(at, "transformers");
  const found = weights?.slice(folder.length + 1) ?? loose[0];
  const parts = found === undefined
    ? {
      expected:
        "a folder in the layout of transformers or open_clip: settings, tokeniser, and weights or onnx/",
      fix: "check the model's folder",
    }
    : isAdapter(found)
    ? {
      reason:
        `it holds an adapter (LoRA), "${found}", which is no model without the one that it changes`,
      fix: MERGE,
    }
    : {
      reason:
        `it holds only weights, "${found}", which do not tell the number of heads or the activation`,
      fix:
        `name the model that they were made from, and with the option "weights" the file "${folder}/${found}"`,
    };
  return new NegscopeError("model-file-missing", {
    problem: `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}"`,
    subject: folder,
    ...parts,
  });
}
