import * as ort from "onnxruntime-node";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType,
} from "onnx-buf";
import { assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { Graph } from "../../lib/onnx/graph.ts";
import { freeMemory, type OnnxValue, ortRuntime, type Session } from "../../lib/onnx/runtime.ts";
import { nodeRuntime, RUNTIME_VERSION } from "../../lib/runtime/node.ts";
import { graphFromText } from "./graph_from_text.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture } from "../scripts/task_process.ts";

async function withSession(graph: Graph, test: (session: Session) => Promise<void>): Promise<void> {
  const session = await nodeRuntime().create(toBinary(ModelProtoSchema, graph.model), graph.source);
  try {
    await test(session);
  } finally {
    await session.release();
  }
}

function float32(...values: number[]): OnnxValue {
  return { type: "float32", dims: [values.length], data: Float32Array.from(values) };
}

Deno.test("run() gives integers and booleans with their own types", async () => {
  const graph = graphFromText("size = Shape(x)\nnan = IsNaN(x)");
  await withSession(graph, async (session) => {
    const results = await session.run(new Map([["x", float32(0, NaN)]]));
    assertEquals(results.get("size"), { type: "int64", dims: [1], data: BigInt64Array.of(2n) });
    assertEquals(results.get("nan"), { type: "bool", dims: [2], data: Uint8Array.of(0, 1) });
  });
});

Deno.test("run() writes into the caller's arrays, and only into the requested part of them", async () => {
  const graph = graphFromText("s = Add(x, w)\ny = Mul(s, s)\nn = Neg(x)", { w: [1, 2] });
  await withSession(graph, async (session) => {
    const memory = Float32Array.of(9, 9, 9, 9);
    const into: OnnxValue = { type: "float32", dims: [2], data: memory.subarray(1, 3) };
    const results = await session.run(new Map([["x", float32(3, 4)]]), new Map([["y", into]]));
    assertEquals(memory, Float32Array.of(9, 16, 36, 9));
    assertEquals([...results.keys()], ["y"]);
  });
});

Deno.test("run() copies outputs into the caller's arrays where the runtime does not write there", async () => {
  const runtime = ortRuntime(ort, { name: "onnxruntime-node", writesInPlace: false });
  assertEquals([runtime.version, runtime.device], [RUNTIME_VERSION, "cpu"]);
  const { model, source } = graphFromText("y = Mul(x, x)");
  const session = await runtime.create(toBinary(ModelProtoSchema, model), source);
  const y = new Float32Array(2);
  const into = new Map<string, OnnxValue>([["y", { type: "float32", dims: [2], data: y }]]);
  const results = await session.run(new Map([["x", float32(3, 4)]]), into);
  await session.release();
  assertEquals([...y], [9, 16]);
  assertEquals(results.get("y"), float32(9, 16));
});

Deno.test("run() names the file when the runtime fails, and works again afterwards", () =>
  withSession(graphFromText("y = Add(x, w)", { w: [1, 2] }), async (session) => {
    const error = await assertRejectsCode(
      () => session.run(new Map([["x", float32(1, 2, 3)]])),
      'session-run-failed: Cannot run "text.onnx": ',
    );
    assertInstanceOf(error.cause, Error);
    const results = await session.run(new Map([["x", float32(1, 2)]]));
    assertEquals(results.get("y"), float32(2, 4));
  }));

Deno.test("create() names the file that the runtime refuses", async () => {
  const unknown = toBinary(ModelProtoSchema, graphFromText("y = Unheard(x)").model);
  for (const bytes of [unknown, new Uint8Array(0), new TextEncoder().encode("not ONNX")]) {
    await assertRejectsCode(
      () => nodeRuntime().create(bytes, "text.onnx"),
      'session-refused: Cannot load "text.onnx" in ONNX Runtime: ',
    );
  }
});

Deno.test("RUNTIME_VERSION is the one that deno.json pins", async () => {
  const path = fixture("../../deno.json");
  const { imports } = JSON.parse(await Deno.readTextFile(path));
  assertMatch(RUNTIME_VERSION, /^\d+\.\d+\.\d+$/);
  assertEquals(imports["onnxruntime-node"], `npm:onnxruntime-node@${RUNTIME_VERSION}`);
});

Deno.test("run() names an output of a type that CLIP does not use", async () => {
  const { model, source } = graphFromText("y = Cast(x)");
  const to = BigInt(TensorProto_DataType.DOUBLE);
  model.graph!.node[0]!.attribute = [
    create(AttributeProtoSchema, { name: "to", type: AttributeProto_AttributeType.INT, i: to }),
  ];
  await withSession(new Graph(model, source), async (session) => {
    await assertRejectsCode(
      () => session.run(new Map([["x", float32(1)]])),
      'onnx-type-unknown: Cannot use value "y" of "text.onnx": it is of type float64; expected float32, int64, int32 or bool',
    );
  });
});

Deno.test("freeMemory() empties an array and all views of its memory", () => {
  const array = new Float32Array([1, 2, 3]);
  const part = array.subarray(1);
  freeMemory(part);
  assertEquals([array.length, part.length, array.buffer.byteLength], [0, 0, 0]);
});

Deno.test("freeMemory() leaves memory that threads share", () => {
  const array = new Uint8Array(new SharedArrayBuffer(2));
  freeMemory(array);
  assertEquals(array.length, 2);
});
