import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Role } from "../../../lib/data/roles.ts";
import { generalCoalitions } from "../../../lib/experiments/shares/general_coalitions.ts";
import { type MeasuredShares, measureShares } from "../../../lib/experiments/shares/measure.ts";
import { shapleyValues } from "../../../lib/experiments/shares/shapley.ts";
import { sweepEngine } from "../../../lib/experiments/sweep/sweep.ts";
import type { ScoredPair } from "../../../lib/subject/score_rows.ts";
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

Deno.test("measureShares() gives all of d to the negator at layer 0 and to the end token at the last, exactly", () =>
  withScored(TINY, async (scored) => {
    (await measure(scored)).forEach((row, i) => {
      const { d } = scored.evaluate[i]!;
      const layers = byLayer(row);
      assertEquals(layers.length, scored.clip.text.tower.shape.layers + 1);
      const only = (owner: Role) => row.roles.map((role) => role === owner ? d : 0);
      assertEquals([layers[0], layers.at(-1)], [only("negator"), only("eot")]);
    });
  }));

for (const study of [TINY, SMALL]) {
  Deno.test({
    name:
      `measureShares() gives a row the same bits whatever other rows are in the run, ${study.label}`,
    ignore: !study.exists,
    fn: () =>
      withClip(study, async (clip) => {
        const pairs = await studyPairs(study);
        const whole = await scoreStudy(clip, study, { pairs });
        const found = await measure(whole);
        const ofRow = new Map(pairs.map(({ id }, i) => [id, found[i]!]));
        for (const run of runsOf(pairs).slice(0, study === TINY ? Infinity : 3)) {
          const shares = await measure(await scoreStudy(clip, study, { pairs: run }));
          assertEquals(shares, run.map(({ id }) => ofRow.get(id)!));
        }
      }),
  });
}

Deno.test("measureShares() returns values that JSON keeps unchanged", () =>
  withScored(TINY, async (scored) => {
    const found = await measure(scored);
    assertEquals(JSON.parse(JSON.stringify(found)), found);
    assert(found.some(({ shares }) => shares.includes(0)), "some of them could be -0");
    assert(found.every(({ shares }) => shares.every((share) => !Object.is(share, -0))));
  }));

Deno.test("measureShares() resumes from kept rows and gives the same bits", () =>
  withScored(TINY, async ({ clip, rows, images, evaluate }) => {
    const kept = new Map<string, readonly number[]>();
    const told: string[] = [];
    const progress = (done: number, total: number) => void told.push(`${done}/${total}`);
    const again = () => measureShares(clip.text, rows, { images, kept: keptIn(kept), progress });
    const whole = await again();
    const ids = evaluate.map(({ id }) => id);
    assertEquals(kept.size, ids.length);
    const runs = [...new Set(rows.map(({ aligned }) => aligned))]
      .reduce(
        (sum, { roles, negator }) => sum + 2 * (2 ** new Set(roles.slice(negator)).size - 2),
        0,
      );
    assertEquals(told.at(-1), `${runs}/${runs}`); // two layers between the first and the last
    told.length = 0;
    assertEquals(await again(), whole);
    assertEquals(told, []);
    kept.delete(ids[2]!);
    kept.set(ids[4]!, [1]); // of another size, so not used
    assertEquals(await again(), whole);
    assertEquals([kept.size, told.at(-1)], [ids.length, `${runs}/${runs}`]);
    kept.set(ids[0]!, kept.get(ids[0]!)!.map((x, i) => i === 3 ? x + 1 : x)); // not computed again
    assertNotEquals(await again(), whole);
  }));

Deno.test("measureShares() uses the general engine for a model that cannot be run row by row", () =>
  withScored(TINY, async (scored) => {
    const { streams, refusal } = await sweepEngine(scored.clip.text);
    assertEquals([streams, refusal?.code], [undefined, "rows-disagree"]);
    const [{ aligned, scores }] = scored.rows as [ScoredPair];
    const [found] = await measure(scored);
    const { tower, family: { similarity } } = scored.clip.text;
    const runs = (await Array.fromAsync(generalCoalitions(tower, [aligned]))).flat();
    const image = scored.images.get(scores.image)!;
    const v = new Map(
      runs.filter(({ layer }) => layer === 1)
        .map(({ coalition, embedding }) => [coalition, similarity.score(embedding, image)]),
    );
    const [negated, affirmative] = scores.negation === "caption"
      ? [scores.s_caption, scores.s_foil]
      : [scores.s_foil, scores.s_caption];
    const { roles, shares } = found!;
    const values = shapleyValues(
      roles.length,
      (own) => own === 0 ? affirmative : v.get(own) ?? negated,
    );
    const sign = scores.negation === "caption" ? 1 : -1;
    assertEquals(shares.slice(roles.length, 2 * roles.length), values.map((x) => sign * x + 0));
  }, "_fp16"));
