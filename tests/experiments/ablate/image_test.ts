import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ablate } from "../../../lib/experiments/ablate/index.ts";
import { loadStudy } from "../../../lib/opening/load_study.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { chosen, goldenTable, SIGLIP_TINY, testForms } from "../../studies.ts";
import { Study as OpenStudy, type StudyOptions } from "../../../lib/runs/study.ts";

const NOT_KEPT = { size: 0, get: () => undefined, keep: () => Promise.resolve() };
const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

testForms("ablate gives the golden values of the image tower", async (golden, form) => {
  const { weights, suffix: onnx } = chosen(form);
  const { model, pairs: data, images } = golden;
  await using study = await loadStudy(
    await openInputs({
      model,
      data,
      images,
      threads: 1,
      ...onnx && { onnx },
      ...weights && { weights },
    }),
    { runtime: nodeRuntime() },
  );
  const options = { tower: "image", method: undefined, nodes: undefined } as const;
  const found = await ablate.measure(study, {
    ...options,
    heads: undefined,
    role: undefined,
    control: [],
  }, {
    ...{ kept: NOT_KEPT, keptOf: () => NOT_KEPT, progress: () => {}, seed: 0 },
  });
  const expected = goldenTable(golden, "ablate_image");
  const all = found.flatMap(({ ablated }) => ablated);
  assertEquals(all.length, expected.length);
  all.forEach((d, i) => assertAlmostEquals(d!, Number(expected[i]!["d_ablated"]), EFFECT));
});

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
