import { assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { sizesOf } from "../../../lib/architecture/names/sizes_of.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { arraysOf, arraysOfFile, changed, SHAPES } from "./checkpoints.ts";

/** As in tests/fixtures/recipe/names.py. */
const TEXT = {
  ...{ layers: 2, width: 8, mlpWidth: 24, projection: 10 },
  ...{ vocabSize: 20, maxPositions: 6 },
};
const IMAGE = { layers: 1, width: 12, mlpWidth: 24, projection: 10, patchSize: 4, imageSize: 8 };

Deno.test("sizesOf() reads the same sizes from either convention", () => {
  for (const file of ["hugging_face.safetensors", "openai.safetensors"]) {
    const sizes = sizesOf(canonicalArrays(arraysOfFile(file), file));
    assertEquals(sizes, { text: TEXT, image: IMAGE });
  }
});

Deno.test("sizesOf() reads one tower where there is one, and images without a class token", () => {
  const resnet = sizesOf(canonicalArrays(arraysOf(SHAPES.resnet), "RN50.pt"));
  assertEquals(resnet, { text: TEXT, image: undefined });
  const siglip = sizesOf(canonicalArrays(arraysOf(SHAPES.siglip), "model.safetensors"));
  assertEquals(siglip.image, {
    ...{ layers: 1, width: 8, mlpWidth: 24, projection: undefined },
    ...{ patchSize: 4, imageSize: 8 },
  });
});

Deno.test("sizesOf() refuses arrays that contradict each other", () => {
  const block = /^text_model\.encoder\.layers\.0\./;
  const gap = changed((arrays) => {
    for (const name of [...arrays.keys()]) if (block.test(name)) arrays.delete(name);
  });
  assertThrowsCode(() => sizesOf(gap), "weight-missing", "text_model.encoder.layers.0.mlp.fc1");
  const shaped = (name: string, shape: readonly number[]) =>
    changed((arrays) => arrays.set(name, { ...arrays.get(name)!, shape }));
  const places = "vision_model.embeddings.position_embedding.weight";
  const patches = "vision_model.embeddings.patch_embedding.weight";
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    [places, [6, 12], "one position for each patch of a square image, and one more"],
    [places, [1, 12], "one position for each patch"],
    [patches, [12, 1, 4, 4], "[width, 3, patch size, patch size]"],
    [patches, [12, 3, 4, 5], "[width, 3, patch size, patch size]"],
    [patches, [12, 48], "[width, 3, patch size, patch size]"],
    ["text_model.embeddings.token_embedding.weight", [20], "a matrix"],
  ];
  for (const [name, shape, expected] of cases) {
    assertThrowsCode(() => sizesOf(shaped(name, shape)), "weight-shape-wrong", expected);
  }
});
