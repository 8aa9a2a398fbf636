/** The parts of a block in a graph: where each begins and ends, and values that a graph lacks and that are added on request. */

import type { NodeProto } from "onnx-buf";
import { ancestors, descendants } from "../../onnx/cut.ts";
import { attributeOf, type Graph, isSet } from "../../onnx/graph.ts";
import { makeNode, NodeWriter, wholeTensor } from "../../onnx/build.ts";
import { normBehind } from "../weights/weight_layout.ts";
import { isPlainLayerNorm, writeDeviation } from "../../onnx/simplify.ts";

interface Residuals {
  readonly residPre: string;
  readonly out: NodeProto; // linear layer that reads the heads' outputs, without its bias
  readonly attnOut: string;
  readonly residMid: string;
  readonly mlpOut: string;
  readonly residPost: string;
}

export interface Block {
  readonly graph: Graph;
  /** Distinguishes values that change with the data from constants, masks and sizes. */
  readonly varies: (name: string) => boolean;
  readonly heads: number;
  readonly width: number;
  readonly tower: "text" | "image";
  readonly softmax?: NodeProto; // the node that makes the attention weights; absent if attention is a single node
  readonly mix?: NodeProto;
  readonly residuals?: Residuals; // absent if the residual sums cannot be found
}

export type Around = Pick<Block, "graph" | "varies" | "heads" | "width" | "tower">;

/** Finds the landmarks of a block: after the attention, the mix of values, the projection, and the two residual sums. */
export function findBlock(around: Around, attention: NodeProto): Block {
  const made = attention.output[0]!;
  if (attention.opType !== "Softmax") return { ...around, ...residualsAfter(around, made) };
  const mix = mixOf(around.graph, attention);
  return {
    ...around,
    softmax: attention,
    ...(mix === undefined ? {} : { mix, ...residualsAfter(around, mix.output[0]!) }),
  };
}

export function isProduct(node: NodeProto): boolean {
  return node.opType === "MatMul" || node.opType === "FusedMatMul";
}

/** Whether a node is a product with a weight: a linear layer without its bias. */
export function isLinear(graph: Graph, node: NodeProto): boolean {
  return (isProduct(node) || node.opType === "Gemm") && graph.isConstant(node.input[1] ?? "");
}

/** The product of weights and values; some exporters put IsNaN and Where before it. */
function mixOf(graph: Graph, softmax: NodeProto): NodeProto | undefined {
  const weights = new Set(softmax.output);
  return descendants(graph, softmax.output[0]!).find((node) => {
    const isMix = isProduct(node) && weights.has(node.input[0] ?? "");
    if (!isMix) node.output.forEach((name) => weights.add(name));
    return isMix;
  });
}

function residualsAfter(
  { graph, varies }: Pick<Block, "graph" | "varies">,
  mixed: string,
): { residuals?: Residuals } {
  const below = descendants(graph, mixed);
  const made = new Set([mixed, ...below.flatMap((node) => node.output)]);
  const sums = below.filter((node) => node.opType === "Add" && node.input.every(varies));
  const attentionSum = sums.find((node) => node.input.some((name) => made.has(name)));
  const out = below.find((node) => isLinear(graph, node));
  if (attentionSum === undefined || out === undefined) return {};
  const [attnOut, residPre] = operands(attentionSum, (name) => made.has(name));
  const residMid = attentionSum.output[0]!;
  const mlpSum = sums.find((node) => node !== attentionSum && node.input.includes(residMid));
  if (mlpSum === undefined) return {};
  const [, mlpOut] = operands(mlpSum, (name) => name === residMid);
  const residPost = mlpSum.output[0]!;
  return { residuals: { residPre, out, attnOut, residMid, mlpOut, residPost } };
}

export function operands(sum: NodeProto, fits: (name: string) => boolean): [string, string] {
  const [a, b] = sum.input as [string, string];
  return fits(a) ? [a, b] : [b, a];
}

