import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { EffectRow } from "../../../lib/experiments/trace/tables.ts";
import { trace } from "../../../lib/experiments/trace/index.ts";
import { type Direction, type Site, siteHook } from "../../../lib/experiments/trace/trace.ts";
import { patch } from "../../../lib/hooks/interventions.ts";
import { similarity } from "../../../lib/model/families.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { keptIn } from "../../study/kept_map.ts";
import {
  goldenCircuits,
  type ScoredStudy,
  scoreStudy,
  STANDARD_PAIRS,
  studyPairs,
  testForms,
  TINY,
  withClip,
  withScored,
} from "../../studies.ts";
import { traceRows } from "../measured_rows.ts";

/** Scores are 100 x a cosine of float32 embeddings, those of the reference of float64 ones. */
const TOLERANCE = 5e-4;

/** Sums of effects, and effects that two engines compute. */
const EXACT = 1e-4;

async function traced(
  { clip, rows, images }: ScoredStudy,
  site: Site,
  direction: Direction = "noise",
): Promise<readonly EffectRow[]> {
  return (await traceRows(clip.text, rows, { site, direction, images })).rows;
}

testForms(
  "traceRows() gives the reference effects of noise at every site",
  (study, form) =>
    withScored(study, async (scored) => {
      for (const site of ["resid", "attn_out", "mlp_out", "z"] as const) {
        const golden = goldenCircuits(study, `noise_${site}`);
        const rows = await traced(scored, site);
        assertEquals(rows.length, golden.length);
        rows.forEach((row, i) => {
          const { id, layer, head, position, effect } = golden[i]!;
          const place = `${site} of ${id}, layer ${layer}, head ${head}, position ${position}`;
          assertEquals([row.id, row.direction, row.layer, row.position], [
            ...[id!, "noise", Number(layer), Number(position)],
          ]);
          assertEquals(`${row.head ?? ""}`, head ?? "");
          assertAlmostEquals(row.effect!, Number(effect), TOLERANCE, place);
          const { d } = scored.evaluate.find((own) => own.id === id)!;
          assertEquals(row.cte, row.effect! / d);
        });
      }
    }, { suffix: form }),
);

for (const site of ["resid", "mlp_out"] as const) {
  Deno.test(`traceRows() gives the effects of noise at ${site} that single runs of the negated sentence have, standard protocol`, () =>
    withClip(TINY, async (clip) => {
      const protocol = "standard" as const;
      const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol });
      const scored = await scoreStudy(clip, TINY, { pairs: pairs.slice(0, 4), protocol });
      const { layers } = clip.text.tower.shape;
      let [unaligned, shifted] = [0, 0];
      for (const row of await traced(scored, site)) {
        const { scores, aligned } = scored.rows.find(({ scores: { id } }) => id === row.id)!;
        const fromPosition = aligned.alignment[row.position];
        const place = `${row.id}, layer ${row.layer}, position ${row.position}`;
        if (fromPosition === undefined) {
          unaligned++;
          assertEquals([row.effect, row.cte, row.role], [undefined, undefined, "inserted"]);
          continue;
        }
        if (row.layer !== 1 && row.layer !== layers) continue;
        if (fromPosition !== row.position) shifted++;
        const hook = siteHook(site, row.layer);
        const { cache } = await clip.text.runWithCache([aligned.affirmative.sentence], [hook]);
        const run = await clip.text.run([aligned.negated.sentence], {
          interventions: [patch(hook, { position: row.position, from: cache, fromPosition })],
        });
        const patched = similarity(run.row(0).data, scored.images.get(scores.image)!);
        const effect = scores.negation === "caption"
          ? scores.s_caption - patched
          : patched - scores.s_foil;
        assertAlmostEquals(row.effect!, effect, EXACT, place);
      }
      assert(unaligned > 0 && shifted > 0, `${unaligned} unaligned, ${shifted} shifted`);
    }));
}

Deno.test("trace keeps both directions apart, goes on with either, and counts the runs of both", async () => {
  const { model, pairs: data, images } = TINY;
  await using study = await loadStudy(await openInputs({ model, data, images, threads: 1 }), {
    runtime: nodeRuntime(),
  });
  const kept = new Map([["", new Map()], ["noise", new Map()]]) as Map<
    string,
    Map<string, readonly number[]>
  >;
  const told: [number, number][] = [];
  const segments = ["correct", "ambiguous", "incorrect"] as const;
  const measure = (direction: Direction | "both") =>
    trace.measure(study, { site: "resid", segments, direction, control: [] }, {
      kept: keptIn(kept.get("")!),
      keptOf: (part) => keptIn(kept.get(part)!),
      progress: (done, total) => void told.push([done, total]),
      seed: 0,
    });
  const whole = await measure("both");
  const ids = new Set(study.pairs.map(({ id }) => id));
  assertEquals([...kept.values()].map((rows) => new Set(rows.keys())), [ids, ids]);
  assertNotEquals([...kept.get("")!], [...kept.get("noise")!]);
  const [, total] = told[0]!;
  assert(told.every(([done, own], i) => own === total && done > (told[i - 1]?.[0] ?? 0)));
  assertEquals(told.at(-1), [total, total]);
  told.length = 0;
  assertEquals([await measure("both"), told], [whole, []]); // nothing is run
  const [first] = ids;
  kept.get("noise")!.delete(first!);
  assertEquals(await measure("both"), whole);
  assert(told.length > 0 && told[0]![0] > total / 2, "only noise is run");
  const noise = await measure("noise");
  noise.forEach((row, i) => assertEquals(row!.effects, { noise: whole[i]!.effects.noise! }));
  const denoise = await measure("denoise");
  denoise.forEach((row, i) => assertEquals(row!.effects, { denoise: whole[i]!.effects.denoise! }));
});
