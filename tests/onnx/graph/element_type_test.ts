import { fileURLToPath } from "node:url";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assertEquals } from "@std/assert";
import { elementType } from "../../../lib/onnx/weight_numbers.ts";
import { Graph } from "../../../lib/onnx/graph.ts";
import { graphFromText } from "../graph_from_text.ts";
import { runWhole } from "../run_whole.ts";
import { assertEachThrows } from "../../error_codes.ts";

const ONNX = fileURLToPath(new URL("../../fixtures/clip-tiny/onnx", import.meta.url));

const TYPE_OF_RUNTIME: Readonly<Record<string, Type>> = {
  float32: Type.FLOAT,
  float16: Type.FLOAT, // computed in single precision
  int64: Type.INT64,
  int32: Type.INT32,
  bool: Type.BOOL,
};

const files = ["text_model", "text_model_sdpa", "text_model_dynamo20", "text_model_fp16"];
for (const file of [...files, "text_model_fused", "model_old", "vision_model_fp16"]) {
  Deno.test(`elementType() derives the type that the runtime gives every value of ${file}.onnx`, async () => {
    const path = `${ONNX}/${file}.onnx`;
    const model = fromBinary(ModelProtoSchema, await Deno.readFile(path));
    model.graph!.valueInfo = []; // declared types would hide those of the operators
    const graph = new Graph(model, path);
    const values = await runWhole(path, {});
    for (const [name, { type }] of values) {
      assertEquals(elementType(graph, name), TYPE_OF_RUNTIME[type], `${name}, ${type}`);
    }
  });
}

Deno.test("elementType() trusts the file over the operator", () => {
  const { model } = graphFromText("y = Custom(x)");
  const value = { case: "tensorType" as const, value: { elemType: Type.UINT8 } };
  model.graph!.valueInfo.push(create(ValueInfoProtoSchema, { name: "y", type: { value } }));
  assertEquals(elementType(new Graph(model, "text.onnx"), "y"), Type.UINT8);
});

Deno.test("elementType() reads the attributes of nodes that make values from nothing", () => {
  const graph = graphFromText(
    "a = Constant()\nb = Constant()\nc = ConstantOfShape(n)\nd = Cast(c)",
  );
  const [a, b, c, d] = graph.nodes;
  const t = create(TensorProtoSchema, { dataType: Type.DOUBLE });
  a!.attribute = [create(AttributeProtoSchema, { name: "value", t })];
  b!.attribute = [create(AttributeProtoSchema, { name: "value_ints", ints: [1n] })];
  d!.attribute = [create(AttributeProtoSchema, { name: "to", i: BigInt(Type.INT32) })];
  const types = ["a", "b", "c", "d"].map((name) => elementType(graph, name));
  assertEquals(types, [Type.DOUBLE, Type.INT64, Type.FLOAT, Type.INT32]);
  c!.attribute = [create(AttributeProtoSchema, { name: "value", t })];
  assertEquals(elementType(graph, "c"), Type.DOUBLE);
});

Deno.test("elementType() names a value whose type is unknown", () => {
  const graph = graphFromText("y = Custom()");
  const message =
    '"y": its element type is neither stored nor known from its operator; export it again with shape inference';
  assertEachThrows("onnx-type-unknown", [
    [() => elementType(graph, "y"), `Cannot cut "text.onnx" at ${message}`],
    [() => elementType(graph, "z"), 'Cannot cut "text.onnx" at "z"'],
  ]);
});
