/** The element type of any value of a graph, which an exporter may have left out of the file. */

import { TensorProto_DataType as Type } from "onnx-buf";
import type { NodeProto } from "onnx-buf";
import { onnxUnknownType } from "../errors.ts";
import type { Graph } from "./graph.ts";

const INT64 = new Set(["Shape", "Size", "ArgMax", "ArgMin", "NonZero"]);
const BOOL = new Set([
  "And",
  "Or",
  "Xor",
  "Not",
  "Equal",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "IsNaN",
  "IsInf",
]);

/**
 * The element type of a value, read from the file or derived from the operator that makes it.
 *
 * @param graph The graph.
 * @param name The value's name.
 * @throws {TypeError} If the type cannot be told.
 */
export function elementType(graph: Graph, name: string): Type {
  const stored = graph.initializers.get(name)?.dataType ?? declaredType(graph, name);
  if (stored !== undefined) return stored;
  const node = graph.producerOf(name);
  if (node === undefined) throw onnxUnknownType(graph.source, name);
  return typeFromOperator(graph, node);
}

function declaredType(graph: Graph, name: string): Type | undefined {
  const declared = graph.inputs.get(name) ??
    graph.model.graph?.valueInfo.find((info) => info.name === name);
  const value = declared?.type?.value;
  return value?.case === "tensorType" ? value.value.elemType : undefined;
}

function typeFromOperator(graph: Graph, node: NodeProto): Type {
  if (INT64.has(node.opType)) return Type.INT64;
  if (BOOL.has(node.opType)) return Type.BOOL;
  const attribute = (key: string) => node.attribute.find((a) => a.name === key);
  switch (node.opType) {
    case "Cast":
      return Number(attribute("to")?.i ?? 0n);
    case "Constant":
      return attribute("value")?.t?.dataType ??
        (attribute("value_int") || attribute("value_ints") ? Type.INT64 : Type.FLOAT);
    case "ConstantOfShape":
      return attribute("value")?.t?.dataType ?? Type.FLOAT;
  }
  // Every other operator in use passes on the type of its data operand; Where has its condition first.
  const operand = node.input[node.opType === "Where" ? 1 : 0];
  if (!operand) throw onnxUnknownType(graph.source, node.output[0] ?? node.opType);
  return elementType(graph, operand);
}
