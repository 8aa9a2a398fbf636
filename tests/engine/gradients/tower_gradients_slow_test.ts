/** Gradients of whole towers: against the reference, in every form of a model, and what is refused. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { runWithGradients } from "../../../lib/engine/gradients/tower_gradients.ts";
import { idsInput, runHooked } from "../../../lib/engine/run/hooked_run.ts";
import type { ActivationCache } from "../../../lib/hooks/cache.ts";
import { edit, type Intervention } from "../../../lib/hooks/interventions.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { cosine } from "../../../lib/model/families.ts";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import { sharedFile, testWithShared } from "../../reference_material.ts";
import { fixture } from "../../scripts/task_process.ts";
import { someTokens, vitB32 } from "../vit_b32.ts";
import { chosen, FORMS, goldenImages, SIGLIP_TINY, SMALL, TINY, WEIGHTS } from "../../studies.ts";

const AXES = ["channel", "row", "column"] as const;
const SENTENCES = ["There is no boat.", "A boat.", "There is a boat."];

/** A share of the largest gradient at a hook point: sums of float32 numbers in another order, carried back through every block. */
const ROUNDING = 2e-5;

function assertSame(found: ActivationCache, expected: ActivationCache, bound: number): void {
  assertEquals(found.names, expected.names);
  for (const name of found.names) {
    found.rowNames.forEach((_, row) => {
      const [own, other] = [found.row(name, row), expected.row(name, row)];
      assertEquals([own.shape, own.axes], [other.shape, other.axes]);
      const largest = Math.max(...other.data.map(Math.abs));
      own.data.forEach((x, i) => assertAlmostEquals(x, other.data[i]!, bound * largest, name));
    });
  }
}

/** The gradients of three sentences or two images at every hook point that a form has. */
async function gradientsOf(kind: "text" | "image", options: ClipOptions) {
  await using clip = await Clip.load(TINY.model, { ...options, towers: [kind] });
  const tower = clip[kind].tower;
  const hooks = tower.hooks.filter((hook) => !tower.unreachable.has(hook));
  const target = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i * i));
  if (kind === "text") {
    const targets = SENTENCES.map((_, row) => target.map((x) => x + row));
    return await clip.text.runWithGradients(SENTENCES, hooks, { targets });
  }
  const images = [1, 2].map((seed) => {
    const data = Float32Array.from({ length: 3 * 24 * 24 }, (_, i) => Math.sin(i * i * seed));
    return new Tensor(data, [3, 24, 24], AXES);
  });
  return await clip.image.runWithGradients(images, hooks, { targets: [target, target] });
}

for (const kind of ["text", "image"] as const) {
  const weights = gradientsOf(kind, chosen(WEIGHTS));
  for (
    const form of [
      ...FORMS.filter((form) => form !== WEIGHTS),
      ...kind === "text" ? ["_fused"] : [],
    ]
  ) {
    Deno.test(`gradients at every hook point of the ${kind} tower are the same in form "${form}" as in the weights`, async () => {
      const [found, expected] = [await gradientsOf(kind, chosen(form)), await weights];
      assertSame(found.gradients, expected.gradients, ROUNDING);
      found.scores.forEach((x, row) => assertAlmostEquals(x, expected.scores[row]!, 1e-6));
    });
  }
}

interface Golden {
  readonly id: string;
  readonly sentence: "negated" | "affirmative";
  readonly s: number;
  readonly hooks: Readonly<
    Record<string, { readonly shape: number[]; readonly gradient: number[] }>
  >;
}

testWithShared(
  "gradients of S at every hook point are those of the reference in double precision",
  async () => {
    const golden: Golden[] = JSON.parse(
      await Deno.readTextFile(sharedFile("fixtures/golden_gradients/clip_small.json")),
    );
    const pairs: Readonly<Record<string, string>>[] = JSON.parse(
      await Deno.readTextFile(SMALL.pairs),
    );
    const images = goldenImages(SMALL);
    await using clip = await Clip.load(SMALL.model, { towers: ["text"] });
    for (const { id, sentence, s, hooks } of golden) {
      const pair = pairs.find((each) => each["id"] === id)!;
      const isCaption = (pair["negation"] === "caption") === (sentence === "negated");
      const targets = [images.get(pair["image"]!)!];
      const names = Object.keys(hooks);
      const run = await clip.text.runWithGradients(
        [pair[isCaption ? "caption" : "foil"]!],
        names,
        { targets, scale: 100 },
      );
      assertAlmostEquals(100 * run.scores[0]!, s, 1e-4);
      for (const name of names) {
        const { shape, gradient } = hooks[name]!;
        const own = run.gradients.row(name, 0);
        assertEquals(own.shape, shape);
        const largest = Math.max(...gradient.map(Math.abs));
        gradient.forEach((x, i) => assertAlmostEquals(own.data[i]!, x, ROUNDING * largest, name));
      }
    }
  },
);

/** Numbers around 0 without a pattern. */
function noise(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * (i + 1) * seed));
}

