import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { decodeGraph } from "../../../lib/onnx/graph_file.ts";
import { modelBytes, valueInfo } from "../model_bytes.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import type { ErrorCode } from "../../../lib/errors.ts";

const TEXT_MODEL = fileURLToPath(
  new URL("../../fixtures/clip-tiny/onnx/text_model.onnx", import.meta.url),
);

Deno.test("decodeGraph() leaves weights in the file's bytes", async () => {
  const bytes = await Deno.readFile(TEXT_MODEL);
  const graph = decodeGraph(bytes, "text_model.onnx");
  assertEquals([...graph.inputs.keys()], ["input_ids"]);
  assertEquals(graph.outputs, ["text_embeds", "last_hidden_state"]);
  const weights = [...graph.initializers.values()].filter(({ rawData }) => rawData.length > 0);
  assertEquals(weights.length > 0, true);
  weights.forEach(({ rawData }) => assertStrictEquals(rawData.buffer, bytes.buffer));
});

Deno.test("decodeGraph() refuses a file that is truncated anywhere", async () => {
  const bytes = await Deno.readFile(TEXT_MODEL);
  for (const part of [0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999]) {
    const length = Math.floor(part * bytes.length);
    assertThrowsCode(
      () => decodeGraph(bytes.subarray(0, length), "broken.onnx"),
      "onnx-damaged",
      'Cannot read "broken.onnx" as an ONNX model: the file is truncated or of another format',
    );
  }
});

Deno.test("decodeGraph() refuses bytes that are not an ONNX model", () => {
  const cases: [string, ErrorCode, string][] = [
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
      "onnx-damaged",
      'Cannot read "model.onnx" as an ONNX model: it is a Git LFS pointer, not the file itself; download the file itself, or run git lfs pull where it was cloned',
    ],
    ['{"model_type": "clip"}', "onnx-damaged", 'Cannot read "model.onnx" as an ONNX model'],
    ["", "onnx-damaged", 'Cannot read "model.onnx" as an ONNX model: it holds no graph with nodes'],
  ];
  for (const [text, code, message] of cases) {
    const bytes = new TextEncoder().encode(text);
    assertThrowsCode(() => decodeGraph(bytes, "model.onnx"), code, message);
  }
});

Deno.test("decodeGraph() checks stored weights and those in attributes and branches", () => {
  const init = { name: "w", dataType: Type.FLOAT, dims: [9n], floatData: [1] };
  const bad = create(TensorProtoSchema, init);
  const constant = { opType: "Constant", output: ["k"], attribute: [{ name: "value", t: bad }] };
  const branch = { node: [constant], output: [valueInfo("k")] };
  const relu = { opType: "Relu", input: ["x"], output: ["y"] };
  const input = [valueInfo("x")];
  for (
    const graph of [
      { node: [relu], input, initializer: [bad] },
      { node: [constant, relu], input },
      {
        node: [{
          opType: "If",
          input: ["x"],
          output: ["z"],
          attribute: [{ name: "b", g: branch }],
        }],
        input,
      },
    ]
  ) {
    assertThrowsCode(
      () => decodeGraph(modelBytes(graph), "m.onnx"),
      "onnx-damaged",
      'weight "w" has 1 values where [9] asks for 9',
    );
  }
});

Deno.test("decodeGraph() refuses a graph of too many nodes before it decodes them", () => {
  const node = Array.from({ length: 50_001 }, () => ({ opType: "" }));
  assertThrowsCode(
    () => decodeGraph(modelBytes({ node }), "m.onnx"),
    "onnx-unsupported",
    'Cannot use "m.onnx": its graph describes 50001 nodes and values where 50000 are allowed; export the plain CLIP towers',
  );
});

Deno.test("decodeGraph() refuses loops and numbers beyond any size, in branches too", () => {
  const input = [valueInfo("x")];
  const loop = { opType: "Loop", name: "again", input: ["x"], output: ["y"] };
  const far = { ...loop, opType: "Shape", attribute: [{ name: "end", i: 2n ** 40n }] };
  const inBranch = (node: typeof far | typeof loop) => ({
    opType: "If",
    input: ["x"],
    output: ["z"],
    attribute: [{ name: "then_branch", g: { node: [node], output: [valueInfo("y")] } }],
  });
  const cases = [
    [loop, 'node "again" is a loop, which may never end'],
    [far, `node "again" has the number ${2n ** 40n}`],
  ] as const;
  for (const [node, message] of cases) {
    for (const each of [node, inBranch(node)]) {
      const bytes = modelBytes({ node: [each], input });
      assertThrowsCode(
        () => decodeGraph(bytes, "m.onnx"),
        "onnx-unsupported",
        `Cannot use "m.onnx": ${message}`,
      );
    }
  }
});
