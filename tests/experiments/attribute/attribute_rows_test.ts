import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Clip } from "../../../lib/runtime/open_runtime.ts";
import {
  attributeRow,
  attributeRows,
  hopOf,
  lastHopHooks,
} from "../../../lib/experiments/attribute/attribute_rows.ts";
import { readImages, readReadout, sentenceEnd } from "../../../lib/study/readout.ts";
import {
  goldenCircuits,
  scoreStudy,
  SIGLIP_TINY,
  type Study,
  studyPairs,
  testForms,
  withClip,
} from "../../studies.ts";

const EFFECT = 5e-4; // logits, of float32 activations
const SUM = 1e-4; // of all parts of a row: S errs by as much

/** Rows of a study with their parts, and the products of the parts with the direction of the row's image, in logits. */
async function attributed(clip: Clip, study: Study) {
  const { rows, images } = await scoreStudy(clip, study, { pairs: await studyPairs(study) });
  const weights = await readReadout(clip.text, clip.config.text.layerNormEps);
  const found = await attributeRows(clip.text, rows, { weights, images });
  const hooks = lastHopHooks(clip.text.tower.shape.layers);
  return await Promise.all(
    rows.map(async ({ scores, aligned: { negated, affirmative }, ...row }, i) => {
      const { caption, foil } = scores;
      const { cache } = await clip.text.runWithCache([caption, foil], hooks);
      const hops = [caption, foil].map((text, k) =>
        hopOf(
          clip.text,
          text === negated.sentence ? negated : affirmative,
          (hook) => cache.row(hook, k),
        )
      );
      const [a, b] = hops.map(({ last }) => sentenceEnd(weights, last).perPart);
      const [image] = readImages(weights, [images.get(scores.image)!]);
      const { netHeads: heads, netMlps: mlps, netSources: sources } = attributeRow(
        hops[0]!,
        hops[1]!,
        image!,
      );
      const scaled = (values: readonly number[]) => values.map((x) => x * (a! + b!) / 2);
      const direct = { heads: scaled(heads), mlps: scaled(mlps), sources: scaled(sources) };
      const norm = scores.d - sum([...direct.heads, ...direct.mlps]);
      return {
        ...row,
        scores,
        positions: negated.ids.length,
        measured: { ...found[i]!, ...direct, norm },
      };
    }),
  );
}

type Attributed = Awaited<ReturnType<typeof attributed>>;

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0);
}

/** Checks what is exact in any model: parts add up to d, and what a head reads to its effect. */
function checkSums(rows: Attributed): void {
  for (const { scores: { d }, positions: length, measured } of rows) {
    const { heads, netHeads, netMlps, sources, netSources } = measured;
    assertAlmostEquals(sum([...netHeads, ...netMlps]), d, SUM);
    for (const [own, of] of [[heads, sources], [netHeads, netSources]] as const) {
      own.forEach((effect, i) =>
        assertAlmostEquals(sum(of.slice(i * length, (i + 1) * length)), effect, SUM)
      );
    }
  }
}

/** Checks effects against those of the parts of these kinds in a reference table, which is in the order of computation. */
function checkGolden(
  effects: readonly number[],
  golden: readonly Record<string, string>[],
  components?: readonly string[],
): void {
  const expected = golden.filter(({ component }) => components?.includes(component!) ?? true);
  assertEquals(effects.length, expected.length);
  effects.forEach((effect, i) =>
    assertAlmostEquals(effect, Number(expected[i]!["effect"]), EFFECT)
  );
}

testForms(
  "attributeRows() equals the golden values, and adds up to d",
  (study, form) =>
    withClip(study, async (clip) => {
      const rows = await attributed(clip, study);
      const golden = goldenCircuits(study, "attribution");
      const all = rows.map(({ measured }) => measured);
      checkGolden(all.flatMap(({ heads }) => heads), golden, ["head"]);
      checkGolden(all.flatMap(({ mlps }) => mlps), golden, ["mlp"]);
      checkGolden(all.map(({ norm }) => norm), golden, ["norm"]);
      const sources = goldenCircuits(study, "attribution_sources");
      checkGolden(all.flatMap(({ sources }) => sources), sources);
      checkSums(rows);
    }, form),
);

Deno.test("attributeRows() adds up to d where the projection has a bias and the score another scale", () =>
  withClip(SIGLIP_TINY, async (clip) => {
    const rows = await attributed(clip, SIGLIP_TINY); // its sentences are minimal pairs too, of padded length
    assert(rows.some(({ scores: { d } }) => Math.abs(d) > 100 * SUM));
    checkSums(rows);
  }));
