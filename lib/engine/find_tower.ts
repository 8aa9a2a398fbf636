/** Finds a tower in a graph: its input and output, its hook points, and the sizes that it can run at. */

import { NegscopeError } from "../errors.ts";
import { ancestors } from "../onnx/graph/dependence.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import { findHooks, type FoundHooks, isQuantised, noHooks, type TowerEnds } from "./find_hooks.ts";
import { declaredLimits, type RunLimits } from "./run_limits.ts";
import type { TowerShape } from "./tower_shape.ts";

/** Names by which a tower can be found in a graph; {@linkcode TowerEnds} has those that were found. */
export interface GraphEnds {
  /** The input that carries the data: `input_ids` or `pixel_values` in CLIP. */
  readonly input: string;
  /** The output that carries the embedding. */
  readonly output: string;
  /** The name of that output in a file that holds both towers, if it is another there. @default {`output`} */
  readonly outputOfBoth?: string;
  /** The prefix of its hook points' names: `""` or `"vision."`. */
  readonly prefix: string;
}

export interface FoundTower extends FoundHooks {
  readonly ends: TowerEnds;
  /** Whether each position depends only on itself and earlier ones, so that tokens may be added after a sentence. */
  readonly causal: boolean;
  /** The numbers of rows and positions that a run must have; absent if any will do. */
  readonly limits?: RunLimits;
}

/**
 * Finds a tower in a graph, which may hold the other tower too.
 *
 * Some exports declare a fixed input size and run at any size all the same; only a trial tells. So there are two results: `found`
 * takes any size, and `bound` is the tower to use if the trial fails, without hook points and only at the declared size.
 */
export function findTower(
  graph: Graph,
  { kind, ends: names, causal = false, shape: { layers, heads, width } }: {
    readonly kind: "text" | "image";
    readonly ends: GraphEnds;
    readonly causal?: boolean;
    readonly shape: Pick<TowerShape, "layers" | "heads" | "width">;
  },
): { readonly found: FoundTower; readonly bound?: FoundTower } {
  const { input, prefix } = names;
  const outputs = [...new Set([names.output, names.outputOfBoth ?? names.output])];
  const output = outputs.find((name) => graph.outputs.includes(name));
  if (!graph.inputs.has(input) || output === undefined) {
    const present = [...graph.inputs.keys(), ...graph.outputs];
    throw new NegscopeError("tower-missing", {
      problem: `Cannot find the ${kind} tower in "${graph.source}"`,
      reason: `its inputs and outputs are ${present.join(", ")}`,
      expected: `"${input}" and ${outputs.map((name) => `"${name}"`).join(" or ")}`,
      fix: "point at an export with this tower",
    });
  }
  const ends: TowerEnds = { input, output, prefix, layers, heads, width };
  const found = { ends, causal, ...findHooks(graph, ends) };
  const declared = declaredLimits(graph, ends.input, kind);
  if (isQuantised(graph, ancestors(graph, ends.output))) {
    return { found: { ...found, limits: { rows: 1, ...declared } } }; // its scales would be computed over all rows together
  }
  if (declared === undefined) return { found };
  const { rows, positions } = declared;
  const declaredSize = positions === undefined
    ? `${rows} rows`
    : `${rows} rows of ${positions} tokens`;
  const advice =
    `the graph is bound to an "${ends.input}" of ${declaredSize}; use an export with dynamic axes`;
  return { found, bound: { ends, causal, ...noHooks(layers, advice), limits: declared } };
}
