/** Rewrites graphs: nodes that do nothing are removed, and fused nodes spelled out, so that hook points and weights can be found. */

import {
  type NodeProto,
  type TensorProto,
  TensorProto_DataType as Type,
  type ValueInfoProto,
} from "onnx-buf";
import { attributeOf, computedType, type Graph } from "./graph.ts";
import { elementType, knownType, typeOfOperator } from "./weight_numbers.ts";
import { isExternal, wholeNumbersIn } from "./weight_files.ts";
import { makeNode, NodeWriter, scalarTensor, wholeTensor } from "./build.ts";

/** Removes nodes that return what they read; inputs, outputs, weights and subgraphs inside nodes stay. Returns the same object if there are none. */
export function dropIdleNodes(graph: Graph): Graph {
  const isIdle = idleTest(graph);
  const outputs = new Set(graph.outputs);
  const readInside = new Set(
    graph.nodes.flatMap(({ input }, index) =>
      graph.reads[index]!.slice(input.filter((name) => name !== "").length)
    ),
  );
  const before = new Map<string, string>(); // what a removed node read, by what it made
  const after = new Map<string, string>(); // an output of the graph, by what the removed node that made it read
  const nodes = graph.nodes.filter((node) => {
    const made = node.output[0] ?? "";
    if (readInside.has(made) || !isIdle(node)) return true;
    const read = before.get(node.input[0]!) ?? node.input[0]!;
    if (!outputs.has(made)) {
      before.set(made, read);
      return false;
    }
    const fixed = !graph.producer.has(read) || outputs.has(read) || readInside.has(read);
    if (fixed || after.has(read)) return true;
    after.set(read, made);
    return false;
  });
  if (nodes.length === graph.nodes.length) return graph;
  const nameOf = (name: string) => {
    const first = before.get(name) ?? name;
    return after.get(first) ?? first;
  };
  return graph.withNodes(
    nodes.map((node) => ({
      ...node,
      input: node.input.map(nameOf),
      output: node.output.map((name) => after.get(name) ?? name),
    })),
    described(graph.model.graph!.valueInfo, nameOf),
  );
}

function described(
  infos: readonly ValueInfoProto[],
  nameOf: (name: string) => string,
): ValueInfoProto[] {
  const all = new Map<string, ValueInfoProto>();
  for (const info of infos) {
    const name = nameOf(info.name);
    if (name === info.name || !all.has(name)) all.set(name, { ...info, name });
  }
  return [...all.values()];
}

const END = 2n ** 31n - 1n; // exporters write this number or a larger one for the end of an axis

interface Known {
  readonly graph: Graph;
  /** The sizes that the file declares; one that varies is undefined. */
  readonly sizes: ReadonlyMap<string, readonly (bigint | undefined)[]>;
}

/** Recognises nodes that return their first input unchanged, whatever it is; where the graph does not tell, a node counts as doing something. */
function idleTest(graph: Graph): (node: NodeProto) => boolean {
  const known = { graph, sizes: sizesOf(graph) };
  const outputs = new Set(graph.outputs);
  const isRead = (name: string) => graph.consumers.has(name) || outputs.has(name);
  return (node) => {
    const { opType, domain, input, output } = node;
    const plain = (domain === "" || domain === "ai.onnx") && (input[0] ?? "") !== "" &&
      !output.slice(1).some(isRead);
    return plain && (IDLE[opType]?.(node, known) ?? false);
  };
}

const IDLE: Readonly<Record<string, (node: NodeProto, known: Known) => boolean>> = {
  Identity: () => true,
  Dropout: isInference,
  Cast: (node, { graph }) => {
    const type = knownType(graph, node.input[0]!);
    return type !== undefined && type === computedType(typeOfOperator(node)!);
  },
  Concat: ({ input }) => input.length === 1,
  Transpose: (node) => {
    const axes = attributeOf(node, "perm")?.ints ?? [];
    return axes.length > 0 && axes.every((axis, i) => axis === BigInt(i));
  },
  Slice: takesAll,
  Reshape: keepsShape,
};

