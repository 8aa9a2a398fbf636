/** The values inside layer norms. */

import type { NodeProto } from "onnx-buf";
import { descendants } from "../../onnx/graph/dependence.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { makeNode } from "../../onnx/rewrite/make_node.ts";
import { deviationNodes, isPlainLayerNorm } from "../../onnx/rewrite/unfuse.ts";
import type { AddedValue } from "./added_value.ts";
import type { Block } from "./block.ts";

/** The square root of variance + epsilon in the norm that reads a value of the residual stream, [batch, position, 1]. */
export function normScale(read: "residPre" | "residMid") {
  return ({ graph, residuals }: Block): string | AddedValue | undefined =>
    residuals && insideNorm(graph, residuals[read], "scale");
}

/**
 * The result of the norm after the last block, before its gain and bias: for every position, or in an image tower with a class token for
 * that token.
 */
export function finalNormalized(block: Block): string | AddedValue | undefined {
  const { graph, tower, residuals } = block;
  if (residuals === undefined) return undefined;
  const last = residuals.residPost;
  const normalized = (name: string) => insideNorm(graph, name, "normalized");
  const own = normalized(last);
  if (own !== undefined || tower === "text") return own;
  const below = descendants(graph, last).flatMap((index) => graph.nodes[index]!.output);
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
  for (const reader of readersOf(graph, x)) {
    if (reader.input[0] !== x) continue;
    if (isPlainLayerNorm(reader)) return { fused: reader };
    if (reader.opType !== "Sub") continue;
    const quotient = readersOf(graph, reader.output[0]!).find(({ opType, input }) =>
      opType === "Div" && input[0] === reader.output[0] &&
      graph.producerOf(input[1]!)?.opType === "Sqrt"
    );
    if (quotient !== undefined) return { quotient };
  }
  return {};
}

function readersOf(graph: Graph, name: string): NodeProto[] {
  return (graph.consumers.get(name) ?? []).map((index) => graph.nodes[index]!);
}

/** A value inside a norm that is a single node: the node stays, and the effect of a change is added to its output. */
function addedToNorm(graph: Graph, norm: NodeProto, part: "scale" | "normalized"): AddedValue {
  const [output, gamma] = [norm.output[0]!, norm.input[1]!];
  const value = `${output}:${part}`;
  const at = (name: string) => `${value}:${name}`;
  const own = part === "scale"
    ? [
      makeNode("Sqrt", [at("positive")], value),
      makeNode("Div", [at("centred"), value], at("normalized")),
    ]
    : [makeNode("Div", [at("centred"), at("deviation")], value)];
  const normalized = part === "scale" ? at("normalized") : value;
  return {
    value,
    nodes: [
      ...deviationNodes(graph, norm, at),
      ...own,
      makeNode("Div", [at("centred"), at("deviation")], at("unchanged")),
      makeNode("Sub", [normalized, at("unchanged")], at("difference")),
      makeNode("Mul", [at("difference"), gamma], at("change")),
    ],
    reaches: output,
    by: { change: at("change"), before: at("before") },
  };
}
