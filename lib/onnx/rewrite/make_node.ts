/** Makes nodes that the kit adds to graphs. */

import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "onnx-buf";
import type { Graph } from "../graph/graph.ts";

/** The value of a node's attribute: a bigint for a whole number, a number for a real one. */
export type AttributeValue = number | bigint | string | readonly bigint[] | TensorProto;

export function makeNode(
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => makeAttribute(name, value));
  return create(NodeProtoSchema, { opType, input: [...input], output: [output], attribute });
}

function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const { FLOAT, INT, STRING, INTS, TENSOR } = Kind;
  switch (typeof value) {
    case "number":
      return create(AttributeProtoSchema, { name, type: FLOAT, f: value });
    case "bigint":
      return create(AttributeProtoSchema, { name, type: INT, i: value });
    case "string":
      return create(AttributeProtoSchema, {
        name,
        type: STRING,
        s: new TextEncoder().encode(value),
      });
  }
  return "dims" in value
    ? create(AttributeProtoSchema, { name, type: TENSOR, t: value })
    : create(AttributeProtoSchema, { name, type: INTS, ints: [...value] });
}

export function makeConstant(value: TensorProto, output: string): NodeProto {
  return makeNode("Constant", [], output, { value });
}

export function scalarTensor(value: number, dims: bigint[] = []): TensorProto {
  return create(TensorProtoSchema, { dataType: Type.FLOAT, floatData: [value], dims });
}

export function wholeTensor(values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    dataType: Type.INT64,
    dims: [BigInt(values.length)],
    int64Data: values.map(BigInt),
  });
}

export function makeTranspose(input: string, axes: readonly number[], output: string): NodeProto {
  return makeNode("Transpose", [input], output, { perm: axes.map(BigInt) });
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
    return [makeNode(opType, [input], output, { axes: [BigInt(axis)] })];
  }
  const axes = `${output}:axes`;
  return [makeConstant(wholeTensor([axis]), axes), makeNode(opType, [input, axes], output)];
}
