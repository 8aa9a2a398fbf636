/** Chooses the files of a repository that make a CLIP model. */

import { NegscopeError } from "../errors.ts";
import type { RemoteFile } from "./listing.ts";

const SETTINGS = ["config.json", "tokenizer.json"];

/** The settings of the image processor, in the file of transformers up to version 4 or of version 5. */
const IMAGE_SETTINGS = ["preprocessor_config.json", "processor_config.json"];

/**
 * Chooses the files that a model folder needs: the settings, and both towers' graphs with the files that hold their weights.
 *
 * @param files The repository's files.
 * @param options The repository, for messages, and the graphs' suffix as in `onnx/text_model{SUFFIX}.onnx`.
 * @returns The chosen files, settings first.
 * @throws {NegscopeError} If one is missing.
 */
export function modelFiles(
  files: readonly RemoteFile[],
  { repository, suffix = "" }: { readonly repository: string; readonly suffix?: string },
): RemoteFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = files.map(({ path }) => path).filter((path) => /^onnx\/[^/]+\.onnx$/.test(path));
  const lacks = (file: string) =>
    new NegscopeError("hub-repository-incomplete", {
      problem: `Cannot download "${repository}"`,
      subject: repository,
      reason: `it has no ${file} and ${
        found.length === 0 ? "it has no ONNX files" : `it has ${found.sort().join(", ")}`
      }`,
      fix: "choose another --onnx or an ONNX conversion, such as Xenova/clip-vit-base-patch32",
    });
  const settings = SETTINGS.map((path) => {
    const file = byPath.get(path);
    if (file === undefined) throw lacks(path);
    return file;
  });
  const imageSettings = IMAGE_SETTINGS.flatMap((path) => byPath.get(path) ?? []);
  if (imageSettings.length === 0) throw lacks(IMAGE_SETTINGS.join(" or "));
  const towers = [`onnx/text_model${suffix}.onnx`, `onnx/vision_model${suffix}.onnx`];
  const whole = `onnx/model${suffix}.onnx`;
  const graphs = towers.every((path) => byPath.has(path)) ? towers : [whole];
  if (!byPath.has(graphs[0]!)) throw lacks(`${towers.join(" with ")}, or ${whole}`);
  const ofGraphs = files.filter(({ path }) => graphs.some((graph) => isPart(path, graph)));
  return [...settings, ...imageSettings, ...ofGraphs];
}

/** Whether a file is the graph or holds its weights: `model.onnx_data`, `model.onnx.data`, `model.onnx_data_1`. */
function isPart(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^([._]data(_\d+)?)?$/.test(path.slice(graph.length));
}
