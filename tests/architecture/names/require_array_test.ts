import { assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { inFile, requireArray } from "../../../lib/architecture/names/require_array.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { type Arrays, arraysOf, arraysOfFile, changed, renamed, SHAPES } from "./checkpoints.ts";

const NAMED = canonicalArrays(arraysOfFile("hugging_face.safetensors"), "model.safetensors");
const Q = "text_model.encoder.layers.1.self_attn.q_proj.weight";

Deno.test("requireArray() names both shapes and the setting that contradicts the array", () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    [Q, [16, 8], "text_config.hidden_size"],
    ["text_model.encoder.layers.0.mlp.fc1.weight", [32, 8], "text_config.intermediate_size"],
    ["text_model.encoder.layers.0.mlp.fc2.weight", [8, 32], "text_config.intermediate_size"],
    ["text_model.embeddings.token_embedding.weight", [21, 8], "text_config.vocab_size"],
    [
      "text_model.embeddings.position_embedding.weight",
      [7, 8],
      "text_config.max_position_embeddings",
    ],
    ["text_projection.weight", [12, 8], "projection_dim"],
    ["visual_projection.weight", [10, 16], "vision_config.hidden_size"],
    ["vision_model.embeddings.patch_embedding.weight", [12, 3, 8, 8], "vision_config.patch_size"],
    [
      "vision_model.embeddings.position_embedding.weight",
      [10, 12],
      "vision_config.image_size or patch_size",
    ],
    ["vision_model.encoder.layers.0.layer_norm1.bias", [16], "vision_config.hidden_size"],
    ["vision_model.pre_layrnorm.weight", [16], "vision_config.hidden_size"],
    ["vision_model.embeddings.class_embedding", [16], "vision_config.hidden_size"],
  ];
  for (const [name, shape, setting] of cases) {
    const found = NAMED.arrays.get(name)!.shape.join(", ");
    assertThrowsCode(
      () => requireArray(NAMED, name, shape),
      `model-files-differ: Cannot use array "${name}" of "model.safetensors": its shape is [${found}], which contradicts "${setting}"; expected [${
        shape.join(", ")
      }]; take the weights and the settings from the same model`,
    );
  }
  assertThrowsCode(() => requireArray(NAMED, Q, [8]), "model-files-differ: its shape is [8, 8]");
});

const OPENAI = arraysOfFile("openai.safetensors");

Deno.test("requireArray() names an array, and its shape, as the file has it", () => {
  const model = renamed(OPENAI, (name) => `module.${name}`);
  const named = canonicalArrays(model, "model.pt");
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    [
      Q,
      [16, 8],
      'array "module.transformer.resblocks.1.attn.in_proj_weight" of "model.pt": its shape is [24, 8], which contradicts "text_config.hidden_size"; expected [48, 8]',
    ],
    [
      "visual_projection.weight",
      [10, 16],
      'array "module.visual.proj" of "model.pt": its shape is [12, 10], which contradicts "vision_config.hidden_size"; expected [16, 10]',
    ],
    [
      "vision_model.encoder.layers.0.mlp.fc2.bias",
      [16],
      'array "module.visual.transformer.resblocks.0.mlp.c_proj.bias" of "model.pt": its shape is [12], which contradicts "vision_config.hidden_size"; expected [16]',
    ],
  ];
  for (const [name, shape, message] of cases) {
    const error = assertThrowsCode(
      () => requireArray(named, name, shape),
      `model-files-differ: Cannot use ${message}`,
    );
    assertEquals(`array "${error.subject}"`, message.slice(0, message.indexOf(" of ")));
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
    [OPENAI, "vision_model.post_layernorm.bias", "visual.ln_post.bias"],
    [
      custom,
      "text_model.encoder.layers.0.mlp.fc1.bias",
      "text.transformer.resblocks.0.mlp.c_fc.bias",
    ],
    [custom, "vision_model.pre_layrnorm.bias", "visual.ln_pre.bias"],
    [siglip, "vision_model.head.attention.k_proj.bias", "vision_model.head.attention.in_proj_bias"],
  ];
  for (const [arrays, canonical, stored] of cases) {
    const error = assertThrowsCode(
      () => requireArray(gone(arrays, stored), canonical),
      `model-files-differ: Cannot find array "${stored}" in "model.pt": the `,
    );
    const [, near] = /the nearest names are "([^"]+)"/.exec(error.message) ?? [];
    assertEquals(arrays.has(near!), true, error.message);
  }
  const behind = renamed(OPENAI, (name) => `module.${name}`);
  assertThrowsCode(
    () => requireArray(gone(behind, "module.ln_final.bias"), "text_model.final_layer_norm.bias"),
    'model-files-differ: array "module.ln_final.bias"',
  );
});

Deno.test("requireArray() refuses numbers that are not floating-point", () => {
  const eight = changed((arrays) => arrays.set(Q, { ...arrays.get(Q)!, type: "I8" }));
  assertThrowsCode(
    () => requireArray(eight, Q, [8, 8]),
    "model-files-differ: its numbers are stored as I8",
  );
});

Deno.test("inFile() knows the name of every array, there or not, by either convention", () => {
  const files = [
    arraysOfFile("hugging_face.safetensors"),
    arraysOfFile("openai.safetensors"),
    arraysOf(SHAPES.custom),
    arraysOf(SHAPES.siglip),
  ];
  for (const arrays of [...files, ...files.map((each) => renamed(each, (name) => `a.b.${name}`))]) {
    const named = canonicalArrays(arrays, "model.pt");
    assertEquals(
      new Set([...named.origins.values()].map(({ stored }) => stored)).size,
      arrays.size,
    );
    for (const [canonical, { shape }] of named.arrays) {
      const there = inFile(named, canonical);
      assertEquals(there.shapeOf(shape), arrays.get(there.name)!.shape, canonical);
      const missing = inFile({ ...named, origins: new Map() }, canonical);
      assertEquals([missing.name, missing.shapeOf(shape)], [there.name, there.shapeOf(shape)]);
    }
  }
});
