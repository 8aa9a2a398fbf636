/** The numbers with which a model turns a cosine into its own logit, as an export of both towers stores them. */

import type { NodeProto } from "onnx-buf";
import { widenTensor } from "../onnx/graph/half_precision.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import { formless, tensorNamed } from "./weights/weight_nodes.ts";

/** The numbers of a model that turn a cosine into its own logit. */
export interface LogitScale {
  /** The factor: e to the power of the stored `logit_scale`. */
  readonly scale: number;
  /** What is added, `logit_bias`; it has no effect on differences. */
  readonly bias: number;
}

/** The outputs with the logits of all sentences and images. */
const LOGITS = ["logits_per_text", "logits_per_image"];

/**
 * Finds scale and bias in a graph that ends in the logits of sentences and images: a product times one number, plus another.
 *
 * @param graph The graph.
 * @returns Undefined if the graph has no such output, or makes it otherwise.
 */
export function findLogitScale(graph: Graph): LogitScale | undefined {
  const output = LOGITS.find((name) => graph.outputs.includes(name));
  if (output === undefined) return undefined;
  const sum = operation(graph, output, "Add");
  const product = operation(graph, sum?.rest ?? output, "Mul");
  return product && { scale: product.number, bias: sum?.number ?? 0 };
}

/** The number that an operation adds to a value or multiplies it by, and that value. */
function operation(graph: Graph, value: string, opType: "Add" | "Mul") {
  const node = makerOf(graph, value);
  if (node?.opType !== opType) return undefined;
  for (const [i, input] of node.input.entries()) {
    const number = numberOf(graph, input);
    if (number !== undefined) return { number, rest: node.input[1 - i]! };
  }
  return undefined;
}

/** The node that makes a value, apart from its form. */
function makerOf(graph: Graph, value: string): NodeProto | undefined {
  const node = graph.producerOf(formless(graph, value));
  return node?.opType === "Transpose" ? makerOf(graph, node.input[0]!) : node;
}

/** The number that a stored value of one number holds, or e to the power of it. */
function numberOf(graph: Graph, value: string): number | undefined {
  const name = formless(graph, value);
  const maker = graph.producerOf(name);
  if (maker?.opType === "Exp") {
    const power = numberOf(graph, maker.input[0]!);
    return power === undefined ? undefined : Math.exp(power);
  }
  const stored = graph.weight(name) ?? tensorNamed(graph, name);
  if (stored === undefined || stored.dims.some((size) => size !== 1n)) return undefined;
  const { rawData, floatData } = widenTensor(stored);
  if (rawData.length !== 4) return floatData[0];
  return new DataView(rawData.buffer, rawData.byteOffset).getFloat32(0, true);
}
