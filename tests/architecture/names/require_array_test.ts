import { assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { inFile, requireArray } from "../../../lib/architecture/names/conventions.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { type Arrays, arraysOf, HF, OPENAI, renamed, SHAPES } from "./checkpoints.ts";

const Q = "text_model.encoder.layers.1.self_attn.q_proj.weight";

Deno.test("requireArray() names an array, and its shape, as the file has it", () => {
  const model = renamed(OPENAI, (name) => `module.${name}`);
  const named = canonicalArrays(model, "model.pt");
  const cases: readonly (readonly [string, readonly number[], string, string])[] = [
    [Q, [16, 8], "transformer.resblocks.1.attn.in_proj_weight", "[24, 8]; expected [48, 8]"],
    ["visual_projection.weight", [10, 16], "visual.proj", "[12, 10]; expected [16, 10]"],
  ];
  for (const [name, shape, stored, says] of cases) {
    const require = () => requireArray(named, name, shape);
    const error = assertThrowsCode(require, "model-files-differ", `its shape is ${says}`);
    assertEquals(error.subject, `module.${stored}`);
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
  const eight = new Map([...HF, [Q, { ...HF.get(Q)!, type: "I8" as const }]]);
  const require = () => requireArray(canonicalArrays(eight, "model.safetensors"), Q, [8, 8]);
  assertThrowsCode(require, "model-files-differ: its numbers are stored as I8");
});

Deno.test("inFile() knows the name of every array, there or not, by either convention", () => {
  const files = [HF, OPENAI, arraysOf(SHAPES.custom), arraysOf(SHAPES.siglip)];
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
