import { assert, assertEquals, assertLess } from "@std/assert";
import { kitPath } from "../../../lib/files/kit_files.ts";
import {
  isKitModelName,
  kitModel,
  kitModelName,
  kitModelUnknown,
  PLANTED,
  PLANTED_NAMES,
  SHAPES_NAMES,
} from "../../../lib/opening/data/kit_models.ts";
import { plantedFolder } from "../../../lib/opening/data/planted.ts";
import { SHAPES } from "../../../lib/opening/data/shapes.ts";

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
    assertEquals(plantedFolder(name), own === PLANTED ? folder : undefined);
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

Deno.test("isKitModelName() takes planted/NAME and shapes/NAME, without a revision or a further folder", () => {
  const names = ["planted/relay", "planted/rely", "planted/a-b", "shapes/tune"];
  const others = ["planted/a@main", "planted/a/b", "planted/", "planted", "shapes", "x/planted/a"];
  assertEquals([...names, ...others, "constructor/a"].filter(isKitModelName), names);
});

Deno.test("kitModelUnknown() lists the names after the same slash", () => {
  assertEquals(
    kitModelUnknown("shapes/tune").message,
    'Cannot find model "shapes/tune": expected one of shapes/seed0, shapes/seed1, shapes/tuned',
  );
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
