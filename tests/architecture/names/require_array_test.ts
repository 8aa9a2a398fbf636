import { assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { inFile, requireArray } from "../../../lib/architecture/names/require_array.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { type Arrays, arraysOf, arraysOfFile, changed, renamed, SHAPES } from "./checkpoints.ts";

const NAMED_FILE = arraysOfFile("hugging_face.safetensors");
const NAMED = canonicalArrays(NAMED_FILE, "model.safetensors");
const Q = "text_model.encoder.layers.1.self_attn.q_proj.weight";

Deno.test("requireArray() names both shapes and the setting that contradicts the array", () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    [Q, [16, 8], "text_config.hidden_size"],
    ["text_model.encoder.layers.0.mlp.fc1.weight", [32, 8], "text_config.intermediate_size"],
    ["text_model.encoder.layers.0.mlp.fc2.weight", [8, 32], "text_config.intermediate_size"],
    ["text_model.embeddings.token_embedding.weight", [21, 8], "text_config.vocab_size"],
    ["text_projection.weight", [12, 8], "projection_dim"],
    ["visual_projection.weight", [10, 16], "vision_config.hidden_size"],
    ["vision_model.embeddings.patch_embedding.weight", [12, 3, 8, 8], "vision_config.patch_size"],
    [
      "vision_model.embeddings.position_embedding.weight",
      [10, 12],
      "vision_config.image_size or patch_size",
    ],
    ["vision_model.encoder.layers.0.layer_norm1.bias", [16], "vision_config.hidden_size"],
  ];
  for (const [name, shape, setting] of cases) {
    const found = NAMED.arrays.get(name)!.shape.join(", ");
    const says = `its shape is [${found}], which contradicts "${setting}"; expected [${
      shape.join(", ")
    }]; take the weights and the settings`;
    const { message } = assertThrowsCode(
      () => requireArray(NAMED, name, shape),
      "model-files-differ",
      says,
    );
    assertEquals(message.includes(`array "${name}" of "model.safetensors"`), true, message);
  }
  assertThrowsCode(() => requireArray(NAMED, Q, [8]), "model-files-differ: its shape is [8, 8]");
});

const OPENAI = arraysOfFile("openai.safetensors");

Deno.test("requireArray() names an array, and its shape, as the file has it", () => {
  const model = renamed(OPENAI, (name) => `module.${name}`);
  const named = canonicalArrays(model, "model.pt");
  const cases: readonly (readonly [string, readonly number[], string, string])[] = [
    [Q, [16, 8], "transformer.resblocks.1.attn.in_proj_weight", "[24, 8], which contradicts"],
    ["visual_projection.weight", [10, 16], "visual.proj", "[12, 10], which contradicts"],
  ];
  for (const [name, shape, stored, says] of cases) {
    const require = () => requireArray(named, name, shape);
    const error = assertThrowsCode(require, "model-files-differ", `its shape is ${says}`);
    assertEquals(error.subject, `module.${stored}`);
    const expected = `expected [${(stored === "visual.proj" ? [16, 10] : [48, 8]).join(", ")}]`;
    assertEquals(error.message.includes(expected), true, error.message);
  }
});

Deno.test("requireArray() names a missing array, and those near it, as the file would have them", () => {
  const gone = (arrays: Arrays, name: string) => {
    const rest = new Map(arrays);
    assertEquals(rest.delete(name), true, name);
    return canonicalArrays(rest, "model.pt");
  };
  const custom = arraysOf(SHAPES.custom);
  const siglip = arraysOf(SHAPES.siglip);
  const cases: readonly (readonly [Arrays, string, string])[] = [
    [OPENAI, Q, "transformer.resblocks.1.attn.in_proj_weight"],
    [OPENAI, "text_projection.weight", "text_projection"],
    [custom, "vision_model.pre_layrnorm.bias", "visual.ln_pre.bias"],
    [siglip, "vision_model.head.attention.k_proj.bias", "vision_model.head.attention.in_proj_bias"],
    [
      renamed(OPENAI, (name) => `module.${name}`),
      "text_model.final_layer_norm.bias",
      "module.ln_final.bias",
    ],
  ];
  for (const [arrays, canonical, stored] of cases) {
    const says = `array "${stored}" in "model.pt": the `;
    const require = () => requireArray(gone(arrays, stored), canonical);
    const error = assertThrowsCode(require, "model-files-differ", says);
    const [, near] = /the nearest names are "([^"]+)"/.exec(error.message) ?? [];
    assertEquals(arrays.has(near!), true, error.message);
  }
});

Deno.test("requireArray() refuses numbers that are not floating-point", () => {
  const eight = changed((arrays) => arrays.set(Q, { ...arrays.get(Q)!, type: "I8" }));
  const require = () => requireArray(eight, Q, [8, 8]);
  assertThrowsCode(require, "model-files-differ: its numbers are stored as I8");
});

Deno.test("inFile() knows the name of every array, there or not, by either convention", () => {
  const files = [NAMED_FILE, OPENAI, arraysOf(SHAPES.custom), arraysOf(SHAPES.siglip)];
  for (const arrays of [...files, ...files.map((each) => renamed(each, (name) => `a.b.${name}`))]) {
    const named = canonicalArrays(arrays, "model.pt");
    const stored = new Set([...named.origins.values()].map(({ stored }) => stored));
    assertEquals(stored.size, arrays.size);
    for (const [canonical, { shape }] of named.arrays) {
      const there = inFile(named, canonical);
      assertEquals(there.shapeOf(shape), arrays.get(there.name)!.shape, canonical);
      const missing = inFile({ ...named, origins: new Map() }, canonical);
      assertEquals([missing.name, missing.shapeOf(shape)], [there.name, there.shapeOf(shape)]);
    }
  }
});
