/** Both towers against values computed in float64. */

import { assertEquals, assertLess } from "@std/assert";
import { Clip, type ClipOptions } from "../../lib/runtime/open_runtime.ts";
import type { Tensor } from "../../lib/hooks/tensor.ts";
import { bits } from "../engine/run/sentences.ts";
import { sharedFile, testWithShared } from "../reference_material.ts";
import { chosen, FORMS, pathOf, WEIGHTS } from "../studies.ts";

const FIXTURES = pathOf("./fixtures");
const SHARED = sharedFile("fixtures");

interface Golden {
  readonly model: string;
  readonly data: string; // folder of `pairs.json` and `images`
  readonly golden: string; // folder of what was computed
}

const [TINY, ODD] = ["tiny", "odd"].map((name): Golden => ({
  ...{ model: `${FIXTURES}/clip-${name}`, data: FIXTURES, golden: `${FIXTURES}/golden-${name}` },
})) as [Golden, Golden];
const SMALL = { model: `${SHARED}/clip-small`, data: SHARED, golden: `${SHARED}/golden` };

type Options = ClipOptions & { readonly model?: string };

/** clip-odd: exports, its weights laid over one, and its weights as open_clip publishes a model. */
const ODD_FORMS: readonly Options[] = [
  {},
  { suffix: "_dynamo23" },
  { weights: `${FIXTURES}/weights/odd/open_clip_model.safetensors` },
  { model: `${FIXTURES}/weights/odd`, tokenizer: `${FIXTURES}/clip-odd/tokenizer.json` },
];

/** A hook point's value; null stands for minus infinity, which JSON does not have. */
interface Reference {
  readonly shape: number[];
  readonly data: (number | null)[];
}

type Values = Readonly<Record<string, Reference>>;

const MASKED = -6e4; // masked scores are -65504, the smallest number of half precision, or less

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

async function pixelsOf({ image }: Clip, name: string, data = FIXTURES): Promise<Tensor> {
  return await image.pixels(await Deno.readFile(`${data}/images/${name}`), name);
}

function deviation(found: ArrayLike<number>, expected: Reference["data"]): number {
  const largest = Math.max(...expected.map((x) => Math.abs(x ?? 0)));
  const differences = expected.map((x, i) =>
    x === null ? (found[i]! < MASKED ? 0 : Infinity) : Math.abs(x - found[i]!)
  );
  return Math.max(...differences) / largest;
}

/** The data in ../shared date from when `hook_embed` was the input of the first block and a third of the hook points did not exist. */
function named(values: Values, hooks: readonly string[]): [string, Reference][] {
  const all = Object.entries(values);
  if (all.length < hooks.length) return all.filter(([hook]) => !hook.endsWith("hook_embed"));
  assertEquals(Object.keys(values).sort(), hooks.toSorted());
  return all;
}

/** Compares every hook point with the reference, and the tokens or every image's embedding. */
async function compareWithGolden(
  tower: "text" | "image",
  { model, data, golden }: Golden,
  { model: other = model, ...options }: Options,
  bound = 1e-5, // float32 has a relative rounding error of 6e-8; sums over some hundred terms and a few blocks make it about 1e-6
): Promise<void> {
  await using clip = await Clip.load(other, { ...options, towers: [tower] });
  const { negated, affirmative, image } = await readJson(`${golden}/activations.json`);
  const [{ negation, caption, foil }] = await readJson(`${data}/pairs.json`);
  const sentences = negation === "caption" ? [caption, foil] : [foil, caption];
  const { cache } = tower === "text"
    ? await clip.text.runWithCache(sentences, ["*"])
    : await clip.image.runWithCache([await pixelsOf(clip, image.image, data)], ["*"]);
  const { hooks } = clip[tower];
  assertEquals(cache.names, [...hooks], "in the order of computation");
  const rows: { readonly values: Values }[] = tower === "text" ? [negated, affirmative] : [image];
  rows.forEach(({ values }, row) => {
    for (const [hook, { shape, data }] of named(values, hooks)) {
      const found = cache.row(hook, row);
      assertEquals([1, ...found.shape], shape, hook);
      assertLess(deviation(found.data, data), bound, hook);
    }
  });
  if (tower === "text") {
    const ids = sentences.map((sentence) => clip.text.encode(sentence));
    return assertEquals(ids, [negated.ids, affirmative.ids]);
  }
  const embeddings = await readJson(`${golden}/images.json`);
  const names = Object.keys(embeddings);
  const found = await clip.image.run(
    await Promise.all(names.map((name) => pixelsOf(clip, name, data))),
  );
  names.forEach((name, row) => {
    assertLess(deviation(found.row(row).data, embeddings[name].embedding), bound, name);
  });
}

for (const tower of ["text", "image"] as const) {
  for (const suffix of tower === "text" ? [...FORMS, "_fused"] : FORMS) {
    Deno.test(`every hook point of the ${tower} tower matches the reference, export "${suffix}"`, () =>
      compareWithGolden(tower, TINY, chosen(suffix)));

    if (suffix === WEIGHTS) continue;
    testWithShared(
      `every hook point of clip-small's ${tower} tower, export "${suffix}"`,
      () => compareWithGolden(tower, SMALL, { suffix }),
    );
  }

  for (const [i, options] of ODD_FORMS.entries()) {
    Deno.test(`every hook point of ${tower} towers of awkward sizes matches the reference, form ${i + 1}`, () =>
      compareWithGolden(tower, ODD, options));
  }

  // Half precision holds the weights, which have 8 significant bits, but rounds the scale of scores up to 4, by up to 2^-12.
  Deno.test(`every hook point of a half-precision ${tower} tower matches the reference, computed in single precision`, () =>
    compareWithGolden(tower, TINY, { suffix: "_fp16" }, 1e-3));

  for (const suffix of FORMS) {
    Deno.test(`no bit of a row of the ${tower} tower changes with its batch or with threads, export "${suffix}"`, async () => {
      const found: Uint8Array[][] = [];
      for (const threads of [1, 2]) {
        const options = { ...chosen(suffix), threads, towers: [tower] };
        await using clip = await Clip.load(TINY.model, options);
        for (const rows of [1, 3, 64]) { // 64 images run in several batches
          const others = new Array<undefined>(rows - 1).fill(undefined);
          const { embeddings, cache } = await runOf(clip, tower, others);
          found.push(
            [embeddings, cache.get(cache.names[0]!)].map((each) => bits(each.row(rows - 1))),
          );
        }
      }
      found.forEach((result) => assertEquals(result, found[0]!));
    });
  }
}

/** A run of other rows and then one row, whose sentences have one length. */
async function runOf(clip: Clip, tower: "text" | "image", others: readonly undefined[]) {
  if (tower === "text") {
    const other = "There are no birds in the garden.";
    const sentences = [...others.map(() => other), "There are some birds in the garden."];
    return await clip.text.runWithCache(sentences, ["blocks.2.hook_resid_post"]);
  }
  const [own, other] = [await pixelsOf(clip, "photo.jpg"), await pixelsOf(clip, "odd.png")];
  const pixels = [...others.map(() => other), own];
  return await clip.image.runWithCache(pixels, ["vision.blocks.1.hook_mlp_out"]);
}
