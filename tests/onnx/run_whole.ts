/** Models run once: by the kit's runtime, and as the reference for everything that is cut, without optimisation. */

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-node";
import { ModelProtoSchema, ValueInfoProtoSchema } from "onnx-buf";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";

/**
 * Runs a whole graph of CLIP's with any of its values as outputs. `run`: token ids, rows of one length; pixels [rows, 3, 24, 24]; names of
 * values (default: of all that a node makes).
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
      pixels ?? { type: "float32", dims: [1, 3, 24, 24], data: new Float32Array(3 * 24 * 24) },
    ],
  ]);
  const session = await ort.InferenceSession.create(
    toBinary(ModelProtoSchema, model),
    { graphOptimizationLevel: "disabled", intraOpNumThreads: 1, logSeverityLevel: 4 },
  );
  try {
    const feeds = graph.input.map(({ name }) => {
      const { type, data, dims } = known.get(name)!;
      return [name, new ort.Tensor(type, data, dims)] as const;
    });
    const results = Object.entries(await session.run(Object.fromEntries(feeds)));
    return new Map(
      results.map(([name, { type, data, dims }]) => [name, { type, data, dims } as OnnxValue]),
    );
  } finally {
    await session.release();
  }
}

/** Runs a model by the kit's runtime. */
export async function runOnce(
  bytes: Uint8Array,
  feeds: ReadonlyMap<string, OnnxValue>,
): Promise<ReadonlyMap<string, OnnxValue>> {
  const session = await nodeRuntime().create(bytes, "m.onnx");
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}
