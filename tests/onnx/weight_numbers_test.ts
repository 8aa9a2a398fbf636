import { assertEquals } from "@std/assert";
import { create, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "onnx-buf";
import { onDisk } from "../../lib/files/read_file.ts";
import { GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { assertEachThrows, assertRejectsCode } from "../error_codes.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import { elementType } from "../../lib/onnx/weight_numbers.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { graphFromText } from "./graph_from_text.ts";
import { runWhole } from "./run_whole.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

type Weight = MessageInitShape<typeof TensorProtoSchema>;

const SQUARE = { name: "w", dims: [2n, 2n] }; // weight of two rows and two columns

/** Opens a model `y = x * w` whose weight is an initializer, or with `inner` the value of a Constant node. */
async function open(
  weight: Weight,
  { opType = "MatMul", inner = false, beside }: {
    readonly opType?: string;
    readonly inner?: boolean;
    readonly beside?: Uint8Array<ArrayBuffer>;
  } = {},
): Promise<void> {
  await inFolder(async (folder) => {
    const path = `${folder}/model.onnx`;
    const constant = {
      opType: "Constant",
      output: ["w"],
      attribute: [{ name: "value", type: 4, t: { ...weight, name: "" } }],
    };
    await Deno.writeFile(
      path,
      modelBytes({
        name: "numbers",
        node: [...(inner ? [constant] : []), { opType, input: ["x", "w"], output: ["y"] }],
        initializer: inner ? [] : [weight],
        input: [valueInfo("x")],
        output: [valueInfo("y")],
      }),
    );
    if (beside !== undefined) await Deno.writeFile(`${folder}/weights`, beside);
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    await file.open();
    file.close();
  });
}

async function assertDamaged(work: Promise<unknown>, holds: string): Promise<void> {
  await assertRejectsCode(
    () => work,
    `weights-not-finite: model.onnx": weight "w" holds ${holds}`,
  );
}

function bytesOf({ buffer }: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

/** Four numbers in every way that a file may store them. */
function layouts(
  numbers: readonly number[],
): readonly (readonly [Weight, Uint8Array<ArrayBuffer>?])[] {
  const singles = bytesOf(Float32Array.from(numbers));
  const halves = Float16Array.from(numbers);
  const brains = Uint16Array.from(new Uint32Array(singles.buffer), (bits) => bits >> 16);
  const list = (array: ArrayBufferView) => [...new Uint16Array(array.buffer)];
  const external = {
    dataLocation: 1,
    externalData: [{ key: "location", value: "weights" }, { key: "offset", value: "3" }],
  };
  return [
    [{ dataType: Type.FLOAT, rawData: singles }],
    [{ dataType: Type.FLOAT, floatData: [...numbers] }],
    [{ dataType: Type.FLOAT, ...external }, Uint8Array.of(9, 9, 9, ...singles)],
    [{ dataType: Type.FLOAT16, rawData: bytesOf(halves) }],
    [{ dataType: Type.FLOAT16, int32Data: list(halves) }],
    [{ dataType: Type.FLOAT16, ...external }, Uint8Array.of(9, 9, 9, ...bytesOf(halves))],
    [{ dataType: Type.BFLOAT16, rawData: bytesOf(brains) }],
    [{ dataType: Type.BFLOAT16, int32Data: list(brains) }],
  ];
}

Deno.test("open() names a weight with NaN or infinity, however it is stored", async () => {
  const cases = [
    [[1, 2, NaN, 4], "NaN"],
    [[1, -2, 3, Infinity], "infinite numbers"],
    [[1, -Infinity, 3, 4], "infinite numbers"],
  ] as const;
  for (const [numbers, holds] of cases) {
    for (const [weight, beside] of layouts(numbers)) {
      const model = { ...SQUARE, ...weight };
      await assertDamaged(open(model, { ...(beside && { beside }) }), holds);
      if (beside === undefined) await assertDamaged(open(model, { inner: true }), holds);
    }
  }
});

Deno.test("open() accepts masks and infinite constants", async () => {
  for (const [weight, beside] of layouts([1, 0, -3, 0.5])) {
    await open({ ...SQUARE, ...weight }, { ...(beside && { beside }) });
  }
  for (const [weight, beside] of layouts([0, -Infinity, 0, 0])) {
    await open({ ...SQUARE, ...weight }, { opType: "Add", ...(beside && { beside }) });
  }
  await open({ name: "w", dataType: Type.FLOAT, floatData: [-Infinity] }, { opType: "Add" });
});

const ONNX = fixture("clip-tiny/onnx");

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
