import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ablateScores } from "../../../lib/experiments/ablate/index.ts";
import { readImage } from "../../../lib/opening/images/image_folder.ts";
import { goldenTable, SIGLIP_TINY, testForms, withScored } from "../../studies.ts";
import { Study as OpenStudy, type StudyOptions } from "../../../lib/runs/study.ts";

const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

testForms(
  "ablateScores() equals the golden values",
  (study, suffix) =>
    withScored(study, async ({ clip: { image }, evaluate, sentences }) => {
      const golden = goldenTable(study, "ablate_image");
      const pixels = async (name: string) =>
        await image.pixels(await readImage(study.images, name), name);
      const { similarity } = image.family;
      const found = (await ablateScores(image, evaluate, { pixels, sentences, similarity })).flat();
      assertEquals(found.length, golden.length);
      found.forEach((d, i) => assertAlmostEquals(d, Number(golden[i]!["d_ablated"]), EFFECT));
    }, { suffix }),
);

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
