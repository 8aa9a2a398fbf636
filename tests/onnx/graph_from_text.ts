/** Small graphs for tests, written as text. */

import { create } from "@bufbuild/protobuf";
import {
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { Graph } from "../../lib/onnx/graph.ts";

/** A node from a line such as `y = Add(x, w)`. */
export function nodeOf(line: string) {
  const [, output = "", opType = "", input = ""] = /^(.+) = (\w+)\((.*)\)$/.exec(line) ?? [];
  const names = (list: string) => list === "" ? [] : list.split(",").map((name) => name.trim());
  return { opType, input: names(input), output: names(output) };
}

/**
 * A graph with one node per line, such as `y = Add(x, w)`. Names that nothing makes are its inputs, float32; names that nothing reads are
 * its outputs. `weights`: stored float32 vectors by name.
 */
export function graphFromText(
  text: string,
  weights: Readonly<Record<string, readonly number[]>> = {},
): Graph {
  const nodes = text.trim().split("\n")
    .map((line) => create(NodeProtoSchema, nodeOf(line.trim())));
  const made = new Set([...nodes.flatMap(({ output }) => output), ...Object.keys(weights)]);
  const read = new Set(nodes.flatMap(({ input }) => input));
  const elemType = TensorProto_DataType.FLOAT;
  const type = { value: { case: "tensorType" as const, value: { elemType } } };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: "text",
      node: nodes,
      initializer: Object.entries(weights).map(([name, floatData]) =>
        create(
          TensorProtoSchema,
          { name, dims: [BigInt(floatData.length)], dataType: elemType, floatData: [...floatData] },
        )
      ),
      input: [...read].filter((name) => name !== "" && !made.has(name))
        .map((name) => create(ValueInfoProtoSchema, { name, type })),
      output: [...made].filter((name) => !read.has(name) && !(name in weights))
        .map((name) => create(ValueInfoProtoSchema, { name })),
    },
  });
  return new Graph(model, "text.onnx");
}
