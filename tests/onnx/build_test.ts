import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "onnx-buf";
import { assert, assertEquals } from "@std/assert";
import { modelBytes } from "../../lib/onnx/build.ts";
import { decodeGraph } from "../../lib/onnx/graph_file.ts";
import { fixture } from "../scripts/task_process.ts";

/** The model that bytes hold, without what the graph's library keeps beside it. */
const read = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);

Deno.test("modelBytes() writes what toBinary() writes, with weights as bytes, as lists and without any", async () => {
  const path = fixture("clip-tiny/onnx/text_model.onnx");
  const { model } = decodeGraph(await Deno.readFile(path), path);
  const own = model.graph!.initializer;
  assert(own.some(({ rawData }) => rawData.length > 127)); // lengths of two bytes
  const further = [
    { name: "list", dims: [2n], dataType: Type.FLOAT, floatData: [1.5, -2] },
    { name: "none", dims: [0n], dataType: Type.INT64 },
    {
      name: "raw",
      dims: [300n, 60n],
      dataType: Type.UINT8,
      rawData: new Uint8Array(18000).fill(7),
    },
  ].map((values) => create(TensorProtoSchema, values));
  const graph = { ...model.graph!, initializer: [...own, ...further] };
  const whole = { ...model, graph, metadataProps: [] };
  const bytes = modelBytes(whole);
  assertEquals(read(bytes), read(toBinary(ModelProtoSchema, whole)));
  assertEquals(read(bytes).graph!.initializer.at(-1)!.rawData, further[2]!.rawData);
  assertEquals(modelBytes(whole), bytes);
});