/**
 * S is a cosine of float32 numbers, which err by 1e-7, and moves by some 1e-3 along a direction that the gradient is half of; at twice the
 * steps the differences of fourth order, which fall by 16 with half the step, stay below that.
 */
const TOLERANCE = 1e-3;
const STEP = 3e-3;

/** Compares the gradients of the first row with differences along a random direction, to which the gradient is added. */
async function assertDifferences(
  { values, gradients }: { readonly values: ActivationCache; readonly gradients: ActivationCache },
  scoreOf: (interventions: readonly Intervention[]) => Promise<number>,
): Promise<void> {
  for (const [seed, hook] of gradients.names.entries()) {
    const [value, gradient] = [values.row(hook, 0), gradients.row(hook, 0)];
    const [chance, own] = [unit(noise(value.data.length, seed + 1)), unit(gradient.data)];
    const direction = chance.map((x, i) => x + own[i]!);
    const step = STEP * Math.hypot(...value.data);
    const scoreAt = (times: number) =>
      scoreOf([edit(hook, ({ data }) => {
        for (const [i, x] of direction.entries()) data[i]! += times * step * x;
      })]);
    const near = await scoreAt(1) - await scoreAt(-1);
    const far = await scoreAt(2) - await scoreAt(-2);
    const exact = direction.reduce((sum, x, i) => sum + x * gradient.data[i]!, 0);
    assertAlmostEquals((8 * near - far) / (12 * step) / exact, 1, TOLERANCE, hook);
  }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

const PARTS = [
  ...["hook_embed", "blocks.0.ln1.hook_scale", "blocks.0.attn.hook_k", "blocks.0.attn.hook_result"],
  ...["blocks.0.mlp.hook_pre", "blocks.0.hook_resid_post"],
];

const FORMS_OF_OTHERS: readonly (readonly [
  name: string,
  model: string,
  size: number,
  options: ClipOptions,
])[] = [
  ["SigLIP", SIGLIP_TINY.model, 31, { weights: `${SIGLIP_TINY.model}/model.safetensors` }],
  ["SigLIP, exported", SIGLIP_TINY.model, 31, {}],
  ["CLIP with the exact GELU", fixture("clip-odd"), 32, {}],
  ["CLIP with ONNX's Attention", fixture("clip-odd"), 32, { suffix: "_dynamo23" }],
  ["CLIP in half precision", TINY.model, 24, { suffix: "_fp16" }],
  ["CLIP with random weights", TINY.model, 24, { randomWeights: 3 }],
];

for (const [name, model, size, options] of FORMS_OF_OTHERS) {
  for (const kind of ["text", "image"] as const) {
    Deno.test(`gradients of the ${kind} tower of ${name} are those of finite differences`, async () => {
      await using clip = await Clip.load(model, { ...options, towers: [kind] });
      const { projection } = clip[kind].tower.shape;
      const target = noise(projection, 5);
      const hooks = PARTS.map((hook) => `${kind === "text" ? "" : "vision."}${hook}`);
      if (kind === "text") {
        const own = await clip.text.runWithGradients(["A boat.", "No boat."], hooks, {
          targets: [target, target],
        });
        return await assertDifferences(
          own,
          async (interventions) =>
            cosine((await clip.text.run(["A boat."], { interventions })).row(0).data, target),
        );
      }
      const pixels = new Tensor(noise(3 * size * size, 2), [3, size, size], AXES);
      const own = await clip.image.runWithGradients([pixels], hooks, { targets: [target] });
      await assertDifferences(
        own,
        async (interventions) =>
          cosine((await clip.image.run([pixels], { interventions })).row(0).data, target),
      );
    });
  }
}

Deno.test("gradients of a text tower as large as ViT-B/32's are those of finite differences, and no bit of a row depends on the others", async () => {
  const tower = await vitB32();
  try {
    const ids = someTokens(64, 9); // which run in parts
    const targets = ids.map((_, row) => noise(512, row + 1));
    const rows = (count: number) => ({
      batches: [{
        rows: ids.slice(0, count).map((_, row) => row),
        positions: 9,
        input: () => idsInput(ids.slice(0, count)),
      }],
      rowNames: ids.slice(0, count).map((_, row) => `row ${row}`),
    });
    const hooks = ["hook_embed", "blocks.5.attn.hook_k", "blocks.5.mlp.hook_pre"];
    const own = await runWithGradients(tower, hooks, { ...rows(64), targets });
    const alone = await runWithGradients(tower, hooks, { ...rows(1), targets: [targets[0]!] });
    for (const hook of alone.gradients.names) {
      assertEquals(own.gradients.row(hook, 0), alone.gradients.row(hook, 0), hook);
    }
    await assertDifferences(own, async (interventions) => {
      const { embeddings } = await runHooked(tower, { ...rows(1), keep: [], interventions });
      return cosine(embeddings.row(0).data, targets[0]!);
    });
  } finally {
    await tower.release();
  }
});