/** A value that a graph lacks, the nodes that make it, and how a change to it reaches the graph's own values. */
export interface AddedValue {
  readonly value: string;
  readonly nodes: readonly NodeProto[]; // nodes that make it, and `change` if there is one
  readonly reaches: string;
  /**
   * How a change reaches that value. Either `change` is added to it and its unchanged form is renamed to `before`; `change` is exactly 0
   * until something is changed, so reading alters no bit. Or the node that makes it reads the added value in place of `operand`.
   */
  readonly by: { readonly change: string; readonly before: string } | { readonly operand: string };
}

/** A graph with added values. All other values keep their names. Returns the same object if there is nothing to add. */
export function withAddedValues(graph: Graph, added: readonly AddedValue[]): Graph {
  if (added.length === 0) return graph;
  return graph.withNodes(added.reduce<readonly NodeProto[]>(withOne, graph.nodes)); // the new graph sorts its nodes
}

function withOne(
  nodes: readonly NodeProto[],
  { value, nodes: own, reaches, by }: AddedValue,
): readonly NodeProto[] {
  const rename = (names: readonly string[], from: string, to: string) =>
    names.map((name) => name === from ? to : name);
  const changed = nodes.map((node) => {
    if (!node.output.includes(reaches)) return node;
    return "operand" in by
      ? { ...node, input: rename(node.input, by.operand, value) }
      : { ...node, output: rename(node.output, reaches, by.before) };
  });
  const sum = "operand" in by ? [] : [makeNode("Add", [by.before, by.change], reaches)];
  return [...changed, ...own, ...sum];
}

/** The embeddings of tokens, or of the class token and the patches, before positions are added. */
export function tokenEmbedding(first: Block): string | undefined {
  return embeddingSum(first)?.tokens;
}

/** The embeddings of positions. The graph adds the same ones to every row; here every row has its own. */
export function positionEmbedding(first: Block): AddedValue | undefined {
  const found = embeddingSum(first);
  if (found === undefined) return undefined;
  const { sum, tokens, positions } = found;
  const reaches = sum.output[0]!;
  const value = `${reaches}:positions`;
  const written = new NodeWriter(value);
  written.op("Expand", [positions, written.op("Shape", [tokens])], {}, value);
  return { value, nodes: written.nodes, reaches, by: { operand: positions } };
}

/** The sum of an operand that varies with the data and one that does not; in the image tower a layer norm follows it. */
function embeddingSum({ graph, varies, residuals }: Block) {
  if (residuals === undefined) return undefined;
  const { residPre } = residuals;
  const sum: NodeProto | undefined = graph.producerOf(normBehind(graph, residPre)?.x ?? residPre);
  if (sum?.opType !== "Add") return undefined;
  const [tokens, positions] = operands(sum, varies);
  return varies(tokens) && !varies(positions) ? { sum, tokens, positions } : undefined;
}

/** The square root of variance + epsilon in the norm that reads a value of the residual stream, [batch, position, 1]. */
export function normScale(read: "residPre" | "residMid") {
  return ({ graph, residuals }: Block): string | AddedValue | undefined =>
    residuals && insideNorm(graph, residuals[read], "scale");
}

/** The result of the norm after the last block, before gain and bias: for every position, or for an image tower's class token. */
export function finalNormalized(block: Block): string | AddedValue | undefined {
  const { graph, tower, residuals } = block;
  if (residuals === undefined) return undefined;
  const last = residuals.residPost;
  const normalized = (name: string) => insideNorm(graph, name, "normalized");
  const own = normalized(last);
  if (own !== undefined || tower === "text") return own;
  const below = descendants(graph, last).flatMap(({ output }) => output);
  return below.map(normalized).find((found) => found !== undefined);
}

function insideNorm(
  graph: Graph,
  x: string,
  part: "scale" | "normalized",
): string | AddedValue | undefined {
  const { fused, quotient } = normOf(graph, x);
  if (quotient !== undefined) return part === "scale" ? quotient.input[1]! : quotient.output[0]!;
  return fused && addedToNorm(graph, fused, part);
}

