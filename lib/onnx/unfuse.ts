/** Spells out fused nodes, so that values inside can be read: ONNX's Attention (operator set 23), and the runtime's sum with layer norm. */

import { type NodeProto, TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { create } from "@bufbuild/protobuf";
import { attributeOf, type Graph } from "./graph.ts";
import { elementType } from "./weight_numbers.ts";
import { makeConstant, makeNode, makeTranspose, reduceNodes, scalarTensor } from "./build.ts";

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
  const at = (name: string) => `${output}:${name}`;
  const nodes = [
    makeConstant(scalarTensor(attributeOf(node, "scale")!.f), at("scale")),
    makeNode("Mul", [query, at("scale")], at("query")),
    makeTranspose(key, [0, 1, 3, 2], at("key")),
    makeNode("MatMul", [at("query"), at("key")], at("product")),
  ];
  let scores = at("product");
  if (attributeOf(node, "is_causal")?.i === 1n) {
    nodes.push(...causal(scores, at));
    scores = at("past");
  }
  if (mask !== "") {
    nodes.push(...masked(scores, { mask, isBool: elementType(graph, mask) === Type.BOOL, at }));
    scores = at("scores");
  }
  return [
    ...nodes,
    makeNode("Softmax", [scores], at("pattern")), // over the last axis, by default
    makeNode("MatMul", [at("pattern"), value], output),
  ];
}

/** Applies a mask: numbers are added to the scores, booleans say which keys may be seen. */
function masked(
  scores: string,
  { mask, isBool, at }: Readonly<{ mask: string; isBool: boolean; at: (name: string) => string }>,
): NodeProto[] {
  if (!isBool) return [makeNode("Add", [scores, mask], at("scores"))];
  return [
    makeConstant(scalarTensor(-Infinity), at("never")),
    makeNode("Where", [mask, scores, at("never")], at("scores")),
  ];
}

function causal(scores: string, at: (name: string) => string): NodeProto[] {
  const one = create(TensorProtoSchema, { dataType: Type.INT64, int64Data: [1n] });
  return [
    makeNode("Shape", [scores], at("size")),
    makeNode("ConstantOfShape", [at("size")], at("all"), { value: scalarTensor(-Infinity, [1n]) }),
    makeConstant(one, at("one")),
    makeNode("Trilu", [at("all"), at("one")], at("future")), // the upper part, by default
    makeNode("Add", [scores, at("future")], at("past")),
  ];
}

/** Spells out norm(branch + bias + residual): the bias of the linear layer before it, the residual sum, and the norm. */
function spellOutSkipNorm(graph: Graph, node: NodeProto): NodeProto[] {
  const [first, second, gamma, beta = "", bias = ""] = node.input as [string, string, string];
  const normed = node.output[0]!;
  const sum = node.output[3] || `${normed}:sum`;
  const isProduct = (name: string) => graph.producerOf(name)?.opType === "MatMul";
  const [branch, residual] = isProduct(second) ? [second, first] : [first, second]; // the bias belongs to the product
  const whole = bias === "" ? branch : `${normed}:branch`;
  const norm = makeNode(
    "LayerNormalization",
    beta === "" ? [sum, gamma] : [sum, gamma, beta],
    normed,
  );
  norm.attribute = node.attribute; // epsilon
  return [
    ...(bias === "" ? [] : [makeNode("Add", [branch, bias], whole)]),
    makeNode("Add", [residual, whole], sum),
    norm,
  ];
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
  const at = (name: string) => `${output}:${name}`;
  return [
    ...deviationNodes(graph, node, at),
    makeNode("Div", [at("centred"), at("deviation")], at("normed")),
    makeNode("Mul", [at("normed"), gamma], beta === "" ? output : at("scaled")),
    ...(beta === "" ? [] : [makeNode("Add", [at("scaled"), beta], output)]),
  ];
}

/** The operators that make `centred` (x - mean), `positive` (variance + epsilon) and `deviation` (its square root). */
export function deviationNodes(
  graph: Graph,
  node: NodeProto,
  at: (
    name: "mean" | "centred" | "squares" | "variance" | "epsilon" | "positive" | "deviation",
  ) => string,
): NodeProto[] {
  const x = node.input[0]!;
  const epsilon = node.attribute.find(({ name }) => name === "epsilon")?.f ?? EPSILON;
  const mean = (input: string, output: string) =>
    reduceNodes(graph, "ReduceMean", { input, axis: -1, output });
  return [
    ...mean(x, at("mean")),
    makeNode("Sub", [x, at("mean")], at("centred")),
    makeNode("Mul", [at("centred"), at("centred")], at("squares")),
    ...mean(at("squares"), at("variance")),
    makeConstant(scalarTensor(epsilon), at("epsilon")),
    makeNode("Add", [at("variance"), at("epsilon")], at("positive")),
    makeNode("Sqrt", [at("positive")], at("deviation")),
  ];
}

/** The activation functions that are one node each, by the form that each has. */
const ACTIVATIONS: Readonly<Record<string, (node: NodeProto) => "erf" | "tanh" | "sigmoid">> = {
  Gelu: (node) => textOf(node, "approximate") === "tanh" ? "tanh" : "erf",
  BiasGelu: () => "erf",
  FastGelu: () => "tanh",
  QuickGelu: () => "sigmoid",
};

function textOf(node: NodeProto, name: string): string {
  return new TextDecoder().decode(attributeOf(node, name)?.s);
}

/** Replaces activation functions that are one node each with the operators that define them; the same graph if it has none. */
export function unfuseActivations(graph: Graph): Graph {
  const isOne = ({ opType }: NodeProto) => Object.hasOwn(ACTIVATIONS, opType);
  return graph.nodes.some(isOne)
    ? graph.withNodes(
      graph.nodes.flatMap((node) => isOne(node) ? spellOutActivation(node) : [node]),
    )
    : graph;
}

/** x times a gate: half of 1 + erf(x / sqrt(2)), half of 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)), or the logistic function of alpha x. */
function spellOutActivation(node: NodeProto): NodeProto[] {
  const [read, bias = ""] = node.input as [string, string?];
  const output = node.output[0]!;
  const nodes: NodeProto[] = [];
  const write = (opType: string, name: string, ...input: readonly (string | number)[]) => {
    const names = input.map((from, i) => {
      if (typeof from === "string") return from;
      const constant = `${output}:${name}:${i}`;
      nodes.push(makeConstant(scalarTensor(from), constant));
      return constant;
    });
    const made = name === "" ? output : `${output}:${name}`;
    nodes.push(makeNode(opType, names, made));
    return made;
  };
  const x = bias === "" ? read : write("Add", "biased", read, bias);
  const form = ACTIVATIONS[node.opType]!(node);
  if (form === "sigmoid") {
    const steeper = write("Mul", "steeper", x, attributeOf(node, "alpha")?.f ?? 1.702);
    write("Mul", "", x, write("Sigmoid", "gate", steeper));
    return nodes;
  }
  let inner: string;
  if (form === "erf") inner = write("Erf", "erf", write("Mul", "scaled", x, Math.SQRT1_2));
  else {
    const bend = write("Mul", "bend", write("Mul", "square", x, x), 0.044715);
    const sum = write("Mul", "bent", x, write("Add", "slope", bend, 1));
    inner = write("Tanh", "tanh", write("Mul", "scaled", sum, Math.sqrt(2 / Math.PI)));
  }
  const gate = write("Mul", "gate", write("Add", "whole", inner, 1), 0.5);
  write("Mul", "", x, gate);
  return nodes;
}
