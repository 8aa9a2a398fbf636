import { assert, assertEquals, assertLess } from "@std/assert";
import { BIASED, MODELS, type PlantedModel } from "../../data/planted/recipe/models.ts";
import { kitPath } from "../../lib/files/kit_files.ts";
import {
  kitModel,
  kitModelName,
  PLANTED,
  PLANTED_NAMES,
  plantedNodes,
  SHAPES,
  SHAPES_NAMES,
} from "../../lib/opening/find_model.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { readPairs } from "../../lib/data/read.ts";
import { allNodes, nodeName } from "../../lib/tables/nodes.ts";

const NAMES = [
  ...PLANTED_NAMES.map((name) => `planted/${name}`),
  ...SHAPES_NAMES.map((name) => `shapes/${name}`),
];

Deno.test("kitModel() and kitModelName() are each other's inverse, and know no other names", () => {
  for (const name of NAMES) {
    const { folder, own } = kitModel(name)!;
    assert(Deno.statSync(`${folder}/config.json`).isFile, name);
    assertEquals(kitModelName(folder), name);
    assert(own === (name.startsWith("planted/") ? PLANTED : SHAPES), name);
  }
  const { folder } = kitModel("planted/relay")!;
  const unnamed = ["relay", "shapes", "planted/", "planted/recipe", "planted/relay@main", folder];
  for (const model of [...unnamed, "shapes/relay", "planted/tuned"]) {
    assertEquals(kitModel(model), undefined, model);
  }
  for (const other of ["relay", "planted/relay", PLANTED.images, `${folder}/relay`, SHAPES.model]) {
    assertEquals(kitModelName(other), undefined, other);
  }
});

Deno.test("each model to compare the embedded one with has at most 2.4 MB, of files that it has too", () => {
  const files = ["config.json", "preprocessor_config.json", "tokenizer.json"];
  const towers = ["onnx/text_model.onnx", "onnx/vision_model.onnx"];
  for (const name of SHAPES_NAMES) {
    const folder = kitPath(`data/shapes/models/${name}`);
    const sizes = [...files, ...towers].map((file) => Deno.statSync(`${folder}/${file}`).size);
    assertLess(sizes.reduce((sum, size) => sum + size), 2.4e6, name);
    for (const file of files) {
      assertEquals(
        Deno.readFileSync(`${folder}/${file}`),
        Deno.readFileSync(`${SHAPES.model}/${file}`),
      );
    }
  }
});

Deno.test("PLANTED has 48 minimal pairs, each side of 24, and their images", async () => {
  const { pairs, rows } = await readPairs(onDisk(PLANTED.data), { protocol: "rephrased" });
  assertEquals([pairs.length, rows], [48, 48]);
  assertEquals(pairs.filter(({ negation }) => negation === "foil").length, 24);
  for (const { image } of pairs) {
    assertEquals((await Deno.stat(`${PLANTED.images}/${image}`)).isFile, true);
  }
});

Deno.test("plantedNodes() gives nodes of the model: what the recipe plants, but for what carries nothing", async () => {
  const models = Object.entries<PlantedModel>({ ...MODELS, ...BIASED });
  for (const [name, { circuit, nodes }] of models) {
    const found = await plantedNodes(`planted/${name}`);
    assertEquals(found, nodes);
    const known = allNodes({ layers: 4, heads: circuit.heads }).map(nodeName);
    assertEquals(found.filter((node) => !known.includes(node)), []);
    const heads = circuit.planted.map(({ layer, head }) => `head ${layer}.${head}`);
    const built = [...heads, ...circuit.gate === undefined ? [] : [`mlp ${circuit.gate.layer}`]];
    const idle = {
      ...{ decoy: ["head 2.1"], generic: ["head 2.1"], constant: ["head 4.1"] },
      leak: ["head 1.1"],
    };
    const others: readonly string[] = idle[name as keyof typeof idle] ?? [];
    assertEquals(found.toSorted(), built.filter((node) => !others.includes(node)).sort(), name);
  }
});
