import { TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { assertEquals, assertMatch } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { onDisk } from "../../lib/files/read_file.ts";
import { cutChain, encodeSubgraph } from "../../lib/onnx/cut.ts";
import { GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import { runOnce } from "./run_whole.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { checkWeight } from "../../lib/onnx/weight_files.ts";
import { inFolder } from "../scripts/task_process.ts";

/** Where a model says that its weight of two numbers lies. */
type Entries = Readonly<Record<string, string>>;

/** A model `y = x + w` whose weight lies in another file. */
function modelOf(entries: Entries): Uint8Array<ArrayBuffer> {
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return modelBytes({
    name: "external",
    node: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
    initializer: [{ name: "w", dataType: Type.FLOAT, dims: [2n], dataLocation: 1, externalData }],
    input: [valueInfo("x")],
    output: [valueInfo("y")],
  });
}

/** Two folders in one: `model/model.onnx` with 16 bytes of `model/weights`, and `secret` outside, to which a link leads. */
async function withFiles(
  entries: Entries,
  test: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/model/deep`, { recursive: true });
    await Deno.writeFile(`${folder}/model/model.onnx`, modelOf(entries));
    const numbers = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    for (const name of ["model/weights", "model/deep/weights", "secret"]) {
      await Deno.writeFile(`${folder}/${name}`, numbers);
    }
    await Deno.symlink(`${folder}/secret`, `${folder}/model/link`);
    await test(`${folder}/model/model.onnx`, folder);
  });
}

const open = (path: string) => new GraphFile(onnxOrigin(onDisk(path))).open();

async function sumOf(path: string): Promise<number[]> {
  const graph = await open(path);
  const [subgraph] = cutChain(graph, [["y"]]);
  const x = { type: "float32", dims: [2], data: Float32Array.of(10, 20) } as const;
  const found = await runOnce(encodeSubgraph(graph, subgraph!), new Map([["x", x]]));
  return [...found.get("y")!.data as Float32Array];
}

for (
  const [entries, expected] of [
    [{ location: "weights", length: "8" }, [11, 22]],
    [{ location: "weights", offset: "8", length: "8" }, [13, 24]],
    [{ location: "weights", offset: "4" }, [12, 23]],
    [{ location: "deep/weights", length: "8", checksum: "whatever" }, [11, 22]],
  ] as const
) {
  Deno.test(`open() finds a weight at ${JSON.stringify(entries)}`, () =>
    withFiles(entries, async (path) => assertEquals(await sumOf(path), [...expected])));
}

Deno.test("open() follows links of a model cache, where model and weights lie in one folder under other names", () =>
  withFiles({ location: "weights" }, async (path, folder) => {
    await Deno.mkdir(`${folder}/snapshot`);
    await Deno.symlink("../model/model.onnx", `${folder}/snapshot/model.onnx`);
    await Deno.symlink("../model/deep/weights", `${folder}/snapshot/weights`);
    assertEquals(await sumOf(`${folder}/snapshot/model.onnx`), [11, 22]);
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    await file.open();
    assertEquals(file.files.map((name) => name.slice(folder.length)), [
      "/model/model.onnx",
      "/model/weights",
    ]);
  }));

const OUTSIDE = ["../secret", "deep/../../secret", "/etc/passwd", "C:\\secret", "..\\secret"];
for (const location of [...OUTSIDE, "link"]) {
  Deno.test(`open() does not read weights from "${location}"`, () =>
    withFiles({ location }, async (path) => {
      const message =
        `Cannot read weight "w" of "${path}": "${location}" lies outside the model's folder`;
      await assertRejectsCode(() => open(path), "onnx-unsupported", message);
    }));
}

