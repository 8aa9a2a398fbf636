/** A small ONNX graph without weights that computes attention of rows chosen by index. */

import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";

/** Logits this far below a query's largest have no weight in float32; it keeps exp() away from denormal numbers, which are slow. */
const FLOOR = -80;

/**
 * Writes the graph: `z = softmax(scale q k^T) v`, over the keys that a query sees.
 *
 * Inputs: `q`, `k`, `v` [rows x heads, head width]; `query_rows`, `key_rows`, `seen`, `hidden`, `results` as in
 * {@linkcode AttentionBatch}; `ones` [keys, 2]. Output: `z` [computed positions, head, head width].
 *
 * What a query does not see has weight 0 exactly. A matrix product adds the weights up, key after key, so that no bit of a result depends on
 * how many keys are hidden behind the last one seen; with one column of ones instead of two the runtime would take another kernel.
 *
 * @param headWidth Size of a head's vectors.
 */
export function attentionGraph(headWidth: number): Uint8Array {
  const scale = floatAttribute("alpha", 1 / Math.sqrt(headWidth));
  const nodes = [
    node("Gather", ["q", "query_rows"], "queries"), // [sequence, head, query, head width]
    node("Gather", ["k", "key_rows"], "keys"), // [sequence, head, key, head width]
    node("Gather", ["v", "key_rows"], "values"),
    node("FusedMatMul", ["queries", "keys"], "logits", [intAttribute("transB", 1), scale]),
    node("Add", ["logits", "hidden"], "visible"), // [sequence, head, query, key]
    node("ReduceMax", ["visible"], "largest", [intsAttribute("axes", [-1])]),
    node("Sub", ["visible", "largest"], "below"),
    node("Max", ["below", "floor"], "exponents"),
    node("Exp", ["exponents"], "powers"),
    node("Mul", ["powers", "seen"], "parts"),
    node("MatMul", ["parts", "ones"], "sums"), // [sequence, head, query, 2], twice the same sum
    node("ReduceMax", ["sums"], "sum", [intsAttribute("axes", [-1])]),
    node("Div", ["parts", "sum"], "weights"),
    node("MatMul", ["weights", "values"], "mixed"), // [sequence, head, query, head width]
    node("Reshape", ["mixed", "by_row"], "mixed_rows"),
    node("Gather", ["mixed_rows", "results"], "z"),
  ];
  nodes.find(({ opType }) => opType === "FusedMatMul")!.domain = "com.microsoft";
  const floats = ["q", "k", "v", "seen", "hidden", "ones"].map((name) => input(name, Type.FLOAT));
  const indices = ["query_rows", "key_rows", "results"].map((name) => input(name, Type.INT32));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 14n }, { domain: "com.microsoft", version: 1n }],
      graph: {
        name: "attention",
        node: nodes,
        initializer: [
          tensor("floor", { dataType: Type.FLOAT, floatData: [FLOOR] }),
          tensor("by_row", {
            dataType: Type.INT64,
            dims: [2n],
            int64Data: [-1n, BigInt(headWidth)],
          }),
        ],
        input: [...floats, ...indices],
        output: [create(ValueInfoProtoSchema, { name: "z" })],
      },
    }),
  );
}

function node(
  opType: string,
  inputs: string[],
  output: string,
  attribute: AttributeProto[] = [],
): NodeProto {
  return create(NodeProtoSchema, { opType, input: inputs, output: [output], attribute });
}

function intAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
}

function intsAttribute(name: string, values: number[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: values.map(BigInt) });
}

function floatAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value });
}

function tensor(
  name: string,
  value: { dataType: Type; dims?: bigint[]; floatData?: number[]; int64Data?: bigint[] },
): TensorProto {
  return create(TensorProtoSchema, { name, ...value });
}

function input(name: string, elemType: Type): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType } } },
  });
}
