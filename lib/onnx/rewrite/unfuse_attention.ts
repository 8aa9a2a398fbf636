/** Spells out ONNX's own Attention node, which exporters write from operator set 23 on. */

import { create } from "@bufbuild/protobuf";
import { type NodeProto, TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { elementType } from "../graph/element_type.ts";
import type { Graph } from "../graph/graph.ts";
import { makeConstant, makeNode, makeTranspose, scalarTensor } from "./make_node.ts";

/**
 * Whether a node is ONNX's Attention in the one form that CLIP uses: on float32 [batch, head, position, head width], without a cache of
 * keys or soft capping, and with the mixed values as its only output.
 */
export function isPlainAttention(graph: Graph, node: NodeProto): boolean {
  const { opType, domain, input, output, attribute } = node;
  return opType === "Attention" && domain === "" && input.length >= 3 &&
    input.slice(4).every((name) => name === "") && output.slice(1).every((name) => name === "") &&
    attribute.some(({ name }) => name === "scale") &&
    attribute.every(({ name, i, f }) =>
      name === "scale" || name === "is_causal" || (i === 0n && f === 0)
    ) &&
    elementType(graph, input[0]!) === Type.FLOAT;
}

/** Spells out softmax(scale Q K' + mask) V. */
export function spellOutAttention(graph: Graph, node: NodeProto): NodeProto[] {
  const [query, key, value, mask = ""] = node.input as [string, string, string, string?];
  const [output] = node.output as [string];
  const at = (name: string) => `${output}:${name}`;
  const attribute = (name: string) => node.attribute.find((each) => each.name === name);
  const nodes = [
    makeConstant(scalarTensor(attribute("scale")!.f), at("scale")),
    makeNode("Mul", [query, at("scale")], at("query")),
    makeTranspose(key, [0, 1, 3, 2], at("key")),
    makeNode("MatMul", [at("query"), at("key")], at("product")),
  ];
  let scores = at("product");
  if (attribute("is_causal")?.i === 1n) {
    nodes.push(...causal(scores, at));
    scores = at("past");
  }
  if (mask !== "") {
    nodes.push(...masked(scores, { mask, isBool: elementType(graph, mask) === Type.BOOL, at }));
    scores = at("scores");
  }
  return [
    ...nodes,
    makeNode("Softmax", [scores], at("pattern")), // over the last axis, by default
    makeNode("MatMul", [at("pattern"), value], output),
  ];
}

/** Applies a mask: numbers are added to the scores, booleans say which keys may be seen. */
function masked(
  scores: string,
  { mask, isBool, at }: {
    readonly mask: string;
    readonly isBool: boolean;
    readonly at: (name: string) => string;
  },
): NodeProto[] {
  if (!isBool) return [makeNode("Add", [scores, mask], at("scores"))];
  return [
    makeConstant(scalarTensor(-Infinity), at("never")),
    makeNode("Where", [mask, scores, at("never")], at("scores")),
  ];
}

/** Adds minus infinity above the diagonal. */
function causal(scores: string, at: (name: string) => string): NodeProto[] {
  const one = create(TensorProtoSchema, { dataType: Type.INT64, int64Data: [1n] });
  return [
    makeNode("Shape", [scores], at("size")),
    makeConstant(scalarTensor(-Infinity, [1n]), at("all"), {
      opType: "ConstantOfShape",
      input: [at("size")],
    }),
    makeConstant(one, at("one")),
    makeNode("Trilu", [at("all"), at("one")], at("future")), // the upper part, by default
    makeNode("Add", [scores, at("future")], at("past")),
  ];
}
