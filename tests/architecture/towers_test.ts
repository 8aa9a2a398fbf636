import { TensorProto_DataType as Type } from "onnx-buf";
import { onDisk } from "../../lib/files/read_file.ts";
import { builtTower, type OpenedWeights } from "../../lib/architecture/towers.ts";
import { HUGGING_FACE, type NamedArrays } from "../../lib/architecture/names/conventions.ts";
import { PlacedWeights } from "../../lib/architecture/tower_writer.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { packedStrides } from "../../lib/checkpoint/stored_array.ts";
import { GraphWriter } from "../../lib/onnx/build.ts";
import { GraphFile, type GraphOrigin } from "../../lib/onnx/graph_file.ts";
import { Folder } from "../checkpoint/fixtures.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { writeTensors } from "../opening/embedding_files.ts";

const NAME = "text_model.a";

/** A tower that adds the array `text_model.a` to its input. */
function adding(open: () => OpenedWeights): GraphOrigin {
  return builtTower(onDisk("weights.bin"), open, ({ stamps, arrayOf }) => {
    const [graph, weights] = [new GraphWriter(), new PlacedWeights(stamps)];
    const array = arrayOf(NAME, [2]);
    weights.add("a", array);
    const ends = (name: string) => [{ name, type: Type.FLOAT, axes: [2] }];
    graph.node("Add", ["x", graph.weight("a", array.shape)], "y");
    return { graph, weights, inputs: ends("x"), outputs: ends("y") };
  });
}

function named(arrays: NamedArrays["arrays"], origins: NamedArrays["origins"] = new Map()) {
  const none = { rules: HUGGING_FACE, prefix: "", textPrefix: "", foreign: {} } as const;
  const lists = { towers: ["text"], unused: [] } as const;
  return { source: "weights.bin", arrays, origins, ...none, ...lists };
}

/** The file of weights as it is, and what is found in it. */
function opened(path: string): OpenedWeights {
  const { stamps, arrays } = openCheckpoint(onDisk(path));
  return { stamps, named: named(arrays) };
}

Deno.test("builtTower() refuses weights with parts that the settings do not describe, by their names in the file", async () => {
  const array = { type: "F32", shape: [2], strides: packedStrides([2]), offset: 0 } as const;
  const refuses = (names: readonly string[], reason: string) =>
    assertRejectsCode(
      () =>
        adding(() => ({
          stamps: new Map(),
          named: named(
            new Map(names.map((name) => [name, { ...array, ...onDisk("weights.bin") }])),
            new Map(names.map((name) => {
              const stored = name.replace(/^text_model/, "module.t");
              return [name, { stored, kind: "same" as const }];
            })),
          ),
        })).read(),
      `model-files-differ: the model that the settings describe has no part for ${reason}; check`,
    );
  await refuses([NAME, "text_model.b", "logit_scale"], 'array "module.t.b"');
  await refuses([NAME, "text_model.b", "c"], '2 arrays, such as "module.t.b"');
});

Deno.test("a tower does not take the places of one file for another that replaced it meanwhile", async () => {
  using folder = new Folder();
  const [path, other] = [`${folder.path}/weights`, `${folder.path}/other`];
  await writeTensors(path, new Map([[NAME, [1, 2]], ["text_model.b", [3, 4]]]));
  await writeTensors(other, new Map([["text_model.b", [3, 4]], [NAME, [1, 2]]]));
  const origin = adding(() => {
    const weights = opened(path);
    Deno.renameSync(other, path);
    return { ...weights, names: [NAME] };
  });
  const message = `Cannot go on with model file "${path}": it has changed since it was loaded`;
  await assertRejectsCode(() => new GraphFile(origin).open(), "file-changed", message);
});
