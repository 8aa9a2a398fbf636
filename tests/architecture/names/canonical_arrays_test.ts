import { assert, assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { type Arrays, arraysOf, HF, OPENAI, renamed, SHAPES } from "./checkpoints.ts";

const shapesOf = (arrays: Arrays) =>
  Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape]).sort());

const without = (arrays: Arrays, pattern: RegExp) =>
  new Map([...arrays].filter(([name]) => !pattern.test(name)));

Deno.test("canonicalArrays() reads newer open_clip models, whose text tower has a prefix of its own", () => {
  const named = canonicalArrays(arraysOf(SHAPES.custom), "open_clip_model.safetensors");
  assertEquals(shapesOf(named.arrays), shapesOf(HF));
  assertEquals([named.rules.naming, named.prefix], ["OpenAI", ""]);
});

Deno.test("canonicalArrays() finds any prefix, and ignores what is behind another", () => {
  for (const prefix of ["module.", "model.clip.", "a_b.c-d.0."]) {
    for (const arrays of [HF, OPENAI, arraysOf(SHAPES.custom)]) {
      const more = renamed(arrays, (name) => prefix + name);
      more.set("optimizer.exp_avg", HF.values().next().value!);
      more.set(`${prefix}negation_head.weight`, HF.values().next().value!);
      const named = canonicalArrays(more, "model.pt");
      assertEquals(shapesOf(named.arrays), shapesOf(HF));
      assertEquals(named.prefix, prefix);
      assertEquals(named.unused, ["optimizer.exp_avg", `${prefix}negation_head.weight`]);
    }
  }
});

Deno.test("canonicalArrays() takes off what torch adds to the names of wrapped modules", () => {
  const wrapped = renamed(
    OPENAI,
    (name) => `_orig_mod.module.${name.replace(/^visual\.|resblocks\.\d+\./, "$&_orig_mod.")}`,
  );
  const named = canonicalArrays(wrapped, "model.pt");
  assertEquals(shapesOf(named.arrays), shapesOf(HF));
  assertEquals(named.prefix, "module.");
  const both = new Map([...OPENAI, ...renamed(OPENAI, (name) => `_orig_mod.${name}`)]);
  const twice = () => canonicalArrays(both, "model.pt");
  assertThrowsCode(twice, "weights-not-one-model: is there a second time under another name");
});

Deno.test("canonicalArrays() ignores buffers and JIT's scalars", () => {
  const buffers = {
    "text_model.embeddings.position_ids": [1, 6],
    "vision_model.embeddings.position_ids": [1, 5],
  };
  const hf = canonicalArrays(new Map([...HF, ...arraysOf(buffers, "I64")]), "model.bin");
  assertEquals(hf.arrays, HF);
  const scalars = { attn_mask: [6, 6], input_resolution: [], context_length: [], vocab_size: [] };
  const openai = canonicalArrays(new Map([...OPENAI, ...arraysOf(scalars)]), "model.pt");
  assertEquals([shapesOf(openai.arrays), openai.unused], [shapesOf(HF), []]);
  const custom = new Map(arraysOf({ ...SHAPES.custom, "text.attn_mask": [6, 6] }));
  assertEquals(canonicalArrays(custom, "model.pt").unused, []);
  const listed = [0, 1].map((block) => `transformer.resblocks.${block}.attn_mask`); // by TorchScript
  const script = arraysOf(Object.fromEntries(listed.map((name) => [name, [6, 6]])));
  assertEquals(canonicalArrays(new Map([...OPENAI, ...script]), "model.pt").unused, []);
});

