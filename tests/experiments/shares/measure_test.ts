import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { type MeasuredShares, measureShares } from "../../../lib/experiments/shares/measure.ts";
import { keptIn } from "../../subject/kept_map.ts";
import {
  formsOf,
  goldenCircuits,
  runsOf,
  type ScoredStudy,
  scoreStudy,
  SMALL,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";

/** Averages of scores, which are 100 x a cosine of float32 embeddings, against those in float64 throughout. */
const SHARE = 5e-4;

/** The shares of a row and layer are differences of the same scores, so that only the sum's own rounding is left. */
const SUM = 1e-9;

function measure({ clip, rows, images }: ScoredStudy): Promise<MeasuredShares[]> {
  return measureShares(clip.text, rows, { images });
}

/** Uses a study's scored rows. */
function withScored(
  study: Study,
  use: (scored: ScoredStudy) => Promise<void>,
  suffix = "",
): Promise<void> {
  return withClip(study, async (clip) => {
    await use(await scoreStudy(clip, study, { pairs: await studyPairs(study) }));
  }, suffix);
}

/** A row's shares by layer. */
function byLayer({ roles, shares }: MeasuredShares): number[][] {
  const layers = Array.from({ length: shares.length / roles.length }, (_, layer) => layer);
  return layers.map((layer) => shares.slice(layer * roles.length, (layer + 1) * roles.length));
}

for (const study of [TINY, SMALL]) {
  for (const suffix of formsOf(study)) {
    Deno.test({
      name:
        `measureShares() gives the reference shares, which sum to d, with export "${suffix}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withScored(study, async (scored) => {
          const golden = goldenCircuits(study, "shapley");
          const found = await measure(scored);
          const lines = found.flatMap((row, i) =>
            byLayer(row).flatMap((own, layer) =>
              own.map((share, role) => ({
                place: [scored.evaluate[i]!.id, `${layer}`, row.roles[role]!],
                share,
              }))
            )
          );
          assertEquals(lines.length, golden.length);
          lines.forEach(({ place, share }, i) => {
            const { id, layer, role, share: expected } = golden[i]!;
            assertEquals(place, [id, layer, role]);
            assertAlmostEquals(share, Number(expected), SHARE, place.join(" "));
          });
          found.forEach((row, i) => {
            const { d } = scored.evaluate[i]!;
            for (const own of byLayer(row)) {
              assertAlmostEquals(own.reduce((sum, share) => sum + share, 0), d, SUM);
            }
          });
        }, suffix),
    });
  }
}
