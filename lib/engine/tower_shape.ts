/** The sizes in which CLIP towers differ, and the shapes of values that follow from them. */

import type { Target } from "../hooks/check.ts";
import type { BatchRows } from "../hooks/selection.ts";
import type { Axis } from "../hooks/tensor.ts";
import { hookAxes, hookPoint } from "./hook_names.ts";

/** A tower's sizes, as in config.json. */
export interface TowerShape {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Neurons of an MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of the embedding. */
  readonly projection: number;
  /** What comes before its blocks and after them. @default {as in CLIP} */
  readonly parts?: OuterParts;
}

export function hookShape(
  { heads, width, mlpWidth, parts }: Pick<TowerShape, "heads" | "width" | "mlpWidth" | "parts">,
  hook: string,
  { rows, positions }: { readonly rows: number; readonly positions: number },
): number[] {
  const sizes: Partial<Record<Axis, number>> = {
    batch: rows,
    position: positions,
    query: positions,
    key: positions,
    head: heads,
    width,
    "head width": width / heads,
    neuron: mlpWidth,
    scale: 1,
  };
  return hookAxes(hook, parts).map((axis) => sizes[axis]!);
}

export function hookTarget(
  tower: TowerShape,
  hook: string,
  { positions, batch }: { readonly positions: number; readonly batch: BatchRows },
): Target {
  const shape = hookShape(tower, hook, { rows: batch.rows.length, positions });
  const weights = hookPoint(hook)?.weights === true;
  return { hook, shape, axes: hookAxes(hook, tower.parts), weights, batch };
}

/** The axes of a hook point's value, with the sizes that the tower fixes: "batch, position, width 512". */
export function axesText(tower: TowerShape, hook: string): string {
  const shape = hookShape(tower, hook, { rows: 0, positions: 0 }); // 0: not fixed by the model
  return hookAxes(hook, tower.parts).map((axis, i) => shape[i] === 0 ? axis : `${axis} ${shape[i]}`)
    .join(", ");
}

/** What comes before the first block of a tower and after its last one. */
export interface OuterParts {
  /** Whether an image's patches follow a class token, from which the embedding is made, and pass a layer norm before the first block. */
  readonly classToken: boolean;
  /** What makes the embedding of the normalised residual stream: a matrix, a matrix and a bias, or attention of one learnt query. */
  readonly pooling: "matrix" | "linear" | "attention";
}

export const CLIP_PARTS = {
  text: { classToken: false, pooling: "matrix" },
  image: { classToken: true, pooling: "matrix" },
} as const satisfies Record<"text" | "image", OuterParts>;
