/** The reference for everything that is cut: a file's whole graph, run as one session without optimisation. */

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, ValueInfoProtoSchema } from "onnx-buf";
import { type OnnxValue, Session } from "../../lib/onnx/session.ts";

/**
 * Runs a whole graph of CLIP's with any of its values as outputs.
 *
 * @param path The ONNX file.
 * @param run Token ids, rows of one length; pixels [rows, 3, 24, 24]; names of values (default: of all that a node makes).
 */
export async function runWhole(path: string, { ids = [[0, 0]], pixels, outputs }: {
  readonly ids?: readonly (readonly number[])[];
  readonly pixels?: OnnxValue;
  readonly outputs?: readonly string[];
}): Promise<Map<string, OnnxValue>> {
  const model = fromBinary(ModelProtoSchema, await Deno.readFile(path));
  const graph = model.graph!;
  const all = graph.node.flatMap(({ output }) => output).filter((name) => name !== "");
  graph.output = (outputs ?? all).map((name) => create(ValueInfoProtoSchema, { name }));
  const dims = [ids.length, ids[0]!.length];
  const data = BigInt64Array.from(ids.flat(), BigInt);
  const known = new Map<string, OnnxValue>([
    ["input_ids", { type: "int64", dims, data }],
    ["attention_mask", { type: "int64", dims, data: new BigInt64Array(data.length).fill(1n) }],
    [
      "pixel_values",
      pixels ?? {
        type: "float32",
        dims: [1, 3, 24, 24],
        data: new Float32Array(3 * 24 * 24),
      },
    ],
  ]);
  const session = await Session.create(toBinary(ModelProtoSchema, model), path);
  try {
    return await session.run(new Map(graph.input.map(({ name }) => [name, known.get(name)!])));
  } finally {
    await session.release();
  }
}