/** The norm that reads a value: a single node, or the quotient within a norm that is spelled out. */
function normOf(graph: Graph, x: string): { fused?: NodeProto; quotient?: NodeProto } {
  for (const reader of graph.readersOf(x)) {
    if (reader.input[0] !== x) continue;
    if (isPlainLayerNorm(reader)) return { fused: reader };
    if (reader.opType !== "Sub") continue;
    const quotient = graph.readersOf(reader.output[0]!).find(({ opType, input }) =>
      opType === "Div" && input[0] === reader.output[0] &&
      graph.producerOf(input[1]!)?.opType === "Sqrt"
    );
    if (quotient !== undefined) return { quotient };
  }
  return {};
}

/** A value inside a norm that is a single node: the node stays, and the effect of a change is added to its output. */
function addedToNorm(graph: Graph, norm: NodeProto, part: "scale" | "normalized"): AddedValue {
  const [output, gamma] = [norm.output[0]!, norm.input[1]!];
  const value = `${output}:${part}`;
  const written = new NodeWriter(value);
  const { centred, positive, deviation } = writeDeviation(written, graph, norm);
  const isScale = part === "scale";
  const divisor = isScale ? written.op("Sqrt", [positive], {}, value) : deviation;
  const quotient = written.op("Div", [centred, divisor], {}, isScale ? undefined : value);
  const unchanged = written.op("Div", [centred, deviation]);
  const change = written.op("Mul", [written.op("Sub", [quotient, unchanged]), gamma]);
  return changing(value, { written, change, reaches: output });
}

/** A value whose effect is added to another one. */
function changing(
  value: string,
  { written, change, reaches }: { written: NodeWriter; change: string; reaches: string },
): AddedValue {
  return { value, nodes: written.nodes, reaches, by: { change, before: `${value}:before` } };
}

/** Each head's output times its rows of the output projection, without bias: [batch x position, head x width]. */
export function headResults(block: Block): AddedValue | undefined {
  const { graph, heads, width, residuals } = block;
  if (residuals === undefined) return undefined;
  const { out, attnOut } = residuals;
  const isTransposed = weightIsTransposed(out);
  if (isTransposed === undefined) return undefined;
  const value = `${attnOut}:results`;
  const written = new NodeWriter(value);
  const [z, weight] = out.input as [string, string];
  const shaped = (x: string, ...sizes: readonly number[]) =>
    written.op("Reshape", [x, written.constant(wholeTensor(sizes))]);
  const exchanged = (x: string) => written.op("Transpose", [x], { perm: [1n, 0n, 2n] });
  const matrix = isTransposed ? written.op("Transpose", [weight], { perm: [1n, 0n] }) : weight;
  const weights = shaped(matrix, heads, width / heads, -1);
  const results = () =>
    // [batch x position, head, width]
    exchanged(written.op("MatMul", [exchanged(shaped(z, -1, heads, width / heads)), weights]));
  const sideBySide = written.constant(wholeTensor([0, -1])); // 0 keeps the size
  written.op("Reshape", [results(), sideBySide], {}, value);
  // Computed again, so that only rows cross the cut and the difference is 0 unless something was changed.
  const unchanged = results();
  const changed = written.op("Reshape", [value, written.op("Shape", [unchanged])]);
  const difference = written.op("Sub", [changed, unchanged]);
  const sum = written.reduce(graph, "ReduceSum", difference, 1); // [batch x position, 1, width]
  const sizes = written.op("Shape", [`${value}:before`]);
  const change = written.op("Reshape", [sum, sizes]);
  return changing(value, { written, change, reaches: attnOut });
}

/** Whether a linear layer's weight is [out, in]; undefined if the node does more than multiply. */
function weightIsTransposed(node: NodeProto): boolean | undefined {
  if (node.opType === "MatMul") return false;
  const isPlain = node.opType === "Gemm" && (attributeOf(node, "alpha")?.f ?? 1) === 1 &&
    !isSet(node, "transA");
  return isPlain ? isSet(node, "transB") : undefined;
}

