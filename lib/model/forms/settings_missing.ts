/** What a folder without settings holds instead, and what its user can do. */

import { NegscopeError } from "../../errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { basename, dirname } from "../../reading/path.ts";
import { isWeightFile } from "../../reading/weight_names.ts";
import { folderFiles, indexMissing, isAdapter, MERGE } from "./weight_files.ts";

/** The error for a model that is named by a file. */
export function fileForFolder(file: string): NegscopeError {
  const use = file.endsWith(".onnx")
    ? "name the file for its tower"
    : `name the file with the option "weights"`;
  const laid = isWeightFile(file) || file.endsWith(".onnx");
  const parent = dirname(file);
  const folder = basename(parent) === "onnx" ? dirname(parent) : parent;
  return new NegscopeError("model-file-missing", {
    problem: `Cannot use "${file}" as a model's folder`,
    subject: file,
    reason: "it is a file",
    fix: `give its folder, "${folder}"` +
      (laid ? `, or the folder of the model that it belongs to, and ${use}` : ""),
  });
}

/** The error for a folder without settings. */
export async function settingsMissing(at: FileAt): Promise<NegscopeError> {
  const { path: folder } = at;
  const { weights, loose } = await folderFiles(at, "transformers");
  const index = weights === undefined ? indexMissing(loose) : undefined;
  const found = weights?.slice(folder.length + 1) ?? loose[0];
  if (found === undefined) {
    return new NegscopeError("model-file-missing", {
      problem: `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}"`,
      subject: folder,
      expected:
        "a folder in the layout of transformers or open_clip: settings, tokeniser, and weights or onnx/",
      fix: "check the model's folder",
    });
  }
  return new NegscopeError("model-file-missing", {
    problem: `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}"`,
    subject: folder,
    reason: isAdapter(found)
      ? `it holds an adapter (LoRA), "${found}", which is no model without the one that it changes`
      : `it holds only weights, "${found}", which do not tell the number of heads or the activation`,
    fix: isAdapter(found)
      ? MERGE
      : `name the model that they were made from, and with the option "weights" ${
        index === undefined
          ? `the file "${folder}/${found}"`
          : `their index file, "${folder}/${index}", which is missing too`
      }`,
  });
}
