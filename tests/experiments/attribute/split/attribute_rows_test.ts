import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Clip } from "../../../../lib/model/clip.ts";
import {
  attributeRows,
  type AttributeRowsOptions,
} from "../../../../lib/experiments/attribute/split/attribute_rows.ts";
import { partLines, sourceLines } from "../../../../lib/experiments/attribute/measured.ts";
import { readReadout } from "../../../../lib/experiments/attribute/split/readout.ts";
import { linesOf } from "../../../../lib/subject/effects/mean_effects.ts";
import { keptIn } from "../../../subject/kept_map.ts";
import {
  formsOf,
  goldenCircuits,
  scoreStudy,
  SMALL,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../../../studies.ts";

const EFFECT = 5e-4; // logits, of float32 activations
const SUM = 1e-4; // of all parts of a row: S errs by as much

/** Every row of a study with its parts. */
async function attributed(clip: Clip, study: Study, options: Partial<AttributeRowsOptions> = {}) {
  const { rows, images } = await scoreStudy(clip, study, { pairs: await studyPairs(study) });
  const weights = await readReadout(clip.text, clip.config.text.layerNormEps);
  const found = await attributeRows(clip.text, rows, { weights, images, ...options });
  return rows.map(({ scores, aligned }, i) => ({
    scores,
    measured: { ...found[i]!, roles: aligned.roles, tokens: aligned.negated.tokens },
  }));
}

for (const study of [TINY, SMALL]) {
  for (const form of formsOf(study)) {
    Deno.test({
      name: `attributeRows() equals the golden values of ${study.label}, form "${form}"`,
      ignore: !study.exists,
      fn: () =>
        withClip(study, async (clip) => {
          const rows = await attributed(clip, study);
          const parts = goldenCircuits(study, "attribution");
          const lines = rows.flatMap((row) =>
            [...linesOf(partLines(row))].map((line) => ({ id: row.scores.id, ...line }))
          );
          assertEquals(lines.length, parts.length);
          lines.forEach(({ id, component, layer, head, effect }, i) => {
            const { effect: golden, ...place } = parts[i]!;
            assertEquals(
              { id, component, layer: `${layer ?? ""}`, head: `${head ?? ""}` },
              { id: "", component: "", layer: "", head: "", ...place },
            );
            assertAlmostEquals(effect, Number(golden), EFFECT);
            if (Number(golden) === 0) assert(Object.is(effect, 0));
          });
          const sources = goldenCircuits(study, "attribution_sources");
          const read = rows.flatMap((row) =>
            [...linesOf(sourceLines(row))].map((line) => ({ id: row.scores.id, ...line }))
          );
          assertEquals(read.length, sources.length);
          read.forEach(({ id, layer, head, position, effect }, i) => {
            const golden = sources[i]!;
            assertEquals(
              [id, `${layer}`, `${head}`, `${position}`],
              [golden["id"], golden["layer"], golden["head"], golden["position"]],
            );
            assertAlmostEquals(effect, Number(golden["effect"]), EFFECT);
          });
        }, form),
    });

    Deno.test({
      name:
        `attributeRows() adds up to d, and sources to their head, ${study.label}, form "${form}"`,
      ignore: !study.exists,
      fn: () =>
        withClip(study, async (clip) => {
          for (const { scores: { d }, measured } of await attributed(clip, study)) {
            const { heads, mlps, norm, netHeads, netMlps, sources, tokens: { length } } = measured;
            assertAlmostEquals(sum([...heads, ...mlps, norm]), d, SUM);
            assertAlmostEquals(sum([...netHeads, ...netMlps]), d, SUM);
            heads.forEach((effect, i) =>
              assertAlmostEquals(sum(sources.slice(i * length, (i + 1) * length)), effect, SUM)
            );
          }
        }, form),
    });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0);
}
