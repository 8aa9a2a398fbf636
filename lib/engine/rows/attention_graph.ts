/** A small ONNX graph without weights that computes attention between rows chosen by index. */

import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  TensorProto_DataType as Type,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { makeNode, scalarTensor, wholeTensor } from "../../onnx/rewrite/make_node.ts";

/**
 * Logits this far below a query's largest have no weight in float32; the floor keeps exp() from making denormal numbers, which are slow.
 */
const FLOOR = -80;

/**
 * Writes the graph: `z = softmax(scale q k^T) v`, over the keys that a query sees.
 *
 * Inputs: `q`, `k`, `v` [rows, width]; `query_rows`, `key_rows`, `seen`, `hidden`, `results` as in {@linkcode AttentionBatch}; `ones`
 * [keys, 2]. Output: `z` [computed positions, head, head width]. Whole rows are gathered, position by position, and the runtime's product
 * reads sequences and heads from them in place.
 *
 * Keys that a query does not see have a weight of exactly 0. A matrix product adds up the weights key by key, so no bit of a result depends
 * on how many hidden keys follow the last visible one; with one column of ones instead of two the runtime would use another kernel.
 */
export function attentionGraph(heads: number, headWidth: number): Uint8Array {
  const scale = { name: "alpha", type: Kind.FLOAT, f: 1 / Math.sqrt(headWidth) };
  const flag = (name: string) => ({ name, type: Kind.INT, i: 1n });
  const lastAxis = { name: "axes", type: Kind.INTS, ints: [-1n] };
  const nodes = [
    node("Gather", ["q", "query_rows"], "query_vectors"), // [query, sequence, width]
    node("Gather", ["k", "key_rows"], "key_vectors"), // [key, sequence, width]
    node("Gather", ["v", "key_rows"], "value_vectors"),
    node("Reshape", ["query_vectors", "by_head"], "queries"), // [query, sequence, head, head width]
    node("Reshape", ["key_vectors", "by_head"], "keys"),
    node("Reshape", ["value_vectors", "by_head"], "values"),
    node("FusedMatMul", ["queries", "keys"], "logits", [
      ...["transB", "transBatchA", "transBatchB"].map(flag),
      scale,
    ]), // [sequence, head, query, key]
    node("Add", ["logits", "hidden"], "visible"),
    node("ReduceMax", ["visible"], "largest", [lastAxis]),
    node("Sub", ["visible", "largest"], "below"),
    node("Max", ["below", "floor"], "exponents"),
    node("Exp", ["exponents"], "powers"),
    node("Mul", ["powers", "seen"], "parts"),
    node("MatMul", ["parts", "ones"], "sums"), // [sequence, head, query, 2], the same sum twice
    node("ReduceMax", ["sums"], "sum", [lastAxis]),
    node("Div", ["parts", "sum"], "weights"),
    node("FusedMatMul", ["weights", "values"], "mixed", [flag("transBatchB")]), // [sequence, head, query, head width]
    node("Reshape", ["mixed", "by_row"], "mixed_rows"),
    node("Gather", ["mixed_rows", "results"], "z"),
  ];
  for (const each of nodes) if (each.opType === "FusedMatMul") each.domain = "com.microsoft";
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
          { ...scalarTensor(FLOOR), name: "floor" },
          { ...wholeTensor([0, 0, heads, headWidth]), name: "by_head" }, // 0 keeps the size
          { ...wholeTensor([-1, headWidth]), name: "by_row" },
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
  attributes: readonly MessageInitShape<typeof AttributeProtoSchema>[] = [],
): NodeProto {
  const made = makeNode(opType, inputs, output);
  made.attribute = attributes.map((own) => create(AttributeProtoSchema, own));
  return made;
}

function input(name: string, elemType: Type): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType } } },
  });
}
