/** What a graph computes with: numbers of weights that cannot be right, and the element type of any value, which exporters may leave out. */

import { type NodeProto, type TensorProto, TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError } from "../errors/errors.ts";
import { freeMemory } from "./runtime.ts";
import { attributeOf, computedType, type Graph, tensorsOf, withInnerNodes } from "./graph.ts";
import { isExternal } from "./weight_files.ts";

/** How the numbers of a type are stored, and the bits without the sign of the smallest that is not finite. */
interface Format {
  readonly array: Uint32ArrayConstructor | Uint16ArrayConstructor;
  readonly sign: number;
  readonly infinity: number;
}

/** Double precision is not among them: no export has it but for single numbers on the way to a shape. */
const FORMATS: Readonly<Partial<Record<Type, Format>>> = {
  [Type.FLOAT]: { array: Uint32Array, sign: 0x8000_0000, infinity: 0x7f80_0000 },
  [Type.FLOAT16]: { array: Uint16Array, sign: 0x8000, infinity: 0x7c00 },
  [Type.BFLOAT16]: { array: Uint16Array, sign: 0x8000, infinity: 0x7f80 },
};

/**
 * Refuses a graph with a weight that cannot be right. Every weight is read once, some 3 GB a second. A constant of one number may be
 * infinite, a mask may hold minus infinity, and a weight that no node reads may hold anything.
 */
export function checkWeightNumbers(graph: Graph): void {
  for (const [name, tensor] of graph.initializers) {
    if (graph.consumers.has(name)) checkNumbers(graph, tensor, name);
  }
  const functions = graph.model.functions.flatMap(({ node }) => node);
  for (const node of withInnerNodes([...graph.nodes, ...functions])) {
    for (const tensor of tensorsOf(node)) {
      checkNumbers(graph, tensor, tensor.name || (node.output[0] ?? node.name));
    }
  }
}

function checkNumbers(graph: Graph, tensor: TensorProto, name: string): void {
  const format = FORMATS[tensor.dataType as Type];
  if (format === undefined) return;
  const { array, sign, infinity } = format;
  const bytes = bytesOf(graph, tensor);
  const numbers = new array(bytes.slice().buffer); // a copy, since a file's weights need not begin at a multiple of their size
  if (isExternal(tensor)) freeMemory(bytes);
  let largest = 0; // without signs, bits have the order of the numbers, followed by infinity and NaN
  const magnitude = ~sign;
  for (let i = 0; i < numbers.length; i++) {
    const bits = numbers[i]! & magnitude;
    if (bits > largest) largest = bits; // much faster than Math.max()
  }
  if (largest > infinity) throw weightDamaged(graph.source, name, "NaN");
  const isInfinite = largest === infinity && tensor.dims.some((size) => size > 1n);
  // Every number of a mask that is added to attention scores is 0 or minus infinity.
  if (isInfinite && !numbers.every((bits) => (bits & ~sign) === 0 || bits === sign + infinity)) {
    throw weightDamaged(graph.source, name, "infinite numbers");
  }
  freeMemory(numbers);
}

/** A tensor's numbers as a file stores them, as bytes or as a list. */
function bytesOf(graph: Graph, tensor: TensorProto): Uint8Array {
  const { dataType, rawData, floatData, int32Data } = tensor;
  if (isExternal(tensor) || rawData.length > 0) return graph.bytesOf(tensor);
  const isSingle = dataType === Type.FLOAT;
  const numbers = isSingle ? Float32Array.from(floatData) : Uint16Array.from(int32Data);
  return new Uint8Array(numbers.buffer);
}

function weightDamaged(source: string, weight: string, holds: string): NegscopeError {
  return new NegscopeError("weights-not-finite", {
    problem: `Cannot use "${source}"`,
    subject: weight,
    reason: `weight "${weight}" holds ${holds}`,
    fix: "export or download it again",
  });
}

const INT64 = new Set(["Shape", "Size", "ArgMax", "ArgMin", "NonZero"]);
const BOOL = new Set(
  "And Or Xor Not Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf".split(" "),
);

/** The operators whose result has a type that their first operand does not tell. */
const OTHER_TYPE = /Quantize|^QLinear|Integer$|^OneHot$|^If$/;

/** The element type that a value is computed in, read from the file or derived from the operator that makes it. */
export function elementType(graph: Graph, name: string): Type {
  return knownType(graph, name) ?? unknownType(graph.source, name);
}

export function knownType(graph: Graph, name: string): Type | undefined {
  for (let value = name;;) {
    const node = graph.producerOf(value);
    const type = graph.initializers.get(value)?.dataType ?? graph.declared.get(value) ??
      (node && typeOfOperator(node));
    if (type !== undefined) return computedType(type);
    // Every other operator in use returns the type of its first operand; Where returns that of its second, after the condition.
    const operand = node?.input[node.opType === "Where" ? 1 : 0];
    if (!operand || OTHER_TYPE.test(node!.opType)) return undefined;
    value = operand;
  }
}

function unknownType(source: string, value: string): never {
  throw new NegscopeError("onnx-type-unknown", {
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
