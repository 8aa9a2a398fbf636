/** Spells out the node that the runtime's extended optimisation makes of a residual sum and the layer norm after it. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { makeNode } from "./make_node.ts";

/** Whether a node is a SkipLayerNormalization whose mean and variance are not read. */
export function isSkipNorm({ opType, output }: NodeProto): boolean {
  return opType === "SkipLayerNormalization" && !output[1] && !output[2];
}

/** Spells out norm(branch + bias + residual): the bias of the linear layer before it, the residual sum, and the norm. */
export function spellOutSkipNorm(graph: Graph, node: NodeProto): NodeProto[] {
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
