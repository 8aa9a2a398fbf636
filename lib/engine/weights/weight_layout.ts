import { type NodeProto, type TensorProto, TensorProto_DataType as Type } from "onnx-buf";
import { attributeOf, type Graph, isSet, widenTensor } from "../../onnx/graph.ts";
import type { Axis } from "../../hooks/tensor.ts";

export type StoredTensor = { readonly name: string; readonly tensor: TensorProto };

/** A stored matrix, seen as [inputs, outputs]. */
export interface Matrix extends StoredTensor {
  readonly inputs: number;
  readonly outputs: number;
  /** The distance between neighbouring values along each axis, in stored numbers. */
  readonly strides: readonly [input: number, output: number];
}

/** y = x W + b */
export interface Linear {
  readonly x: string;
  readonly weight: Matrix;
  readonly bias?: string; // name of the bias; absent if there is none
}

/** y = norm(x) w + b */
export type Norm = { readonly x: string; readonly w: string; readonly b: string };

const FORM = new Set([
  ...["Identity", "Cast", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand"],
]);
const REAL: ReadonlySet<number> = new Set([Type.FLOAT, Type.FLOAT16, Type.BFLOAT16]);

export function numbersOf(tensor: TensorProto): Float32Array<ArrayBuffer> {
  const { rawData, floatData } = widenTensor(tensor);
  if (rawData.length === 0) return Float32Array.from(floatData);
  const bytes = rawData.byteOffset % 4 === 0 ? rawData : rawData.slice(); // a file's bytes may be unaligned
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The stored tensor from which a value was reshaped or picked. */
export function storedBehind(
  graph: Graph,
  value: string,
  through: ReadonlySet<string> = new Set(),
): StoredTensor | undefined {
  for (let name = value;;) {
    const tensor = graph.stored(name);
    if (tensor !== undefined) return REAL.has(tensor.dataType) ? { name, tensor } : undefined;
    const node = graph.producerOf(name);
    if (node === undefined || !(FORM.has(node.opType) || through.has(node.opType))) {
      return undefined;
    }
    name = node.input[0]!;
  }
}

/** The linear layer that makes a value, which may have been reshaped. */
export function linearBehind(graph: Graph, value: string): Linear | undefined {
  let node = graph.producerOf(formless(graph, value));
  let bias: string | undefined;
  if (node?.opType === "Add") {
    bias = node.input.find((name) => graph.isConstant(name));
    const product = node.input.find((name) => !graph.isConstant(name));
    if (bias === undefined || product === undefined) return undefined;
    node = graph.producerOf(formless(graph, product));
  }
  return node && linearOf(graph, node, bias);
}

export function linearOf(graph: Graph, node: NodeProto, bias?: string): Linear | undefined {
  const [x = "", weight = "", added = ""] = node.input;
  const isLinear = /^(Fused)?MatMul$|^Gemm$/.test(node.opType) && graph.isConstant(weight);
  const scaled = (attributeOf(node, "alpha")?.f ?? 1) !== 1 ||
    (attributeOf(node, "beta")?.f ?? 1) !== 1;
  if (!isLinear || scaled || isSet(node, "transA")) return undefined;
  const matrix = matrixOf(graph, weight, isSet(node, "transB"));
  const own = bias ?? (added === "" ? undefined : added);
  return matrix && { x, weight: matrix, ...(own !== undefined && { bias: own }) };
}

/** The layer norm that makes a value, as one node or spelled out. */
export function normBehind(graph: Graph, value: string): Norm | undefined {
  const node = graph.producerOf(value);
  if (node?.opType === "LayerNormalization") {
    const [x, w, b = ""] = node.input as [string, string, string?];
    return { x, w, b };
  }
  const b = constantOperand(graph, node, "Add");
  const scaled = b && graph.producerOf(b.other);
  const w = constantOperand(graph, scaled, "Mul");
  const deviation = w && graph.producerOf(w.other); // (x - mean) / sqrt(variance + epsilon)
  const centred = deviation?.opType === "Div" ? graph.producerOf(deviation.input[0]!) : undefined;
  if (centred?.opType !== "Sub") return undefined;
  return { x: centred.input[0]!, w: w!.constant, b: b!.constant };
}

export function formless(graph: Graph, value: string): string {
  for (let name = value;;) {
    const node = graph.producerOf(name);
    if (node === undefined || !FORM.has(node.opType)) return name;
    name = node.input[0]!;
  }
}

function constantOperand(graph: Graph, node: NodeProto | undefined, opType: string) {
  if (node?.opType !== opType) return undefined;
  const constant = node.input.find((name) => graph.isConstant(name));
  const other = node.input.find((name) => !graph.isConstant(name));
  return constant === undefined || other === undefined ? undefined : { constant, other };
}

export function matrixOf(graph: Graph, value: string, transposed: boolean): Matrix | undefined {
  let [name, turned] = [value, transposed];
  let node = graph.producerOf(name);
  while (node?.opType === "Transpose" || node?.opType === "Identity" || node?.opType === "Cast") {
    if (node.opType === "Transpose") turned = !turned;
    name = node.input[0]!;
    node = graph.producerOf(name);
  }
  const tensor = graph.stored(name);
  if (tensor === undefined || tensor.dims.length !== 2 || !REAL.has(tensor.dataType)) {
    return undefined;
  }
  const [rows, columns] = tensor.dims.map(Number) as [number, number];
  return turned
    ? { name, tensor, inputs: columns, outputs: rows, strides: [1, columns] }
    : { name, tensor, inputs: rows, outputs: columns, strides: [columns, 1] };
}

/** Where the values of a weight lie among stored numbers: its shape, the distance between neighbours along each axis, and the first place. */
export interface WeightLayout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Calls `visit` with the place of each value of a weight, in the order of its axes, whatever the order in which it is stored. */
export function forEachPlace(
  { shape, strides, offset }: WeightLayout,
  visit: (place: number) => void,
): void {
  const along = (axis: number, from: number): void => {
    if (axis === shape.length) return visit(from);
    for (let i = 0; i < shape[axis]!; i++) along(axis + 1, from + i * strides[axis]!);
  };
  along(0, offset);
}

export type FoundWeight = { readonly stored: StoredTensor; readonly layout: WeightLayout };

interface Columns {
  readonly first: number;
  readonly of: number; // how many columns are stored
}

/** Nodes that pick rows of an embedding. */
const PICKS: ReadonlySet<string> = new Set(["Gather", "Slice"]);

/** A linear layer's matrix, [inputs, outputs]. */
export function wholeMatrix(linear: Linear | undefined, inputs: number, outputs: number) {
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
export function table(graph: Graph, value: string | undefined, width: number) {
  const stored = value === undefined ? undefined : storedBehind(graph, value, PICKS);
  if (stored === undefined || Number(stored.tensor.dims.at(-1)) !== width) return undefined;
  return foundIn(stored, [elements(stored) / width, width], [width, 1]);
}

/** The kernels of the convolution that embeds patches: stored as [width, ...], seen as [channels, rows, columns, width]. */
export function patchMatrix(graph: Graph, conv: NodeProto | undefined, width: number) {
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

/** The weights of a block, in the order of computation. Matrices have their inputs before their outputs: y = x W + b. */
const BLOCK_WEIGHTS = {
  "ln1.w": ["width"],
  "ln1.b": ["width"],
  "attn.W_Q": ["head", "width", "head width"],
  "attn.b_Q": ["head", "head width"],
  "attn.W_K": ["head", "width", "head width"],
  "attn.b_K": ["head", "head width"],
  "attn.W_V": ["head", "width", "head width"],
  "attn.b_V": ["head", "head width"],
  "attn.W_O": ["head", "head width", "width"],
  "attn.b_O": ["width"],
  "ln2.w": ["width"],
  "ln2.b": ["width"],
  "mlp.W_in": ["width", "neuron"],
  "mlp.b_in": ["neuron"],
  "mlp.W_out": ["neuron", "width"],
  "mlp.b_out": ["width"],
} as const satisfies Record<string, readonly Axis[]>;

/** The weights before the first block of a text tower, and of image towers with and without a class token. */
const POSITIONS = { "pos_embed.W_pos": ["position", "width"] } as const;
const PATCHES = { "embed.W_patch": ["channel", "row", "column", "width"] } as const;
const BEGINNINGS = {
  text: { "embed.W_E": ["token", "width"], ...POSITIONS },
  class: {
    ...PATCHES,
    "embed.W_class": ["width"],
    ...POSITIONS,
    "ln_pre.w": ["width"],
    "ln_pre.b": ["width"],
  },
  patches: { ...PATCHES, "embed.b_patch": ["width"], ...POSITIONS },
} as const satisfies Record<string, Record<string, readonly Axis[]>>;

const FINAL_NORM = { "ln_final.w": ["width"], "ln_final.b": ["width"] } as const;
const PROJECTION = { "W_proj": ["width", "projection"] } as const;

/** The weights after the last block, by what makes the embedding. */
const ENDINGS = {
  matrix: { ...FINAL_NORM, ...PROJECTION },
  linear: { ...FINAL_NORM, ...PROJECTION, "b_proj": ["projection"] },
  attention: {
    ...FINAL_NORM,
    "pool.query": ["width"],
    ...Object.fromEntries(
      Object.entries(BLOCK_WEIGHTS).filter(([name]) => !name.startsWith("ln1"))
        .map(([name, axes]) => [`pool.${name.replace("ln2", "ln")}`, axes]),
    ),
  },
} as const satisfies Record<OuterParts["pooling"], Record<string, readonly Axis[]>>;

/**
 * All weights of a tower with their axes, in the order of computation. The names are those of TransformerLens, which has none for some
 * weights: `embed.W_class` is the class embedding, `embed.W_patch` turns the pixels of a patch into a vector, and `W_proj` turns the pooled,
 * normalised vector into the embedding. In SigLIP's image tower the learnt query `pool.query` pools the patches by an attention of its own,
 * and an MLP follows. `parts`: what comes before the blocks and after them. @default {as in CLIP}
 */
export function weightAxes(
  kind: "text" | "image",
  layers: number,
  parts: OuterParts = CLIP_PARTS[kind],
): ReadonlyMap<string, readonly Axis[]> {
  const blocks = Array.from(
    { length: layers },
    (_, layer) =>
      Object.entries(BLOCK_WEIGHTS).map(([name, axes]) =>
        [`blocks.${layer}.${name}`, axes] as const
      ),
  );
  const beginning = kind === "text" ? "text" : parts.classToken ? "class" : "patches";
  return new Map<string, readonly Axis[]>([
    ...Object.entries(BEGINNINGS[beginning]),
    ...blocks.flat(),
    ...Object.entries(ENDINGS[parts.pooling]),
  ]);
}
