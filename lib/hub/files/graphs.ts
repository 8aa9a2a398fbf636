/** The ONNX graphs of a repository. */

import { NegscopeError } from "../../errors.ts";
import type { RemoteFile } from "../remote_file.ts";
import { isGraph } from "./weights.ts";

/**
 * The graphs of both towers, with the files that hold their weights.
 *
 * @param files The repository's files.
 * @param options The repository, for messages, the graphs' suffix as in `onnx/text_model{SUFFIX}.onnx`, and whether only one graph of the
 * whole model will do.
 * @throws {NegscopeError} If there are no graphs with this suffix.
 */
export function graphFiles(
  files: readonly RemoteFile[],
  { repository, suffix, whole: isWhole = false }: {
    readonly repository: string;
    readonly suffix: string;
    readonly whole?: boolean | undefined;
  },
): RemoteFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const towers = [`onnx/text_model${suffix}.onnx`, `onnx/vision_model${suffix}.onnx`];
  const whole = `onnx/model${suffix}.onnx`;
  const graphs = !isWhole && towers.every((path) => paths.has(path)) ? towers : [whole];
  if (!paths.has(graphs[0]!)) {
    const found = [...paths].filter(isGraph).sort();
    throw new NegscopeError("hub-files-missing", {
      problem: `Cannot download "${repository}"`,
      subject: repository,
      reason: `it has no ${isWhole ? "" : `${towers.join(" with ")}, or `}${whole}, but ${
        found.join(", ")
      }`,
      fix: "choose another suffix with --onnx",
    });
  }
  return files.filter(({ path }) => graphs.some((graph) => isPart(path, graph)));
}

/** Whether a file is the graph or holds its weights: `model.onnx_data`, `model.onnx.data`, `model.onnx_data_1`. */
function isPart(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^([._]data(_\d+)?)?$/.test(path.slice(graph.length));
}
