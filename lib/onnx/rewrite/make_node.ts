/** Makes nodes that the kit adds to graphs. */

import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "onnx-buf";
import type { Graph } from "../graph/graph.ts";

/** A node with one output and no attributes. */
export function makeNode(opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output] });
}

/** A Constant node, or another node whose attribute `value` is a tensor. */
export function makeConstant(
  t: TensorProto,
  output: string,
  { opType = "Constant", input = [] as string[] } = {},
): NodeProto {
  const node = makeNode(opType, input, output);
  node.attribute = [create(AttributeProtoSchema, { name: "value", type: Kind.TENSOR, t })];
  return node;
}

/** A float32 tensor of one value. */
export function scalarTensor(value: number, dims: bigint[] = []): TensorProto {
  return create(TensorProtoSchema, { dataType: Type.FLOAT, floatData: [value], dims });
}

/** An int64 tensor with one axis. */
export function wholeTensor(values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    dataType: Type.INT64,
    dims: [BigInt(values.length)],
    int64Data: values.map(BigInt),
  });
}

/** A Transpose node. */
export function makeTranspose(input: string, axes: readonly number[], output: string): NodeProto {
  return withInts(makeNode("Transpose", [input], output), "perm", axes);
}

/** The first operator set in which a reduction reads its axes as an input. */
const AXES_ARE_INPUT = { ReduceMean: 18n, ReduceSum: 13n };

/** A reduction along one axis, which is kept with length 1. */
export function reduceNodes(
  graph: Graph,
  opType: keyof typeof AXES_ARE_INPUT,
  { input, axis, output }: {
    readonly input: string;
    readonly axis: number;
    readonly output: string;
  },
): NodeProto[] {
  const operators = graph.model.opsetImport.find(({ domain }) =>
    domain === "" || domain === "ai.onnx"
  );
  if (operators === undefined || operators.version < AXES_ARE_INPUT[opType]) {
    return [withInts(makeNode(opType, [input], output), "axes", [axis])];
  }
  const axes = `${output}:axes`;
  return [makeConstant(wholeTensor([axis]), axes), makeNode(opType, [input, axes], output)];
}

function withInts(node: NodeProto, name: string, values: readonly number[]): NodeProto {
  const ints = values.map(BigInt);
  node.attribute = [create(AttributeProtoSchema, { name, type: Kind.INTS, ints })];
  return node;
}
