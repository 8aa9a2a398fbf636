import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  ablateImages,
  type AblateRowsOptions,
  ablateScores,
  flatImage,
  imageParts,
} from "../../../lib/experiments/ablate/image.ts";
import { patch } from "../../../lib/hooks/interventions.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { readImage } from "../../../lib/opening/images/image_folder.ts";
import {
  goldenTable,
  type ScoredStudy,
  SIGLIP_TINY,
  type Study,
  testForms,
  TINY,
  withClip,
  withScored,
} from "../../studies.ts";
import { Study as OpenStudy, type StudyOptions } from "../../../lib/runs/study.ts";

Deno.test("flatImage() gives every pixel the mean of its channel", () => {
  const image = new Tensor(Float32Array.of(1, 3, 2, 6), [2, 1, 2], ["channel", "row", "column"]);
  assertEquals([...flatImage(image).data], [2, 2, 4, 4]);
  assertEquals([...image.data], [1, 3, 2, 6]);
});

Deno.test("ablateImages() gives the embedding of patching each part separately, for one image or many", () =>
  withClip(TINY, async ({ image }) => {
    const names = ["photo", "rotated"].map((name) => `${name}.jpg`)
      .concat(["alpha", "odd", "grey", "tiny", "palette"].map((name) => `${name}.png`)); // two batches
    const pixels = async (name: string) =>
      await image.pixels(await readImage(TINY.images, name), name);
    const found = (await Array.fromAsync(ablateImages(image, names, { pixels }))).flat();
    const { layers } = image.tower.shape;
    assertEquals(found.length, names.length * layers * 2);
    for (const { index, place, embedding } of found) {
      const { layer, part } = imageParts(layers)[place]!;
      const own = await pixels(names[index]!);
      const hook = `vision.blocks.${layer - 1}.hook_${part}_out`;
      const { cache } = await image.runWithCache([flatImage(own)], [hook]);
      const alone = await image.run([own], { interventions: [patch(hook, { from: cache })] });
      assertEquals(embedding, alone.row(0).data, `${names[index]} ${layer} ${part}`);
    }
  }));

const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

type Options = Partial<Omit<AblateRowsOptions, "pixels" | "sentences">>;

async function ablating(
  study: Study,
  use: (
    ablate: (options?: Options) => ReturnType<typeof ablateScores>,
    study: ScoredStudy,
  ) => unknown,
  suffix = "",
) {
  await withScored(study, async (scored) => {
    const { clip, evaluate, sentences } = scored;
    const pixels = async (name: string) =>
      await clip.image.pixels(await readImage(study.images, name), name);
    const ablate = (options: Options = {}) =>
      ablateScores(clip.image, evaluate, { pixels, sentences, ...options });
    await use(ablate, scored);
  }, { suffix });
}

testForms(
  "ablateScores() equals the golden values",
  (study, suffix) =>
    ablating(study, async (ablate) => {
      const golden = goldenTable(study, "ablate_image");
      const found = (await ablate()).flat();
      assertEquals(found.length, golden.length);
      found.forEach((d, i) => assertAlmostEquals(d, Number(golden[i]!["d_ablated"]), EFFECT));
    }, suffix),
);

Deno.test("ablateScores() changes no bit if it replaces activations with the image's own", () =>
  ablating(TINY, async (ablate, { evaluate }) => {
    const found = await ablate({ baseline: (pixels) => pixels });
    evaluate.forEach(({ d }, row) => assertEquals(new Set(found[row]), new Set([d])));
  }));

Deno.test("the ablation scores SigLIP's images as all other scores, also if their tower's file lacks the scale", async () => {
  const { model, pairs: data, images } = SIGLIP_TINY;
  const both = `${model}/onnx/model.onnx`; // which has the scale
  const ablation = async (choice: Pick<StudyOptions, "onnxText" | "onnxVision">) => {
    const given = { model, data, images, threads: 1, cache: false as const };
    await using study = await OpenStudy.open({ ...given, ...choice });
    const { tables: { ablation: { rows } } } = await study.run("ablate");
    return rows.map(({ effect }) => effect!);
  };
  const expected = await ablation({ onnxText: both, onnxVision: both });
  const mixed = await ablation({ onnxText: both });
  mixed.forEach((x, i) => assertAlmostEquals(x, expected[i]!, EFFECT));
  assert(expected.some((x) => Math.abs(x) > 0.1)); // of which 100 x cosine would be 14 % less
});
