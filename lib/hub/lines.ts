/** What is printed about the download of a model. */

import { basename } from "node:path";
import { sizeText } from "../files/size_text.ts";
import { isWeightFile } from "../reading/path.ts";
import type { DownloadedModel } from "./download_model.ts";
import type { ChosenFiles } from "./files/model_files.ts";
import type { RemoteFile } from "./remote_file.ts";
import { DEFAULT_MODEL } from "./name.ts";

export function sizeOf(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

export function planLines({ files, form, weights, others }: ChosenFiles): string[] {
  const sizes = files.map(({ path, size }) => `${path} ${sizeText(size)}`).join(", ");
  const total = files.length > 1 ? `, together ${sizeText(sizeOf(files))}` : "";
  const left = [...others].map(([other, file]) => `${file} (--form ${other})`).join(", ");
  return [
    ...(form === undefined ? [] : [`Weights: ${weights} (form ${form})`]),
    ...(left === "" ? [] : [`Also there: ${left}`]),
    `Files: ${sizes}${total}`,
  ];
}

/** What was downloaded, and the command that uses it, if that is not `inspect --model GIVEN`. */
export function endLines(
  { commit, files, folder, form, weights }: DownloadedModel,
  { repository, given, use: command = `inspect --model ${given}` }: {
    readonly repository: string;
    readonly given: string;
    readonly use?: string;
  },
): string[] {
  const fresh = files.filter(({ isNew }) => isNew).length;
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  const taken = form === undefined ? weights : `weights ${weights} (form ${form})`;
  const end = [`${repository} at commit ${commit}: ${count}, ${fresh} new; ${taken}`];
  if (form === undefined) return [...end, ...fileLines(`${folder}/${weights}`)];
  const suffix = suffixOf(files);
  const onnx = form === "onnx" && suffix !== "" ? ` --onnx ${suffix}` : "";
  return [...end, `Folder: ${folder}`, `Use it: deno task ${command}${onnx}`];
}

function fileLines(path: string): string[] {
  const flags = flagsFor(path);
  if (flags.length === 0) return [`File: ${path}`];
  const options = flags.map((flag) => `${flag} ${path}`).join(" ");
  return [
    `Use it with a model of the same architecture: deno task inspect --model FOLDER ${options}`,
    `FOLDER is that model's folder or name; for ViT-B/32 it can be ${DEFAULT_MODEL}, after: deno task download clip`,
  ];
}

function flagsFor(path: string): readonly string[] {
  const name = basename(path);
  if (isWeightFile(name)) return ["--weights"];
  if (/^tokenizer\.json$|^bpe_simple_vocab.*\.gz$/.test(name)) return ["--tokenizer"];
  if (!name.endsWith(".onnx")) return [];
  const towers = ["--onnx-text", "--onnx-vision"];
  const named = towers.filter((_, i) => name.startsWith(["text_model", "vision_model"][i]!));
  return named.length > 0 ? named : towers;
}

/** The suffix of the graphs, which the reading of the model needs as well. */
function suffixOf(files: readonly RemoteFile[]): string {
  const graph = /^onnx\/(?:text_model|model)(.*)\.onnx$/;
  return files.map(({ path }) => graph.exec(path)?.[1]).find((suffix) => suffix !== undefined) ??
    "";
}
