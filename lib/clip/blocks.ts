/** Finding the hook points of a transformer tower in its ONNX graph, by structure and not by name. */

import type { NodeProto } from "onnx-buf";
import { blockCountDiffers, hookUnreachable } from "../errors.ts";
import { BLOCK_HOOKS, type BlockHook } from "../hooks/names.ts";
import { ancestors, descendants, shapeOnlyValues } from "../onnx/dependence.ts";
import type { Graph } from "../onnx/graph.ts";

/** The name of the graph's value at every hook point of a block. */
export type BlockValues = Readonly<Record<BlockHook, string>>;

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
 * Each block has one Softmax. From it forward lie the product of weights and values, the projection, and the two residual sums;
 * from it backward the projections of queries and keys.
 *
 * @param graph The graph.
 * @param ends The tower's ends and its number of blocks.
 * @returns One entry for each block, in order.
 * @throws {TypeError} If the number of blocks differs from config.json, or a hook point has no value of its own.
 */
export function findBlocks(graph: Graph, ends: TowerEnds): BlockValues[] {
  const own = new Set(ancestors(graph, ends.output));
  const softmaxes = [...own].filter((index) => graph.nodes[index]!.opType === "Softmax");
  if (softmaxes.length === 0) {
    throw hookUnreachable(
      graph.source,
      `${ends.prefix}blocks.0.attn.hook_pattern`,
      advice(graph, own),
    );
  }
  if (softmaxes.length !== ends.layers) {
    throw blockCountDiffers(graph.source, softmaxes.length, ends.layers);
  }
  const varies = variation(graph, ends.input);
  const blocks = softmaxes.map((softmax, layer) => {
    const found = { ...forward(graph, softmax, varies), ...backward(graph, softmax, varies) };
    const missing = BLOCK_HOOKS.find((hook) => found[hook] === undefined);
    if (missing !== undefined) {
      const hook = `${ends.prefix}blocks.${layer}.${missing}`;
      throw hookUnreachable(graph.source, hook, advice(graph, own));
    }
    return found as BlockValues;
  });
  blocks.slice(1).forEach((block, i) => {
    if (block.hook_resid_pre !== blocks[i]!.hook_resid_post) {
      const hook = `${ends.prefix}blocks.${i + 1}.hook_resid_pre`;
      throw hookUnreachable(graph.source, hook, advice(graph, own));
    }
  });
  return blocks;
}

type Found = Partial<Record<BlockHook, string>>;
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

function forward(graph: Graph, softmax: number, varies: Varies): Found {
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
  const mixed = new Set(descendants(graph, mix.output[0]!));
  const below = [...mixed].map((index) => graph.nodes[index]!);
  const made = new Set([mix.output[0]!, ...below.flatMap((node) => node.output)]);
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
    ...(valueProjection === undefined ? {} : { "attn.hook_v": valueProjection }),
    "attn.hook_pattern": mix.input[0]!,
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

function backward(graph: Graph, softmax: number, varies: Varies): Found {
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
function advice(graph: Graph, nodes: ReadonlySet<number>): string {
  const ops = new Set([...nodes].map((index) => graph.nodes[index]!.opType));
  const quantised = ["MatMulInteger", "DynamicQuantizeLinear", "QLinearMatMul", "DequantizeLinear"];
  const fused = [
    "Attention",
    "MultiHeadAttention",
    "GroupQueryAttention",
    "SkipLayerNormalization",
  ];
  if (quantised.some((op) => ops.has(op))) {
    return "the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx";
  }
  const node = fused.find((op) => ops.has(op));
  if (node !== undefined) {
    return `the file has attention fused into one "${node}" node; use an unfused export, text_model.onnx and vision_model.onnx`;
  }
  return "no value of the graph stands there; use a plain export of CLIP, text_model.onnx and vision_model.onnx";
}
