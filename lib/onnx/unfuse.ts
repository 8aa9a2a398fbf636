/** Spells out fused nodes, so that values inside can be read: ONNX's Attention (operator set 23), and the runtime's sum with layer norm. */

import { type NodeProto, TensorProto_DataType as Type } from "onnx-buf";
import { attributeOf, type Graph } from "./graph.ts";
import { elementType } from "./weight_numbers.ts";
import { makeNode, NodeWriter, scalarTensor, wholeTensor } from "./build.ts";

/** Replaces Attention and SkipLayerNormalization with the operators that define them; the same graph if it has none. */
export function unfuse(graph: Graph): Graph {
  const spelledOut = (node: NodeProto): NodeProto[] => {
    if (isPlainAttention(graph, node)) return spellOutAttention(graph, node);
    return (node.opType === "SkipLayerNormalization" && !node.output[1] && !node.output[2])
      ? spellOutSkipNorm(graph, node)
      : [node];
  };
  const nodes = graph.nodes.flatMap(spelledOut);
  return nodes.length === graph.nodes.length ? graph : graph.withNodes(nodes);
}

/** Whether a node is Attention as CLIP uses it: float32 [batch, head, position, head width], no cache or capping, the mixed values its only output. */
function isPlainAttention(graph: Graph, node: NodeProto): boolean {
  const { opType, domain, input, output, attribute } = node;
  return opType === "Attention" && domain === "" && input.length >= 3 &&
    input.slice(4).every((name) => name === "") && output.slice(1).every((name) => name === "") &&
    attribute.some(({ name }) => name === "scale") &&
    attribute.every(({ name, i, f }) =>
      name === "scale" || name === "is_causal" || (i === 0n && f === 0)
    ) &&
    elementType(graph, input[0]!) === Type.FLOAT;
}

/** Spells out softmax(scale Q K' + mask) V. */
function spellOutAttention(graph: Graph, node: NodeProto): NodeProto[] {
  const [query, key, value, mask = ""] = node.input as [string, string, string, string?];
  const [output] = node.output as [string];
  const written = new NodeWriter(output);
  const scaled = written.op("Mul", [query, attributeOf(node, "scale")!.f]);
  const keys = written.op("Transpose", [key], { perm: [0n, 1n, 3n, 2n] });
  let scores = written.op("MatMul", [scaled, keys]);
  if (attributeOf(node, "is_causal")?.i === 1n) {
    const sizes = written.op("Shape", [scores]);
    const never = { value: scalarTensor(-Infinity, [1n]) };
    const all = written.op("ConstantOfShape", [sizes], never);
    const future = written.op("Trilu", [all, written.constant(wholeTensor(1))]); // the upper part, by default
    scores = written.op("Add", [scores, future]);
  }
  if (mask !== "") { // numbers are added to the scores, booleans say which keys may be seen
    scores = elementType(graph, mask) === Type.BOOL
      ? written.op("Where", [mask, scores, -Infinity])
      : written.op("Add", [scores, mask]);
  }
  written.op("MatMul", [written.op("Softmax", [scores]), value], {}, output); // over the last axis, by default
  return written.nodes;
}

/** Spells out norm(branch + bias + residual): the bias of the linear layer before it, the residual sum, and the norm. */
function spellOutSkipNorm(graph: Graph, node: NodeProto): NodeProto[] {
  const [first, second, gamma, beta = "", bias = ""] = node.input as [string, string, string];
  const normed = node.output[0]!;
  const sum = node.output[3] || `${normed}:sum`;
  const isProduct = (name: string) => graph.producerOf(name)?.opType === "MatMul";
  const [branch, residual] = isProduct(second) ? [second, first] : [first, second]; // the bias belongs to the product
  const written = new NodeWriter(normed);
  const whole = bias === "" ? branch : written.op("Add", [branch, bias]);
  written.op("Add", [residual, whole], {}, sum);
  const input = beta === "" ? [sum, gamma] : [sum, gamma, beta];
  const { attribute } = node; // epsilon
  written.add({ ...makeNode("LayerNormalization", input, ""), attribute }, normed);
  return written.nodes;
}

