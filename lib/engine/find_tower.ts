/** Finds a tower in its graph: its ends, its blocks, and the sizes that it can run at. */

import { NegscopeError } from "../errors.ts";
import { ancestors } from "../onnx/graph/dependence.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import { findHooks, type FoundHooks, isQuantised, noHooks, type TowerEnds } from "./find_hooks.ts";
import { declaredLimits, type RunLimits } from "./run_limits.ts";
import type { TowerShape } from "./tower_shape.ts";

/** Where a tower begins and ends in its graph. */
export interface GraphEnds {
  /** The input that carries the data: `input_ids` or `pixel_values` in CLIP. */
  readonly input: string;
  /** The output that carries the embedding. */
  readonly output: string;
  /** That output where a file holds both towers, if it has another name there. @default {the same name} */
  readonly outputOfBoth?: string;
  /** The prefix of its hook points' names: `""` or `"vision."`. */
  readonly prefix: string;
}

export interface FoundTower extends FoundHooks {
  readonly ends: TowerEnds;
  /** Whether each position depends only on itself and earlier ones, so that tokens may be added after a sentence. */
  readonly causal: boolean;
  /** How much it takes at a time; absent if it takes any number of rows and positions. */
  readonly limits?: RunLimits;
}

/**
 * Finds a tower.
 *
 * @returns The tower, and in `bound` the tower to use if its graph runs only at the input size that the file declares.
 */
export function findTower(
  graph: Graph,
  { kind, ends: own, causal = false, shape: { layers, heads, width } }: {
    readonly kind: "text" | "image";
    readonly ends: GraphEnds;
    readonly causal?: boolean;
    readonly shape: Pick<TowerShape, "layers" | "heads" | "width">;
  },
): { readonly found: FoundTower; readonly bound?: FoundTower } {
  const { input, prefix } = own;
  const outputs = [own.output, own.outputOfBoth ?? own.output];
  const output = outputs.find((name) => graph.outputs.includes(name));
  if (!graph.inputs.has(input) || output === undefined) {
    const found = [...graph.inputs.keys(), ...graph.outputs];
    throw new NegscopeError("tower-missing", {
      problem: `Cannot find the ${kind} tower in "${graph.source}"`,
      subject: graph.source,
      reason: `its inputs and outputs are ${found.join(", ")}`,
      expected: `"${input}" and ${[...new Set(outputs)].map((name) => `"${name}"`).join(" or ")}`,
      fix: "point at an export with this tower",
    });
  }
  const ends: TowerEnds = { input, output, prefix, layers, heads, width };
  const found = { ends, causal, ...findHooks(graph, ends) };
  const declared = declaredLimits(graph, ends.input, kind);
  if (isQuantised(graph, ancestors(graph, ends.output))) {
    return { found: { ...found, limits: { rows: 1, ...declared } } }; // scales depend on all rows together
  }
  if (declared === undefined) return { found };
  const { rows, positions } = declared;
  const size = positions === undefined ? `${rows} rows` : `${rows} rows of ${positions} tokens`;
  const advice =
    `the graph is bound to an "${ends.input}" of ${size}; use an export with dynamic axes`;
  return { found, bound: { ends, causal, ...noHooks(layers, advice), limits: declared } };
}