/** The neurons' values after the activation function: what the second linear layer reads. */
export function neuronsAfter(block: Block): string | undefined {
  return layers(block)?.[1].input[0];
}

/** The neurons' values before the activation function: what the first linear layer makes, bias included. */
export function neuronsBefore(block: Block): string | AddedValue | undefined {
  const first = layers(block)?.[0];
  return first && withBias(block.graph, first);
}

/** The two linear layers between the residual stream and the MLP's output. */
function layers({ graph, varies, residuals }: Block): readonly [NodeProto, NodeProto] | undefined {
  if (residuals === undefined) return undefined;
  const { residMid, mlpOut } = residuals;
  const between = ancestors(graph, mlpOut, (name) => name === residMid || !varies(name));
  const [first, second, ...more] = between.map((index) => graph.nodes[index]!)
    .filter((node) => isLinear(graph, node));
  return first === undefined || second === undefined || more.length > 0
    ? undefined
    : [first, second];
}

/** A linear layer's output, bias included; if the activation function adds the bias, an added value. */
function withBias(graph: Graph, linear: NodeProto): string | AddedValue {
  const product = linear.output[0]!;
  if (linear.opType === "Gemm") return product;
  const readers = graph.readersOf(product);
  const hiding = readers.find(({ opType, input }) => WITHOUT_BIAS.has(opType) && input[1]);
  if (hiding !== undefined) return beforeActivation(hiding);
  const sum = readers.find(({ opType, input }) =>
    opType === "Add" && input.some((name) => name !== product && graph.isConstant(name))
  );
  return sum?.output[0] ?? product;
}

/** The runtime's activation functions that add a bias, each with its form without one. */
const WITHOUT_BIAS = new Map([["BiasGelu", "Gelu"], ["FastGelu", "FastGelu"]]);

/** The sum of product and bias inside an activation function; the effect of a change is added to the function's output. */
function beforeActivation({ opType, domain, input, output }: NodeProto): AddedValue {
  const reaches = output[0]!;
  const value = `${reaches}:before`;
  const written = new NodeWriter(value);
  const activated = (x: string) =>
    written.add({ ...makeNode(WITHOUT_BIAS.get(opType)!, [x], ""), domain });
  written.op("Add", input, {}, value);
  const unchanged = activated(written.op("Add", input));
  const change = written.op("Sub", [activated(value), unchanged]);
  return changing(value, { written, change, reaches });
}

/** The projection of the queries, keys or values, bias included, before any scaling. */
export function projectionOf(part: "q" | "k" | "v") {
  return (block: Block): string | undefined => {
    if (part === "v") return projection(block, block.mix?.input[1]);
    return projection(block, scoreProduct(block)?.input[part === "q" ? 0 : 1]);
  };
}

/** The product of queries and keys: the last before the Softmax with two varying operands. */
function scoreProduct({ graph, varies, softmax }: Block): NodeProto | undefined {
  let node = softmax;
  while (node !== undefined) {
    node = graph.producerOf(node.input.find(varies) ?? "");
    if (node !== undefined && isProduct(node) && node.input.slice(0, 2).every(varies)) return node;
  }
  return undefined;
}

/** The output, bias included, of the linear layer from which a value was reshaped, transposed or scaled. */
function projection(block: Block, from: string | undefined): string | undefined {
  const { graph, varies } = block;
  const node = from === undefined ? undefined : graph.producerOf(from);
  if (node === undefined || isLinear(graph, node)) return node && from;
  const [data, ...more] = node.input.filter(varies);
  if (data === undefined || more.length > 0) return undefined;
  const below = graph.producerOf(data);
  const isBias = node.opType === "Add" && below !== undefined && isLinear(graph, below);
  return isBias ? from : projection(block, data);
}
