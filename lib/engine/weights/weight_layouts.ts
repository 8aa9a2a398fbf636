/** Locates weights within stored tensors, provided that the tensors have the right size. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../../onnx/graph/graph.ts";
import { type Linear, type Matrix, storedBehind, type StoredTensor } from "./weight_nodes.ts";
import type { WeightLayout } from "./weight_view.ts";

export interface FoundWeight {
  readonly stored: StoredTensor;
  readonly layout: WeightLayout;
}

interface Columns {
  readonly first: number;
  /** How many columns are stored. */
  readonly of: number;
}

/** Nodes that pick rows of an embedding. */
const PICKS: ReadonlySet<string> = new Set(["Gather", "Slice"]);

/** A linear layer's matrix, [inputs, outputs]. */
export function wholeMatrix(
  linear: Linear | undefined,
  inputs: number,
  outputs: number,
): FoundWeight | undefined {
  const stored = sized(linear?.weight, inputs, outputs);
  return stored && foundIn(stored, [inputs, outputs], stored.strides);
}

/** The matrix of queries, keys or values, [heads, width, head width]: the outputs of all heads are side by side. */
export function matrixToHeads(
  linear: Linear | undefined,
  { heads, width }: { readonly heads: number; readonly width: number },
  { first, of }: Columns = { first: 0, of: width },
): FoundWeight | undefined {
  const stored = sized(linear?.weight, width, of);
  if (stored === undefined) return undefined;
  const [input, output] = stored.strides;
  const headWidth = width / heads;
  const strides = [headWidth * output, input, output];
  return foundIn(stored, [heads, width, headWidth], strides, first * output);
}

/** The matrix of attention's output, [heads, head width, width]: the inputs of all heads are side by side. */
export function matrixFromHeads(
  linear: Linear | undefined,
  { heads, width }: { readonly heads: number; readonly width: number },
): FoundWeight | undefined {
  const stored = sized(linear?.weight, width, width);
  if (stored === undefined) return undefined;
  const [input, output] = stored.strides;
  const headWidth = width / heads;
  return foundIn(stored, [heads, headWidth, width], [headWidth * input, input, output]);
}

/** A bias, the scale or shift of a layer norm, or some columns of one. */
export function vector(
  graph: Graph,
  value: string | undefined,
  shape: readonly number[],
  { first, of }: Columns = { first: 0, of: product(shape) },
): FoundWeight | undefined {
  const stored = value === undefined ? undefined : storedBehind(graph, value);
  if (stored === undefined || elements(stored) !== of) return undefined;
  return foundIn(stored, shape, shape.map((_, axis) => product(shape.slice(axis + 1))), first);
}

/** An embedding, [rows, width], from which rows are picked. */
export function table(
  graph: Graph,
  value: string | undefined,
  width: number,
): FoundWeight | undefined {
  const stored = value === undefined ? undefined : storedBehind(graph, value, PICKS);
  if (stored === undefined || Number(stored.tensor.dims.at(-1)) !== width) return undefined;
  return foundIn(stored, [elements(stored) / width, width], [width, 1]);
}

/** The kernels of the convolution that embeds patches: stored as [width, ...], seen as [channels, rows, columns, width]. */
export function patchMatrix(
  graph: Graph,
  conv: NodeProto | undefined,
  width: number,
): FoundWeight | undefined {
  const stored = conv && storedBehind(graph, conv.input[1]!);
  const dims = stored?.tensor.dims.map(Number) ?? [];
  if (stored === undefined || dims.length !== 4 || dims[0] !== width) return undefined;
  const [, channels, rows, columns] = dims as [number, number, number, number];
  const strides = [rows * columns, columns, 1, channels * rows * columns];
  return foundIn(stored, [channels, rows, columns, width], strides);
}

function sized(stored: Matrix | undefined, inputs: number, outputs: number): Matrix | undefined {
  return stored?.inputs === inputs && stored.outputs === outputs ? stored : undefined;
}

function foundIn(
  { name, tensor }: StoredTensor,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): FoundWeight {
  return { stored: { name, tensor }, layout: { shape, strides, offset } };
}

function elements({ tensor: { dims } }: StoredTensor): number {
  return product(dims.map(Number));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
