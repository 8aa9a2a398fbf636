import { TensorProto_DataType as Type } from "onnx-buf";
import { builtTower, type OpenedWeights } from "../../lib/architecture/built_tower.ts";
import { packedStrides } from "../../lib/checkpoint/stored_array.ts";
import { GraphFile } from "../../lib/onnx/graph/graph_file.ts";
import { assertRejectsCode } from "../error_codes.ts";

/** A tower that adds the array `text_model.a` to its input. */
function adding(opened: OpenedWeights) {
  return builtTower("weights.bin", () => Promise.resolve(opened), ({ graph, weights, arrayOf }) => {
    const array = arrayOf("text_model.a", [2]);
    weights.add("a", array);
    const ends = (name: string) => [{ name, type: Type.FLOAT, axes: [2] }];
    graph.node("Add", ["x", graph.weight("a", array.shape)], "y");
    return { inputs: ends("x"), outputs: ends("y") };
  });
}

const ARRAY = { type: "F32", shape: [2], strides: packedStrides([2]), offset: 0 } as const;

Deno.test("builtTower() refuses weights with parts that the settings do not describe", async () => {
  await assertRejectsCode(
    () =>
      new GraphFile(adding({
        files: [],
        names: ["text_model.a", "text_model.b", "logit_scale"],
        arrayOf: () => ({ ...ARRAY, path: "weights.bin" }),
      })).open(),
    "weights-left-over",
    'the model that the settings describe has no part for 1 arrays, such as "text_model.b"',
  );
});

Deno.test("builtTower() reports a file of weights that is gone", async () => {
  await assertRejectsCode(
    () =>
      new GraphFile(adding({
        files: ["no/such/weights.bin"],
        names: [],
        arrayOf: () => ({ ...ARRAY, path: "no/such/weights.bin" }),
      })).open(),
    "onnx-file-unreadable",
    'Cannot read model file "no/such/weights.bin"',
  );
});
