/** Recognises linear layers and layer norms among the nodes of a graph, and the stored tensors that they read. */

import { type NodeProto, type TensorProto, TensorProto_DataType as Type } from "onnx-buf";
import { attributeOf, type Graph, isSet, widenTensor } from "../../onnx/graph.ts";

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