Deno.test("canonicalArrays() tells what may have been trained and belongs to no tower", () => {
  const unusedIn = (arrays: Arrays, more: Arrays) =>
    canonicalArrays(new Map([...arrays, ...more]), "model.pt", { towers: ["text"] }).unused;
  const trained = {
    "prompt_learner.ctx": [4, 8],
    "classifier.weight": [2, 8],
    "transformers.w": [1], // no part of a tower, though one's name is the beginning of this
  };
  const cases = [HF, OPENAI, arraysOf(SHAPES.custom), renamed(OPENAI, (name) => `clip.${name}`)];
  for (const arrays of cases) {
    assertEquals(unusedIn(arrays, new Map()), []);
    assertEquals(unusedIn(arrays, arraysOf(trained, "BF16")), Object.keys(trained));
    assertEquals(unusedIn(arrays, arraysOf(trained, "I64")), []);
  }
  const harmless = {
    ...{ "text_model.embeddings.position_ids": [1, 6], logit_scale: [], logit_bias: [] },
    ...{ attn_mask: [6, 6], input_resolution: [], context_length: [], vocab_size: [] },
  };
  assertEquals(unusedIn(without(OPENAI, /^logit/), arraysOf(harmless)), []);
  assertEquals(unusedIn(arraysOf(SHAPES.resnet), new Map()), []); // its image tower is another's, see foreign
  const word = "text.transformer.embeddings.word_embeddings.weight";
  assertEquals(unusedIn(without(OPENAI, /^(?!visual)/), arraysOf({ [word]: [3] })), []);
  const behind = renamed(OPENAI, (name) => `clip.${name}`);
  const outer = arraysOf({ logit_scale: [], logit_bias: [] });
  assertEquals(unusedIn(without(behind, /logit/), outer), ["logit_scale", "logit_bias"]);
  assertEquals(unusedIn(behind, outer), ["logit_bias"]); // the model has a scale of its own
});

Deno.test("canonicalArrays() takes a projection that is an nn.Linear as it is", () => {
  const linear = new Map(OPENAI);
  const { shape: [width, projection] } = linear.get("text_projection")!;
  linear.delete("text_projection");
  const array = arraysOf({ x: [projection!, width!] }).get("x")!;
  linear.set("text_projection.weight", array);
  assertEquals(canonicalArrays(linear, "model.pt").arrays.get("text_projection.weight"), array);
});

Deno.test("canonicalArrays() reads a single tower, and only the towers that are wanted", () => {
  const text = canonicalArrays(without(HF, /^vision|^visual/), "model.safetensors");
  assertEquals(text.towers, ["text"]);
  const image = canonicalArrays(without(OPENAI, /^(?!visual)/), "model.pt");
  assertEquals([image.towers, image.arrays.size], [["image"], 24]);
  const wanted = canonicalArrays(arraysOf(SHAPES.layer_scale), "model.pt", { towers: ["text"] });
  assertEquals(wanted.towers, ["text"]);
  const names = [...wanted.arrays.keys()].filter((name) => /^vis/.test(name));
  assertEquals(names, []);
});

Deno.test("canonicalArrays() names an array of a tower that is of another architecture, or incomplete", () => {
  const foreignIn = (arrays: Arrays) => canonicalArrays(arrays, "model.pt").foreign;
  const text = without(HF, /^vis/);
  const image = without(HF, /^text/);
  const more = (arrays: Arrays, name: string) => new Map([...arrays, ...arraysOf({ [name]: [1] })]);
  const [onlyText, onlyImage] = [without(OPENAI, /^visual/), without(OPENAI, /^(?!visual)/)];
  const cases: readonly (readonly [Arrays, "text" | "image", string])[] = [
    [onlyText, "image", "visual.trunk.patch_embed.proj.weight"],
    [text, "image", "vision_model.trunk.blocks.0.norm1.weight"],
    [text, "image", "visual_projection.weight"],
    [onlyImage, "text", "text.transformer.embeddings.word_embeddings.weight"],
    [onlyImage, "text", "transformer.resblocks.0.ln_1.weight"],
    [image, "text", "text_model.embeddings.word_embeddings.weight"],
  ];
  for (const [arrays, tower, name] of cases) {
    assertEquals(foreignIn(more(arrays, name)), { [tower]: name });
  }
  const wrong = ["vision_model.embeddings.position_ids", "logit_scale", "head.weight"];
  for (const name of [...wrong, "transformer.w", "visuals.proj"]) {
    assertEquals(foreignIn(more(text, name)), {}, name);
  }
  for (const whole of [HF, OPENAI, arraysOf(SHAPES.custom)]) assertEquals(foreignIn(whole), {});
  const behind = renamed(arraysOf(SHAPES.resnet), (name) => `module.${name}`);
  assertEquals(foreignIn(behind), { image: "module.visual.conv1.weight" });
});

