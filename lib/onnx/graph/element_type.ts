/** The element type of any value of a graph; exporters may leave it out of the file. */

import { type NodeProto, TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import { attributeOf, type Graph } from "./graph.ts";
import { computedType } from "./half_precision.ts";

const INT64 = new Set(["Shape", "Size", "ArgMax", "ArgMin", "NonZero"]);
const BOOL = new Set(
  "And Or Xor Not Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf".split(" "),
);

/** The element type that a value is computed in, read from the file or derived from the operator that makes it. */
export function elementType(graph: Graph, name: string): Type {
  for (let value = name;;) {
    const stored = graph.initializers.get(value)?.dataType ?? graph.declared.get(value);
    if (stored !== undefined) return computedType(stored);
    const node = graph.producerOf(value);
    if (node === undefined) throw unknownType(graph.source, name);
    const type = typeOfOperator(node);
    if (type !== undefined) return computedType(type);
    // Every other operator in use returns the type of its first operand; Where returns that of its second, after the condition.
    const operand = node.input[node.opType === "Where" ? 1 : 0];
    if (!operand) throw unknownType(graph.source, name);
    value = operand;
  }
}

function unknownType(source: string, value: string): NegscopeError {
  return new NegscopeError("onnx-type-unknown", {
    problem: `Cannot cut "${source}" at "${value}"`,
    subject: value,
    reason: "its element type is neither stored nor known from its operator",
    fix: "export it again with shape inference",
  });
}

export function typeOfOperator(node: NodeProto): Type | undefined {
  if (INT64.has(node.opType)) return Type.INT64;
  if (BOOL.has(node.opType)) return Type.BOOL;
  const attribute = (key: string) => attributeOf(node, key);
  switch (node.opType) {
    case "Cast":
      return Number(attribute("to")?.i ?? 0n);
    case "Constant":
      return attribute("value")?.t?.dataType ??
        (attribute("value_int") || attribute("value_ints") ? Type.INT64 : Type.FLOAT);
    case "ConstantOfShape":
      return attribute("value")?.t?.dataType ?? Type.FLOAT;
  }
  return undefined;
}
