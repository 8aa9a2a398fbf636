/** Spells out fused nodes, so that the values inside them can be read and changed. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { isPlainAttention, spellOutAttention } from "./unfuse_attention.ts";
import { isSkipNorm, spellOutSkipNorm } from "./unfuse_skip_norm.ts";

/**
 * Replaces ONNX's Attention and the runtime's SkipLayerNormalization with the operators that define them. Returns the same object if there
 * is nothing to replace.
 */
export function unfuse(graph: Graph): Graph {
  const spelledOut = (node: NodeProto): NodeProto[] => {
    if (isPlainAttention(graph, node)) return spellOutAttention(graph, node);
    return isSkipNorm(node) ? spellOutSkipNorm(graph, node) : [node];
  };
  const nodes = graph.nodes.flatMap(spelledOut);
  return nodes.length === graph.nodes.length ? graph : graph.withNodes(nodes);
}