const EPSILON = 1e-5;

/**
 * Replaces LayerNormalization with the operators that define it. Returns the same object if there is nothing to replace.
 *
 * The runtime's node adds up the values of a vector one after another, 4 ns each; the operators take a third of the time and round
 * differently.
 */
export function unfuseLayerNorms(graph: Graph): Graph {
  return graph.nodes.some(isPlainLayerNorm)
    ? graph.withNodes(
      graph.nodes.flatMap((node) => isPlainLayerNorm(node) ? spellOut(graph, node) : [node]),
    )
    : graph;
}

/** Whether a node normalises only the last axis, and its mean and deviation are not read. */
export function isPlainLayerNorm({ opType, output, attribute }: NodeProto): boolean {
  return opType === "LayerNormalization" && !output[1] && !output[2] &&
    attribute.every(({ name, i }) => name !== "axis" || i === -1n);
}

/** (x - mean) / sqrt(variance + epsilon) * gamma + beta */
function spellOut(graph: Graph, node: NodeProto): NodeProto[] {
  const [, gamma, beta = ""] = node.input as [string, string, string?];
  const [output] = node.output as [string];
  const written = new NodeWriter(output);
  const { centred, deviation } = writeDeviation(written, graph, node);
  const normed = written.op("Div", [centred, deviation]);
  const scaled = written.op("Mul", [normed, gamma], {}, beta === "" ? output : undefined);
  if (beta !== "") written.op("Add", [scaled, beta], {}, output);
  return written.nodes;
}

/** Writes x - mean, variance + epsilon, and the square root of that, as a layer norm has them. */
export function writeDeviation(written: NodeWriter, graph: Graph, node: NodeProto) {
  const x = node.input[0]!;
  const mean = (of: string) => written.reduce(graph, "ReduceMean", of, -1);
  const centred = written.op("Sub", [x, mean(x)]);
  const variance = mean(written.op("Mul", [centred, centred]));
  const positive = written.op("Add", [variance, attributeOf(node, "epsilon")?.f ?? EPSILON]);
  return { centred, positive, deviation: written.op("Sqrt", [positive]) };
}

type Write = (opType: string, ...input: readonly (string | number)[]) => string;

function erfGate(op: Write, x: string): string {
  return op("Mul", op("Add", op("Erf", op("Mul", x, Math.SQRT1_2)), 1), 0.5);
}

function tanhGate(op: Write, x: string): string {
  const bent = op("Mul", x, op("Add", op("Mul", op("Mul", x, x), 0.044715), 1));
  return op("Mul", op("Add", op("Tanh", op("Mul", bent, Math.sqrt(2 / Math.PI))), 1), 0.5);
}

function isTanh(node: NodeProto): boolean {
  return new TextDecoder().decode(attributeOf(node, "approximate")?.s) === "tanh";
}

/** What the activation functions that are one node each multiply x by, their bias included. */
const GATES: Readonly<Record<string, (op: Write, x: string, node: NodeProto) => string>> = {
  BiasGelu: erfGate,
  FastGelu: tanhGate,
  Gelu: (op, x, node) => isTanh(node) ? tanhGate(op, x) : erfGate(op, x),
  QuickGelu: (op, x, node) => op("Sigmoid", op("Mul", x, attributeOf(node, "alpha")?.f ?? 1.702)),
};

/** Replaces activation functions that are one node each with the operators that define them; the same graph if it has none. */
export function unfuseActivations(graph: Graph): Graph {
  const nodes = graph.nodes.flatMap((node): readonly NodeProto[] => {
    const gate = Object.hasOwn(GATES, node.opType) ? GATES[node.opType] : undefined;
    if (gate === undefined) return [node];
    const written = new NodeWriter(node.output[0]!);
    const op: Write = (opType, ...input) => written.op(opType, input);
    const x = node.input[1] ? op("Add", ...node.input) : node.input[0]!;
    const product = makeNode("Mul", [x, gate(op, x, node)], node.output[0]!);
    return [...written.nodes, product];
  });
  return nodes.length === graph.nodes.length ? graph : graph.withNodes(nodes);
}
