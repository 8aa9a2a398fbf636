/** The parts of a block in a graph: where each begins and ends, and values that a graph lacks and that are added on request. */

import type { NodeProto } from "onnx-buf";
import { descendants } from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import { makeNode } from "../../onnx/build.ts";

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
  return descendants(graph, softmax.output[0]!).map((index) => graph.nodes[index]!).find((node) => {
    const isMix = isProduct(node) && weights.has(node.input[0] ?? "");
    if (!isMix) node.output.forEach((name) => weights.add(name));
    return isMix;
  });
}

function residualsAfter(
  { graph, varies }: Pick<Block, "graph" | "varies">,
  mixed: string,
): { residuals?: Residuals } {
  const below = descendants(graph, mixed).map((index) => graph.nodes[index]!);
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
