import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { onDisk } from "../../lib/files/read_file.ts";
import { decodeGraph, GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const ONNX = fixture("clip-tiny/onnx");
const TEXT_MODEL = `${ONNX}/text_model.onnx`;

const fileAt = (path: string) => new GraphFile(onnxOrigin(onDisk(path)));

/** Runs a test on a copy of the tiny text model, which it may damage. */
async function withCopy(test: (path: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const path = `${folder}/text_model.onnx`;
    await Deno.copyFile(TEXT_MODEL, path);
    await test(path);
  });
}

Deno.test("open() reads the file once until all have closed it", async () => {
  const file = fileAt(TEXT_MODEL);
  const first = await file.open();
  assertStrictEquals(await file.open(), first);
  file.close();
  assertStrictEquals(await file.open(), first, "one of two is still at work");
  file.close();
  file.close();
  const again = await file.open();
  assert(again !== first);
  assertEquals(again.nodes.length, first.nodes.length);
  assertEquals(again.source, file.path);
  file.close();
});

Deno.test("close() frees the weights at once", async () => {
  const file = fileAt(TEXT_MODEL);
  const graph = await file.open();
  const size = () => [...graph.initializers.values()].reduce((sum, w) => sum + w.rawData.length, 0);
  assert(size() > 0);
  file.close();
  await Promise.resolve();
  assertEquals(size(), 0);
});

Deno.test("open() goes on with an open graph whose file is gone, and names the file when it is needed again", () =>
  withCopy(async (path) => {
    const file = fileAt(path);
    const graph = await file.open();
    await Deno.remove(path);
    assertStrictEquals(await file.open(), graph);
    file.close();
    file.close();
    await assertRejectsCode(
      () => file.open(),
      `file-unreadable: Cannot read model file "${path}": there is no such file; check the model's folder`,
    );
  }));

Deno.test("open() says what is wrong with a folder and keeps the cause", async () => {
  const error = await assertRejectsCode(
    () => fileAt(ONNX).open(),
    "file-unreadable: Cannot read model file",
  );
  assertInstanceOf(error.cause, Error);
});

Deno.test("open() refuses a file of 2 GB or more without reading it", () =>
  withCopy(async (path) => {
    await Deno.truncate(path, 2 ** 31); // takes no room on the disk
    const message = "it has 2 GB or more, of which the weights must lie in a file of their own";
    await assertRejectsCode(() => fileAt(path).open(), "file-unreadable", message);
  }));

Deno.test("read() notices a file with the same size and time that took the place of the first", () =>
  withCopy(async (path) => {
    await Deno.utime(path, 1, 1);
    const file = fileAt(path);
    await file.open();
    file.close();
    await Deno.copyFile(path, `${path}2`);
    await Deno.utime(`${path}2`, 1, 1);
    await Deno.rename(`${path}2`, path);
    const place = { path, offset: 0, length: 4 };
    await assertRejectsCode(() => file.read(place), "file-changed: it has changed");
  }));

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
      'onnx-damaged: Cannot read "broken.onnx" as an ONNX model: the file is truncated or of another format',
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
    ["", "onnx-damaged", 'Cannot use "model.onnx": it holds no graph with nodes'],
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
  const cases = [
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
  ];
  for (const graph of cases) {
    assertThrowsCode(
      () => decodeGraph(modelBytes(graph), "m.onnx"),
      'onnx-damaged: weight "w" has 1 values where [9] asks for 9',
    );
  }
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
        `onnx-unsupported: Cannot use "m.onnx": ${message}`,
      );
    }
  }
});