/** Whether a Dropout is not in training; before operator set 12 none ever was. */
function isInference({ input }: NodeProto, { graph }: Known): boolean {
  const training = input[2] ?? "";
  if (training === "") return true;
  const stored = constantOf(graph, training);
  if (stored?.dataType !== Type.BOOL) return false;
  return [...stored.rawData, ...stored.int32Data].every((value) => value === 0);
}

/** Whether a slice takes every axis from its beginning to its end. */
function takesAll({ input }: NodeProto, { graph }: Known): boolean {
  const [, starts = "", ends = "", , steps = ""] = input;
  const every = (name: string, holds: (value: bigint) => boolean) =>
    wholeNumbers(graph, name)?.every(holds) ?? false;
  return every(starts, (start) => start === 0n) && every(ends, (end) => end >= END) &&
    (steps === "" || every(steps, (step) => step === 1n));
}

/** Whether a value is reshaped to the sizes that the file declares for it; one of them may be left open. */
function keepsShape(node: NodeProto, { graph, sizes }: Known): boolean {
  const [x, shape = ""] = node.input as [string, string?];
  const [from, to] = [sizes.get(x), wholeNumbers(graph, shape)];
  if (from === undefined || to?.length !== from.length || attributeOf(node, "allowzero")?.i) {
    return false;
  }
  return to.every((size, i) => size === 0n || size === -1n || size === from[i]) &&
    to.filter((size) => size === -1n).length <= 1;
}

function sizesOf({ model: { graph }, initializers }: Graph): Known["sizes"] {
  const sizes = new Map<string, readonly (bigint | undefined)[]>();
  for (const { name, type } of [...graph!.valueInfo, ...graph!.input]) {
    const shape = type?.value.case === "tensorType" ? type.value.value.shape : undefined;
    if (shape === undefined) continue;
    sizes.set(
      name,
      shape.dim.map(({ value }) => value.case === "dimValue" ? value.value : undefined),
    );
  }
  for (const [name, { dims }] of initializers) sizes.set(name, dims);
  return sizes;
}

function wholeNumbers(graph: Graph, name: string): readonly bigint[] | undefined {
  const list = attributeOf(graph.producerOf(name), "value_ints")?.ints ?? [];
  if (list.length > 0) return list;
  const stored = constantOf(graph, name);
  return stored?.dataType === Type.INT64 ? wholeNumbersIn(stored) : undefined;
}

/** A constant that the graph's own file holds. */
function constantOf(graph: Graph, name: string): TensorProto | undefined {
  const stored = graph.stored(name);
  return stored === undefined || isExternal(stored) ? undefined : stored;
}

/** Replaces Attention and SkipLayerNormalization with the operators that define them; the same graph if it has none. */
export function unfuse(graph: Graph): Graph {
  return replaced(graph, (node) => {
    if (isPlainAttention(graph, node)) return spellOutAttention(graph, node);
    const isSum = node.opType === "SkipLayerNormalization" && !node.output[1] && !node.output[2];
    return isSum ? spellOutSkipNorm(graph, node) : undefined;
  });
}

/** A graph in which some nodes are several others; the same object if there are none. */
function replaced(
  graph: Graph,
  others: (node: NodeProto) => readonly NodeProto[] | undefined,
): Graph {
  const nodes = graph.nodes.flatMap((node) => others(node) ?? [node]);
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
 * Replaces LayerNormalization with the operators that define it. Returns the same object if there is nothing to replace. The runtime's node
 * adds up the values of a vector one after another, 4 ns each; the operators take a third of the time and round differently.
 */
export function unfuseLayerNorms(graph: Graph): Graph {
  return replaced(graph, (node) => isPlainLayerNorm(node) ? spellOut(graph, node) : undefined);
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
  return replaced(graph, (node) => {
    const gate = Object.hasOwn(GATES, node.opType) ? GATES[node.opType] : undefined;
    if (gate === undefined) return undefined;
    const written = new NodeWriter(node.output[0]!);
    const op: Write = (opType, ...input) => written.op(opType, input);
    const x = node.input[1] ? op("Add", ...node.input) : node.input[0]!;
    written.op("Mul", [x, gate(op, x, node)], {}, node.output[0]!);
    return written.nodes;
  });
}