for (
  const [entries, why] of [
    [{}, "it names no file"],
    [{ location: "weights", offset: "12" }, 'it ends at byte 20, but "weights" has 16'],
    [{ location: "weights", length: "4" }, "it has 4 bytes where [2] asks for 8"],
    [{ location: "weights", length: "99999999999999999999" }, "must be whole numbers"],
    [{ location: "weights", offset: "-8" }, "its offset and length must be whole numbers"],
    [{ location: "weights", offset: "9007199254740000" }, "it ends at byte 9007199254740008"],
  ] as [Entries, string][]
) {
  Deno.test(`open() refuses a weight at ${JSON.stringify(entries)}`, () =>
    withFiles(entries, async (path) => {
      const error = await assertRejectsCode(() => open(path), "onnx-damaged", why);
      assertMatch(error.message, /^Cannot read weight "w" of ".+": .+; download model and weights/);
    }));
}

Deno.test("open() names a Git LFS pointer in the place of a weight file", () =>
  withFiles({ location: "weights", offset: "400" }, async (path, folder) => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 408\n";
    await Deno.writeTextFile(`${folder}/model/weights`, pointer);
    const message =
      '"weights" is a Git LFS pointer, not the file itself; download model and weights';
    await assertRejectsCode(() => open(path), "onnx-damaged", message);
  }));

Deno.test("open() does not go on with weights that have changed since they were first read", () =>
  withFiles({ location: "weights" }, async (path, folder) => {
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    await file.open();
    file.close();
    await Deno.writeFile(`${folder}/model/weights`, new Uint8Array(24));
    const message = `"${folder}/model/weights": it has changed since it was loaded`;
    await assertRejectsCode(() => file.open(), "file-changed", message);
  }));

Deno.test("open() refuses external weights inside a node", async () => {
  const t = { name: "k", dataType: Type.FLOAT, dims: [1n], dataLocation: 1 };
  const node = [{ opType: "Constant", output: ["y"], attribute: [{ name: "value", t }] }];
  await withFiles({ location: "weights" }, async (path) => {
    await Deno.writeFile(path, modelBytes({ node }));
    const message = `Cannot use "${path}": weight "k" lies in another file`;
    await assertRejectsCode(() => open(path), "onnx-unsupported", message);
  });
});

function tensor(init: MessageInitShape<typeof TensorProtoSchema>) {
  return create(TensorProtoSchema, { name: "w", dataType: Type.FLOAT, ...init });
}

Deno.test("checkWeight() names a weight with too little, too much or impossible data", () => {
  const cases: [MessageInitShape<typeof TensorProtoSchema>, string][] = [
    [{ dims: [3n], rawData: new Uint8Array(8) }, "has 8 bytes where [3] asks for 12"],
    [{ dims: [1n], rawData: new Uint8Array(8) }, "has 8 bytes where [1] asks for 4"],
    [{ dims: [2n, 2n], floatData: [1] }, "has 1 values where [2, 2] asks for 4"],
    [{ dims: [2n ** 40n, 2n ** 40n] }, `has 0 values where [${2n ** 40n}, ${2n ** 40n}] asks for`],
    [{ dims: [-4n], floatData: [1] }, "has the shape [-4]"],
    [{ dims: [1n], dataType: 99 }, "is of type 99"],
    [{ dims: [1n], dataType: Type.COMPLEX64 }, "is of type COMPLEX64"],
  ];
  for (const [init, message] of cases) {
    assertThrowsCode(
      () => checkWeight("m.onnx", tensor(init)),
      `onnx-damaged: Cannot use "m.onnx": weight "w" ${message}`,
    );
  }
});

Deno.test("checkWeight() accepts sizes, positions, ids and ends of slices, and no larger number", () => {
  const whole = (...int64Data: bigint[]) =>
    tensor({ dataType: Type.INT64, dims: [BigInt(int64Data.length)], int64Data });
  checkWeight("m.onnx", whole(0n, -1n, 49_407n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n - 1n));
  const rawData = new Uint8Array(BigInt64Array.of(3n, 2n ** 40n).buffer);
  for (
    const wrong of [whole(1n, 2n ** 40n), tensor({ dataType: Type.INT64, dims: [2n], rawData })]
  ) {
    assertThrowsCode(
      () => checkWeight("m.onnx", wrong),
      `onnx-damaged: holds the number ${2n ** 40n}`,
    );
  }
});
