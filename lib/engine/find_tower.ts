/** A tower in its graph: its ends, its blocks, and the sizes that it can be run at. */

import { towerMissing } from "../errors.ts";
import { ancestors } from "../onnx/graph/dependence.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import { findHooks, type FoundHooks, isQuantised, noHooks, type TowerEnds } from "./find_hooks.ts";
import { IMAGE_PREFIX } from "./hook_names.ts";
import { declaredLimits, type RunLimits } from "./run_limits.ts";
import type { TowerShape } from "./tower_shape.ts";

/** What was found of a tower in its graph. */
export interface FoundTower extends FoundHooks {
  /** Its input and output. */
  readonly ends: TowerEnds;
  /** What it can be run on at a time; absent where any number of rows and positions will do. */
  readonly limits?: RunLimits;
}

/**
 * Finds a tower.
 *
 * @param graph The graph; it may hold the other tower too.
 * @param options Which tower, and its sizes.
 * @returns The tower, and how to see it if its graph is bound to the size that the file says its input has.
 * @throws {TypeError} If the graph lacks the tower, or has another number of blocks.
 */
export function findTower(
  graph: Graph,
  { kind, shape: { layers, heads, width } }: {
    readonly kind: "text" | "image";
    readonly shape: Pick<TowerShape, "layers" | "heads" | "width">;
  },
): { readonly found: FoundTower; readonly bound?: FoundTower } {
  const sizes = { layers, heads, width };
  const ends: TowerEnds = kind === "text"
    ? { input: "input_ids", output: "text_embeds", prefix: "", ...sizes }
    : { input: "pixel_values", output: "image_embeds", prefix: IMAGE_PREFIX, ...sizes };
  if (!graph.inputs.has(ends.input) || !graph.outputs.includes(ends.output)) {
    const found = [...graph.inputs.keys(), ...graph.outputs];
    throw towerMissing(graph.source, kind, [ends.input, ends.output], found);
  }
  const found = { ends, ...findHooks(graph, ends) };
  const declared = declaredLimits(graph, ends.input, kind);
  if (isQuantised(graph, ancestors(graph, ends.output))) {
    return { found: { ...found, limits: { rows: 1, ...declared } } }; // scales are of all rows together
  }
  if (declared === undefined) return { found };
  const { rows, positions } = declared;
  const size = positions === undefined ? `${rows} rows` : `${rows} rows of ${positions} tokens`;
  const advice =
    `the graph is bound to an "${ends.input}" of ${size}; use an export with dynamic axes`;
  return { found, bound: { ends, ...noHooks(layers, advice), limits: declared } };
}
