import { parseClipConfig } from "./parsed_settings.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { knockOutHeads } from "../../lib/experiments/knockout/knockout.ts";
import { Clip, type ClipOptions } from "../../lib/runtime/open_runtime.ts";
import { SIGLIP } from "../../lib/model/families.ts";
import { readPairs } from "../../lib/data/read.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { type ScoredStudy, scoreStudy, SIGLIP_TINY as STUDY } from "../studies.ts";
import { sumsOf } from "../sums.ts";
import { traceRows } from "../experiments/measured_rows.ts";

/** Sum, sum with place i times cos(i), and largest value. */
interface Sums {
  readonly shape: readonly number[];
  readonly sum: number;
  readonly cosines: number;
  readonly largest: number;
}

const GOLDEN: {
  readonly scale: number;
  readonly bias: number;
  readonly tokens: Readonly<Record<string, number[]>>;
  readonly sentences: Readonly<Record<string, number[]>>;
  readonly images: Readonly<Record<string, number[]>>;
  readonly activations: {
    readonly sentence: string;
    readonly image: string;
    readonly values: Readonly<Record<string, Sums>>;
  };
  readonly weights: Readonly<Record<string, Sums>>;
  readonly evaluate: readonly (readonly [id: string, caption: number, foil: number, d: number])[];
  readonly trace: readonly [string, string, number, number | null, number, number][];
  readonly attend: readonly [id: string, layer: number, head: number, byQuery: number[]][];
  readonly knockout: readonly [string, number, number, number, number][];
} = JSON.parse(Deno.readTextFileSync(`${STUDY.golden}/golden.json`));
const both = `${STUDY.model}/onnx/model.onnx`;

/** The weights, and the exports: a tower in each file by two exporters, and both towers in one, which holds the scale. */
const FORMS: Readonly<Record<string, ClipOptions>> = {
  "two files": {},
  "the newer exporter": { suffix: "_dynamo20" },
  "one file": { onnxText: both, onnxVision: both },
  "weights": { weights: `${STUDY.model}/model.safetensors` },
};

const ONE_FILE = FORMS["one file"]!;

/** A share of the largest value: float32 sums over at most 44 terms through two blocks. */
const BOUND = 3e-6;

/** S is 116 x a cosine of float32 embeddings against one in float64 throughout. */
const TOLERANCE = 2e-4;

function assertSums(data: Float32Array, expected: Sums, bound: number, name: string): void {
  const [sum, cosines] = sumsOf(data);
  assertAlmostEquals(sum, expected.sum, bound, name);
  assertAlmostEquals(cosines, expected.cosines, bound, name);
}

async function pixelsOf(clip: Clip, name: string) {
  return await clip.image.pixels(await Deno.readFile(`${STUDY.images}/${name}`), name);
}

async function withScored(use: (study: ScoredStudy) => Promise<void>): Promise<void> {
  const { pairs } = await readPairs(onDisk(STUDY.pairs), { protocol: "rephrased" });
  await using clip = await Clip.load(STUDY.model, ONE_FILE);
  await use(await scoreStudy(clip, STUDY, { pairs: pairs.slice(0, 3) }));
}

for (const [form, options] of Object.entries(FORMS)) {
  Deno.test(`SigLIP from ${form} has transformers' values at every hook point, and its embeddings`, async () => {
    await using clip = await Clip.load(STUDY.model, options);
    const { sentence, image, values } = GOLDEN.activations;
    const text = await clip.text.runWithCache([sentence], ["*"]);
    const vision = await clip.image.runWithCache([await pixelsOf(clip, image)], ["*"]);
    assertEquals(Object.keys(values).sort(), [...clip.text.hooks, ...clip.image.hooks].sort());
    for (const [name, expected] of Object.entries(values)) {
      const { data, shape } = (name.startsWith("vision.") ? vision : text).cache.get(name);
      assertEquals(shape, expected.shape, name);
      const bound = BOUND * expected.largest * Math.sqrt(data.length);
      assertSums(data, expected, bound, name);
    }
    for (const [name, expected] of Object.entries(GOLDEN.images)) {
      const { data } = await clip.image.run([await pixelsOf(clip, name)]);
      expected.forEach((x, i) => assertAlmostEquals(data[i]!, x, 1e-5, name));
    }
    for (const [sentence, expected] of Object.entries(GOLDEN.sentences)) {
      const { data } = await clip.text.run([sentence]);
      expected.forEach((x, i) => assertAlmostEquals(data[i]!, x, 1e-5, sentence));
    }
  });
}

Deno.test("SigLIP scores as its model does where the export has the scale, else by 100 x cosine", async () => {
  await using split = await Clip.load(STUDY.model, { towers: ["text"] });
  const x = [1, 2, 2];
  const y = [0, 3, 4]; // cosine 14 / 15
  assertAlmostEquals(split.family.similarity.score(x, y), 100 * 14 / 15, 1e-12);
  await using joint = await Clip.load(STUDY.model, { ...ONE_FILE, towers: ["text"] });
  const { score, formula } = joint.text.family.similarity;
  // The scale is stored as the float32 number 4.75, so that only its exponential is rounded.
  assertAlmostEquals(score(x, y), GOLDEN.scale * 14 / 15 + GOLDEN.bias, 1e-4);
  assertEquals(formula, "115.58 x cosine - 12.500");
  await using weights = await Clip.load(STUDY.model, { ...FORMS["weights"]!, towers: ["text"] });
  assertEquals(weights.family.similarity.formula, formula);
  assertAlmostEquals(weights.family.similarity.score(x, y), score(x, y), 1e-4);
  assertEquals(SIGLIP.similarity.formula, "100 x cosine (the files hold no scale)");
});

