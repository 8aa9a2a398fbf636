import { assertEquals } from "@std/assert";
import { attribute } from "../../../lib/experiments/attribute/index.ts";
import { experiment } from "../../../lib/study/experiment/experiment.ts";
import { CLIP, type ModelFamily } from "../../../lib/model/families.ts";
import { Study } from "../../../lib/runs/study.ts";
import { fillTable, table, text } from "../../../lib/tables/table.ts";
import { STANDARD_PAIRS, TINY } from "../../studies.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";

const { model, images, pairs: data } = TINY;
const CHOICE = { model, images, data, threads: 1, cache: false } as const;

Deno.test("attribute refuses an export without its hook points, and rows that are not minimal pairs", async () => {
  await using quantized = await Study.open({
    ...CHOICE,
    onnxText: `${model}/onnx/text_model_quantized.onnx`,
  });
  await assertRejectsCode(
    () => quantized.run("attribute"),
    "hook-unreachable",
    "Cannot reach hook point",
  );
  await using standard = await Study.open({
    ...CHOICE,
    data: STANDARD_PAIRS,
    protocol: "standard",
  });
  await assertRejectsCode(
    () => standard.run("attribute"),
    "pair-not-minimal",
    "Cannot run attribute",
  );
});

Deno.test("attribute refuses a score that is no multiple of the cosine before any work begins", () => {
  const familyOf = (score: (cosine: number) => number): ModelFamily => ({
    ...CLIP,
    similarity: {
      ...CLIP.similarity,
      score: (text, image) => score(CLIP.similarity.score(text, image) / 100),
    },
  });
  const check = (family: ModelFamily) =>
    attribute.check!({ control: [] }, { layers: 3, heads: 2 }, { text: { family } } as Study);
  assertThrowsCode(() => check(familyOf((cosine) => cosine ** 3)), "model-unfit", "CLIP");
  check(familyOf((cosine) => 7 * cosine));
});

Deno.test("an experiment's weights are checked before anything is measured", async () => {
  const measured: string[] = [];
  const own = experiment({
    name: "own",
    summary: "weights",
    does: "reads weights.",
    reads: "text, images if given",
    runs: "text",
    options: {},
    weights: (_, layers) => [`blocks.${layers - 1}.attn.W_O`],
    measure: ({ pairs }) => {
      measured.push(...pairs.map(({ id }) => id));
      return Promise.resolve(pairs.map(() => 0));
    },
    tables: () => ({ own: fillTable(table("own", "Nothing.", { id: text("The id.") }), []) }),
    charts: () => ({}),
    findings: () => ({}),
  });
  await using quantized = await Study.open({
    model,
    data,
    threads: 1,
    onnx: "_quantized",
    cache: false,
  });
  await assertRejectsCode(
    () => quantized.run(own),
    "hook-unreachable",
    'Cannot reach weight "blocks.2.attn.W_O"',
  );
  assertEquals(measured, []);
  await using whole = await Study.open({ model, data, threads: 1, cache: false });
  await whole.run(own);
  assertEquals(measured.length, whole.pairs.length);
});
