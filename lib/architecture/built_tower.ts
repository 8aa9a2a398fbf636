/** A tower that is built for weights: the origin of its graph. */

import { NegscopeError } from "../errors.ts";
import type { FileAt } from "../reading/files.ts";
import type { GraphEnd, GraphWriter } from "../onnx/build.ts";
import { checkFiles, type WeightStore } from "../onnx/weight_files.ts";
import { Graph } from "../onnx/graph.ts";
import type { GraphOrigin, OpenedGraph } from "../onnx/graph_file.ts";
import type { NamedArrays } from "./names/named_arrays.ts";
import { inFile, requireArray } from "./names/require_array.ts";
import type { TowerArrays } from "./tower_writer.ts";

export interface OpenedWeights {
  /** What each file was when it was read, by path. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly named: NamedArrays;
}

export interface WrittenTower {
  readonly graph: GraphWriter;
  readonly weights: WeightStore;
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
}

export type WriteTower = (arrays: TowerArrays) => WrittenTower;

/**
 * The origin of a graph that is built for a file of weights.
 *
 * @param open Opens the file and those that belong to it, or gives them as it opened them before.
 */
export function builtTower(
  { files, path }: FileAt,
  open: () => OpenedWeights,
  write: WriteTower,
): GraphOrigin {
  return {
    files,
    path,
    read: async () => {
      const weights = open();
      await checkFiles(files, weights.stamps); // they may have been opened earlier
      return build(path, weights, write);
    },
  };
}

function build(path: string, { stamps, named }: OpenedWeights, write: WriteTower): OpenedGraph {
  const names = [...named.arrays.keys()];
  const left = new Set(names.filter((name) => !name.startsWith("logit_"))); // the scale belongs to neither tower
  const { graph, weights, ...ends } = write({
    stamps,
    has: (name) => named.arrays.has(name),
    arrayOf: (name, shape) => {
      left.delete(name);
      return requireArray(named, name, shape);
    },
  });
  if (left.size > 0) {
    throw leftOver(path, [...new Set([...left].map((name) => inFile(named, name).name))]);
  }
  return {
    graph: new Graph(graph.model("tower", ends), path, { external: weights }),
    stamps,
  };
}

function leftOver(path: string, names: readonly string[]): NegscopeError {
  const which = names.length === 1
    ? `array "${names[0]}"`
    : `${names.length} arrays, such as "${names[0]}"`;
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use the weights in "${path}"`,
    reason: `the model that the settings describe has no part for ${which}`,
    fix:
      "check that the weights and the settings (config.json or open_clip_config.json) belong together",
  });
}