Deno.test("SigLIP's positions have roles of their own behind the end token, and none for a start", () =>
  withScored(({ distinct: [pair] }) => {
    const expected = ["there", "is_are", "negator", "subject_first", "eot"];
    assertEquals(pair!.roles, [...expected, ...new Array(10).fill("pad"), "pooled"]);
    assertEquals(pair!.alignment, [...pair!.alignment.keys()]);
    return Promise.resolve();
  }));

for (const site of ["resid", "z"] as const) {
  Deno.test(`traceRows() at site ${site} has the effects of SigLIP's patched modules`, () =>
    withScored(async ({ clip, rows, images }) => {
      const own = site === "z" ? rows.slice(0, 1) : rows;
      const { rows: effects } = await traceRows(clip.text, own, { site, images });
      const golden = GOLDEN.trace.filter(([each]) => each === site);
      assertEquals(effects.length, golden.length);
      let before = 0;
      effects.forEach(({ id, layer, head, position, role, effect }, i) => {
        const [, ...place] = golden[i]!;
        assertEquals([id, layer, head ?? null, position], place.slice(0, 4));
        assertAlmostEquals(effect!, place[4]!, 2 * TOLERANCE, `${id} ${layer} ${position}`);
        if (role === "there") before = Math.max(before, Math.abs(effect!));
      });
      assert(before > 0.01); // before the negator the method fixes nothing
    }));
}

Deno.test("knockOutHeads() has the scores of SigLIP's modules without attention to a word", () =>
  withScored(async ({ clip, rows, images }) => {
    const { score } = clip.text.family.similarity;
    const heads = GOLDEN.knockout.length / rows.length;
    for (const [side, of] of (["negated", "affirmative"] as const).entries()) {
      const words = rows.map(({ aligned }) => (
        {
          sentence: aligned[of],
          position: side === 0 ? aligned.negator : aligned.alignment[aligned.negator]!,
        }
      ));
      const found = (await Array.fromAsync(knockOutHeads(clip.text, words))).flat();
      assertEquals(found.length, GOLDEN.knockout.length);
      for (const { index, place, embedding } of found) {
        const golden = GOLDEN.knockout[index * heads + place]!;
        const head = [Math.floor(place / 2) + 1, place % 2 + 1];
        assertEquals(golden.slice(0, 3), [rows[index]!.scores.id, ...head]);
        const s = score(embedding, images.get(rows[index]!.scores.image)!);
        assertAlmostEquals(s, golden[3 + side] as number, TOLERANCE);
      }
    }
  }));

Deno.test("SigLIP's weights have names, and transformers' numbers, in a file of weights and in an export", async () => {
  const cut = ["query", ...["Q", "K", "V"].flatMap((part) => [`attn.W_${part}`, `attn.b_${part}`])]
    .map((name) => `vision.pool.${name}`); // pieces of one matrix, which exporters cut in the graph
  for (const form of ["weights", "two files"]) {
    await using clip = await Clip.load(STUDY.model, FORMS[form]!);
    const { text, image } = clip;
    const gone = [...text.weights.unreachable, ...image.weights.unreachable];
    assertEquals(gone.sort(), form === "weights" ? [] : cut.sort());
    const names = [...text.weights.names, ...image.weights.names];
    assertEquals(names.toSorted(), Object.keys(GOLDEN.weights).sort());
    for (const [name, expected] of Object.entries(GOLDEN.weights)) {
      if (gone.includes(name)) continue;
      const weight = await (name.startsWith("vision.") ? image : text).weights.get(name);
      const { shape, data } = weight;
      assertEquals(shape, expected.shape, name);
      // Sums of float32 numbers in double precision, against 12 digits.
      assertSums(data, expected, 1e-9, name);
    }
  }
});

Deno.test("readSizes() reads SigLIP's sizes, of which few are in its files", () => {
  const parse = (text_config: object, vision_config: object) => {
    const settings = { model_type: "siglip", text_config, vision_config };
    return parseClipConfig(JSON.stringify(settings), "config.json");
  };
  const base = parse({}, {}); // google/siglip-base-patch16-224 has no more
  const tower = { // SiglipTextConfig() and SiglipVisionConfig() of transformers 5.24
    ...{ layers: 12, heads: 12, width: 768, headWidth: 64, mlpWidth: 3072, projection: 768 },
    ...{ hiddenAct: "gelu_pytorch_tanh", layerNormEps: 1e-6 },
  };
  assertEquals(base, {
    projection: 768,
    text: { ...tower, vocabSize: 32000, maxPositions: 64 }, // without the end token 49407, which is beyond the vocabulary
    vision: { ...tower, imageSize: 224, patchSize: 16, channels: 3 },
  });
  const sizes = { hidden_size: 1152, num_attention_heads: 16, intermediate_size: 4304 };
  const large = parse(sizes, { ...sizes, image_size: 384, patch_size: 14 });
  assertEquals([large.projection, large.text.headWidth], [1152, 72]);
  const giant = parse({ ...sizes, projection_size: 1536 }, {
    ...{ hidden_size: 1536, num_attention_heads: 16 },
  });
  assertEquals([giant.projection, giant.text.width], [1536, 1152]);
  const says =
    '"text_config.projection_size" must be 768, the hidden_size of vision_config, but it';
  assertThrowsCode(() => parse({ projection_size: 512 }, {}), "setting-wrong", says);
  const headless = () => parse({}, { vision_use_head: false });
  assertThrowsCode(headless, 'setting-wrong: "vision_config.vision_use_head" must be true');
});
