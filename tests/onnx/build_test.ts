import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "onnx-buf";
import { assert, assertEquals } from "@std/assert";
import { fileStamp, onDisk } from "../../lib/files/read_file.ts";
import { builtTower } from "../../lib/architecture/towers.ts";
import { PlacedWeights } from "../../lib/architecture/tower_writer.ts";
import { packedStrides } from "../../lib/checkpoint/stored_array.ts";
import { graphBytes, GraphWriter, modelBytes } from "../../lib/onnx/build.ts";
import type { Graph } from "../../lib/onnx/graph.ts";
import { decodeGraph, GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

/** Sizes whose lengths take one, two and three bytes in a protocol buffer. */
const SIZES = [3, 40, 5000];
const NUMBERS = SIZES.map((size) => Float32Array.from({ length: size }, (_, i) => 1 + i / 7));

/** A graph that adds up arrays of a file to its input, and a number of its own. */
async function withGraph(work: (graph: Graph, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const path = `${folder}/weights.bin`;
    const bytes = NUMBERS.map((numbers) => new Uint8Array(numbers.buffer));
    await Deno.writeFile(path, new Uint8Array(await new Blob(bytes).arrayBuffer()));
    const stamps = new Map([[path, await fileStamp(path)]]);
    const arrays = new Map(SIZES.map((size, i) => {
      const offset = 4 * SIZES.slice(0, i).reduce((sum, n) => sum + n, 0);
      const form = { type: "F32" as const, shape: [size], strides: packedStrides([size]) };
      return [`w${size}`, { ...form, ...onDisk(path), offset }];
    }));
    const origin = builtTower(
      onDisk(path),
      () => ({
        stamps,
        named: {
          ...{ source: path, arrays, origins: new Map(), naming: "OpenAI", towers: ["text"] },
          ...{ prefix: "", textPrefix: "", foreign: {}, ignored: [], unused: [] },
        },
      }),
      ({ stamps, arrayOf }) => {
        const [graph, weights] = [new GraphWriter(), new PlacedWeights(stamps)];
        const end = (name: string, size: number) => ({ name, type: Type.FLOAT, axes: [size] });
        const two = graph.real("two", [], Float32Array.of(2));
        const outputs = SIZES.map((size) => {
          weights.add(`w${size}`, arrayOf(`w${size}`, [size]));
          graph.node("Add", [`x${size}`, graph.weight(`w${size}`, [size])], `sum ${size}`);
          return graph.node(
            "Mul",
            [`sum ${size}`, two],
            `y${size}`,
          );
        });
        return {
          graph,
          weights,
          inputs: SIZES.map((size) => end(`x${size}`, size)),
          outputs: outputs.map((name, i) => end(name, SIZES[i]!)),
        };
      },
    );
    const file = new GraphFile(origin);
    await work(await file.open(), folder);
    file.close();
  });
}

/** The bytes of a file; its pieces are freed one by one. */
async function bytesOf(content: Iterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const copies: Uint8Array<ArrayBuffer>[] = [];
  for (const piece of content) copies.push(piece.slice());
  return new Uint8Array(await new Blob(copies).arrayBuffer());
}

Deno.test("graphBytes() puts the weights of a large graph beside it, on pages of their own", () =>
  withGraph(async (graph, folder) => {
    const whole = await bytesOf(graphBytes(graph, { dataName: "x_data" }).model);
    const fits = graphBytes(graph, { dataName: "x_data", largest: whole.length });
    assertEquals(fits.data, undefined);
    const { model, data } = graphBytes(graph, { dataName: "x_data", largest: whole.length - 1 });
    await Deno.writeFile(`${folder}/x.onnx`, await bytesOf(model));
    await Deno.writeFile(`${folder}/x_data`, await bytesOf(data!));
    const file = new GraphFile(onnxOrigin(onDisk(`${folder}/x.onnx`)));
    const read = await file.open();
    const places = SIZES.map((size) => read.placeOf(read.initializers.get(`w${size}`)!)!);
    assertEquals(
      places.map(({ offset, length }) => [offset, length]),
      [[0, 12], [4096, 160], [8192, 20_000]],
    );
    assertEquals(
      SIZES.map((size) => new Float32Array(read.weight(`w${size}`)!.rawData.slice().buffer)),
      NUMBERS,
    );
    assertEquals((await Deno.stat(`${folder}/x_data`)).size, 28_192);
    assertEquals(read.weight("two"), graph.weight("two")); // numbers of the graph itself stay in it
    file.close();
  }));

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