Deno.test("canonicalArrays() keeps SigLIP's names, and splits its fused pooling head", () => {
  const { arrays } = canonicalArrays(arraysOf(SHAPES.siglip), "model.safetensors");
  const fused = /in_proj_(weight|bias)$/;
  const expected = Object.entries(SHAPES.siglip).flatMap(([name, shape]) => {
    if (!fused.test(name)) return [[name, shape] as const];
    const view = [shape[0]! / 3, ...shape.slice(1)];
    return ["q", "k", "v"].map((of) => [name.replace(fused, `${of}_proj.$1`), view] as const);
  });
  assertEquals(shapesOf(arrays), Object.fromEntries(expected.sort()));
  const attention = "vision_model.head.attention.";
  const [q, v] = ["q", "v"].map((of) => arrays.get(`${attention}${of}_proj.weight`)!);
  assertEquals(v!.offset - q!.offset, 2 * 8 * 8 * 4); // 2 matrices of 8 x 8 float32 numbers
});

Deno.test("canonicalArrays() refuses several models and lists them", () => {
  const models = new Map([
    ...renamed(HF, (name) => `student.${name}`),
    ...renamed(without(HF, /^vis/), (name) => `teacher.${name}`),
    ...OPENAI,
  ]);
  const says = 'which model of "both.pt" to use: it holds 3; save the one that you want';
  const choose = () => canonicalArrays(models, "both.pt");
  const error = assertThrowsCode(choose, "weights-not-one-model", says);
  assertEquals(error.details, [
    `text and image tower by Hugging Face's names, behind "student."`,
    `text tower by Hugging Face's names, behind "teacher."`,
    "text and image tower by OpenAI's names, without a prefix",
  ]);
  const twoTexts = new Map([...OPENAI, ...arraysOf(SHAPES.custom)]);
  assertThrowsCode(() => canonicalArrays(twoTexts, "x.pt"), "weights-not-one-model: holds 2");
});

Deno.test("canonicalArrays() refuses adapters, alone or inside a model", () => {
  const name = "base_model.model.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight";
  const adapter = arraysOf({ [name]: [4, 8] });
  for (const arrays of [adapter, new Map([...HF, ...adapter])]) {
    const read = () => canonicalArrays(arrays, "adapter_model.safetensors");
    const says = "it holds an adapter (LoRA) that changes a model's weights";
    const { fix } = assertThrowsCode(read, "model-unsupported", says);
    assert(fix?.includes("merge_and_unload()"), fix);
  }
});

Deno.test("canonicalArrays() refuses arrays of a tower that CLIP does not have", () => {
  const read = () => canonicalArrays(arraysOf(SHAPES.layer_scale), "model.pt");
  const first = '"visual.transformer.resblocks.0.ls_1.gamma"';
  assertThrowsCode(read, "model-unsupported", first);
  const cases: readonly (readonly [Arrays, string])[] = [
    [OPENAI, "cls_emb"],
    [OPENAI, "text_projection.bias"],
    [OPENAI, "visual.attn_pool.query"],
    [arraysOf(SHAPES.custom), "text.anything"],
    [HF, "text_model.encoder.layers.0.self_attn.q_proj.weight.absmax"],
    [HF, "vision_model.encoder.layers.12345.layer_norm1.weight"],
  ];
  for (const [arrays, name] of cases) {
    const more = new Map([...arrays, ...arraysOf({ [name]: [8] })]);
    assertThrowsCode(() => canonicalArrays(more, "model.pt"), "model-unsupported", `"${name}"`);
  }
});

Deno.test("canonicalArrays() says what a checkpoint without CLIP holds", () => {
  const others = () => canonicalArrays(arraysOf({ a: [1], b: [1], c: [1], d: [1] }), "other.bin");
  const says =
    'model in "other.bin": of its 4 arrays ("a", "b", "c", …), none has the name of a token or patch embedding; expected a name such as';
  assertThrowsCode(others, "model-unsupported", says);
  const none = () => canonicalArrays(new Map(), "empty.bin");
  assertThrowsCode(none, "model-unsupported: it holds no arrays");
});

Deno.test("canonicalArrays() refuses fused and transposed weights of impossible shapes", () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ["transformer.resblocks.0.attn.in_proj_weight", [25, 8]],
    ["transformer.resblocks.0.attn.in_proj_weight", [24, 9]],
    ["transformer.resblocks.0.attn.in_proj_bias", []],
    ["visual.proj", [10]],
  ];
  for (const [name, shape] of cases) {
    const broken = new Map([...OPENAI, ...arraysOf({ [name]: shape })]);
    const says = `array "${name}" of "model.pt": its shape is [${shape.join(", ")}]; expected `;
    const read = () => canonicalArrays(broken, "model.pt");
    const error = assertThrowsCode(read, "model-files-differ", says);
    assert(error.message.endsWith("; use the checkpoint of a CLIP or SigLIP model"), error.message);
  }
});
