/** Finding the hook points of a transformer tower in its ONNX graph, by structure and not by name. */

import type { NodeProto } from "onnx-buf";
import { blockCountDiffers } from "../errors.ts";
import type { BlockHook } from "../hooks/names.ts";
import { ancestors, descendants, shapeOnlyValues } from "../onnx/graph/dependence.ts";
import type { Graph } from "../onnx/graph/graph.ts";

/** The name of the graph's value at every hook point of a block that can be reached. */
export type BlockValues = Readonly<Partial<Record<BlockHook, string>>>;

/** What was found of a tower's blocks. */
export interface FoundBlocks {
  /** One entry for each block, in order. */
  readonly blocks: readonly BlockValues[];
  /** What to do about hook points that cannot be reached. */
  readonly advice: string;
}

/** Where to look for blocks. */
export interface TowerEnds {
  /** The input that carries the data: `input_ids` or `pixel_values`. */
  readonly input: string;
  /** The output that carries the embedding. */
  readonly output: string;
  /** `""` or `"vision."`, for messages. */
  readonly prefix: string;
  /** The number of blocks in config.json. */
  readonly layers: number;
}

/**
 * Finds the values at the hook points of every block.
 *
 * Each block has one Softmax, or one node for all of attention. From it forward lie the product of weights and values, the
 * projection, and the two residual sums; from it backward the projections of queries and keys. In a quantised graph no value is
 * CLIP's own, and rows depend on each other, so that nothing is looked for.
 *
 * @param graph The graph.
 * @param ends The tower's ends and its number of blocks.
 * @returns The blocks; a hook point that has no value of its own is absent.
 * @throws {TypeError} If the number of blocks differs from config.json.
 */
export function findBlocks(graph: Graph, ends: TowerEnds): FoundBlocks {
  const own = ancestors(graph, ends.output);
  const none = { blocks: unknownBlocks(ends.layers), advice: adviceFor(graph, own) };
  const attentions = own.filter((index) => isAttention(graph.nodes[index]!));
  if (attentions.length === 0 || isQuantised(graph, own)) return none;
  if (attentions.length !== ends.layers) {
    throw blockCountDiffers(graph.source, attentions.length, ends.layers);
  }
  const varies = variation(graph, ends.input);
  const blocks = attentions.map((node) =>
    graph.nodes[node]!.opType === "Softmax"
      ? { ...forward(graph, node, varies), ...backward(graph, node, varies) }
      : afterAttention(graph, graph.nodes[node]!.output[0]!, varies)
  );
  const follow = blocks.slice(1).every((block, i) =>
    block.hook_resid_pre === blocks[i]!.hook_resid_post
  );
  return follow ? { ...none, blocks } : none;
}

/** Blocks of which no hook point can be reached. */
export function unknownBlocks(layers: number): BlockValues[] {
  return Array.from({ length: layers }, () => ({}));
}

/** Whether a graph computes with rounded numbers, whose scale often depends on all rows together. */
export function isQuantised(graph: Graph, nodes: readonly number[]): boolean {
  return nodes.some((index) => QUANTISED.test(graph.nodes[index]!.opType));
}

const QUANTISED = /Quantize|^QLinear|Integer$|NBits$|Bnb4$/;
const FUSED_ATTENTION = /Attention$/;

function isAttention({ opType }: NodeProto): boolean {
  return opType === "Softmax" || FUSED_ATTENTION.test(opType);
}

type Varies = (name: string) => boolean;

/** Tells values that change with the data from constants, masks and sizes. */
function variation(graph: Graph, input: string): Varies {
  const shapeOnly = shapeOnlyValues(graph, input);
  return (name) => name !== "" && !shapeOnly.has(name);
}

function isProduct(node: NodeProto): boolean {
  return node.opType === "MatMul" || node.opType === "FusedMatMul";
}

/** A product with a weight: the node of a linear layer without its bias. */
function isLinear(graph: Graph, node: NodeProto): boolean {
  return (isProduct(node) || node.opType === "Gemm") && graph.isConstant(node.input[1] ?? "");
}

function forward(graph: Graph, softmax: number, varies: Varies): BlockValues {
  const weights = new Set(graph.nodes[softmax]!.output);
  const after = descendants(graph, graph.nodes[softmax]!.output[0]!);
  const nodes = after.map((index) => graph.nodes[index]!);
  const mix = nodes.find((node) => {
    const isMix = isProduct(node) && weights.has(node.input[0] ?? "");
    if (!isMix) node.output.forEach((name) => weights.add(name));
    return isMix;
  });
  if (mix === undefined) return {};
  const valueProjection = projection(graph, mix.input[1]!, varies);
  return {
    ...(valueProjection === undefined ? {} : { "attn.hook_v": valueProjection }),
    "attn.hook_pattern": mix.input[0]!,
    ...afterAttention(graph, mix.output[0]!, varies),
  };
}

/** From the mixed values on: the projection and the two residual sums. */
function afterAttention(graph: Graph, mixed: string, varies: Varies): BlockValues {
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
  return {
    "attn.hook_z": out.input[0]!,
    hook_attn_out: attnOut,
    hook_resid_pre: residPre,
    hook_resid_mid: residMid,
    hook_mlp_out: mlpOut,
    hook_resid_post: mlpSum.output[0]!,
  };
}

/** The operands of a sum, the one that fits first. */
function operands(sum: NodeProto, fits: (name: string) => boolean): [string, string] {
  const [a, b] = sum.input as [string, string];
  return fits(a) ? [a, b] : [b, a];
}

function backward(graph: Graph, softmax: number, varies: Varies): BlockValues {
  let node: NodeProto | undefined = graph.nodes[softmax]!;
  do {
    node = graph.producerOf(node.input.find(varies) ?? "");
  } while (node !== undefined && !(isProduct(node) && node.input.slice(0, 2).every(varies)));
  if (node === undefined) return {};
  const queries = projection(graph, node.input[0]!, varies);
  const keys = projection(graph, node.input[1]!, varies);
  return {
    ...(queries === undefined ? {} : { "attn.hook_q": queries }),
    ...(keys === undefined ? {} : { "attn.hook_k": keys }),
  };
}

/** The output, bias included, of the linear layer that a value is reshaped, moved or scaled from. */
function projection(graph: Graph, from: string, varies: Varies): string | undefined {
  let name = from;
  for (;;) {
    const node = graph.producerOf(name);
    if (node === undefined) return undefined;
    if (isLinear(graph, node)) return name;
    const data = node.input.filter(varies);
    if (data.length !== 1) return undefined;
    const below = graph.producerOf(data[0]!);
    const isBias = node.opType === "Add" && below !== undefined && isLinear(graph, below);
    if (isBias) return name;
    name = data[0]!;
  }
}

/** What to do about a graph whose hook points are gone. */
function adviceFor(graph: Graph, nodes: readonly number[]): string {
  if (isQuantised(graph, nodes)) {
    return "the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx";
  }
  const fused = nodes.map((index) => graph.nodes[index]!.opType)
    .find((op) => FUSED_ATTENTION.test(op));
  if (fused !== undefined) {
    return `the file has attention fused into one "${fused}" node; use an unfused export, text_model.onnx and vision_model.onnx`;
  }
  return "no value of the graph stands there; use a plain export of CLIP, text_model.onnx and vision_model.onnx";
}
