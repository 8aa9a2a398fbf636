/** Fused nodes spelled out again, so that the values between their parts can be read and changed. */

import type { NodeProto } from "onnx-buf";
import type { ExternalData } from "./external_data.ts";
import { Graph } from "./graph.ts";
import { isPlainAttention, spellOutAttention } from "./unfuse_attention.ts";
import { isSkipNorm, spellOutSkipNorm } from "./unfuse_skip_norm.ts";

/**
 * Replaces ONNX's Attention and the runtime's SkipLayerNormalization by the operators that they are defined as.
 *
 * @param graph A graph.
 * @param external The files beside the model.
 * @returns The same graph where there is nothing to replace.
 */
export function unfuse(graph: Graph, external?: ExternalData): Graph {
  const spelledOut = (node: NodeProto): NodeProto[] => {
    if (isPlainAttention(graph, node)) return spellOutAttention(graph, node);
    return isSkipNorm(node) ? spellOutSkipNorm(graph, node) : [node];
  };
  const node = graph.nodes.flatMap(spelledOut);
  if (node.length === graph.nodes.length) return graph;
  return new Graph(
    { ...graph.model, graph: { ...graph.model.graph!, node } },
    graph.source,
    external,
  );
}
