/** The runtime's node for a residual sum and the layer norm after it, as its extended optimisation makes it. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { makeNode } from "./make_node.ts";

/** Whether a node is a SkipLayerNormalization whose mean and variance nobody reads. */
export function isSkipNorm({ opType, output }: NodeProto): boolean {
  return opType === "SkipLayerNormalization" && !output[1] && !output[2];
}

/**
 * Spells out norm(branch + bias + residual): the bias of the linear layer before it, the residual sum, and the norm.
 *
 * @param graph The node's graph.
 * @param node A node that `isSkipNorm`.
 */
export function spellOutSkipNorm(graph: Graph, node: NodeProto): NodeProto[] {
  const [first, second, gamma, beta = "", bias = ""] = node.input as [string, string, string];
  const normed = node.output[0]!;
  const sum = node.output[3] || `${normed}:sum`;
  const isProduct = (name: string) => graph.producerOf(name)?.opType === "MatMul";
  const [branch, residual] = isProduct(second) ? [second, first] : [first, second]; // a bias is the product's
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
