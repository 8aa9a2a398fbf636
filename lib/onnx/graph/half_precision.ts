/**
 * Treats half precision as single: weights are widened, which is exact, and all arithmetic is in float32.
 *
 * On most processors the runtime has no half-precision arithmetic either. It widens before every operator and rounds after it, except
 * where two of its casts meet, so a cut would change the result.
 */

import {
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType as Type,
  type ValueInfoProto,
} from "onnx-buf";
import { subgraphsOf } from "./graph.ts";

export function computedType(stored: Type): Type {
  return isHalf(stored) ? Type.FLOAT : stored;
}

/** A stored tensor in the type that it is computed in; the same object unless it is of half precision. */
export function widenTensor(tensor: TensorProto): TensorProto {
  if (!isHalf(tensor.dataType)) return tensor;
  const halves = tensor.rawData.length > 0
    ? new Uint16Array(tensor.rawData.slice().buffer) // a copy, since the file's bytes may be unaligned
    : Uint16Array.from(tensor.int32Data);
  const values = tensor.dataType === Type.BFLOAT16
    ? new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)
    : Float32Array.from(new Float16Array(halves.buffer));
  const rawData = new Uint8Array(values.buffer);
  return { ...tensor, dataType: Type.FLOAT, int32Data: [], rawData };
}

export function withNumbers(stored: TensorProto, values: Float32Array<ArrayBuffer>): TensorProto {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    ...stored,
    dataType: Type.FLOAT,
    rawData,
    floatData: [],
    int32Data: [],
    externalData: [],
    dataLocation: 0,
  };
}

/** A node that makes single precision instead of half; the same object if nothing changes. */
export function widenNode(node: NodeProto): NodeProto {
  const attribute = node.attribute.map((each) => widenAttribute(node, each));
  return attribute.every((each, i) => each === node.attribute[i]) ? node : { ...node, attribute };
}

function widenAttribute(node: NodeProto, attribute: AttributeProto): AttributeProto {
  const { name, i, t, g } = attribute;
  if (name === "to" && node.opType === "Cast" && isHalf(Number(i))) {
    return { ...attribute, i: BigInt(Type.FLOAT) };
  }
  if (t !== undefined && isHalf(t.dataType)) return { ...attribute, t: widenTensor(t) };
  if (subgraphsOf(attribute).length === 0) return attribute;
  const graphs = attribute.graphs.map(widenGraph);
  return { ...attribute, graphs, ...(g === undefined ? {} : { g: widenGraph(g) }) };
}

function widenGraph(graph: GraphProto): GraphProto {
  return {
    ...graph,
    node: graph.node.map(widenNode),
    initializer: graph.initializer.map(widenTensor),
    input: graph.input.map(widenInfo),
    output: graph.output.map(widenInfo),
    valueInfo: [],
  };
}

function widenInfo(info: ValueInfoProto): ValueInfoProto {
  const value = info.type?.value;
  if (value?.case !== "tensorType" || !isHalf(value.value.elemType)) return info;
  const tensorType = { ...value.value, elemType: Type.FLOAT };
  return { ...info, type: { ...info.type!, value: { case: "tensorType", value: tensorType } } };
}

function isHalf(type: Type): boolean {
  return type === Type.FLOAT16 || type === Type.BFLOAT16;
}
