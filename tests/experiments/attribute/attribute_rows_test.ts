import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Clip } from "../../../lib/runtime/open_runtime.ts";
import {
  attributeRows,
  type AttributeRowsOptions,
} from "../../../lib/experiments/attribute/attribute_rows.ts";
import { readReadout } from "../../../lib/study/readout.ts";
import { keptIn } from "../../study/kept_map.ts";
import {
  formsOf,
  goldenCircuits,
  scoreStudy,
  SIGLIP_TINY,
  SMALL,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";

const EFFECT = 5e-4; // logits, of float32 activations
const SUM = 1e-4; // of all parts of a row: S errs by as much

type Options = Partial<AttributeRowsOptions> & {
  readonly pairs?: Awaited<ReturnType<typeof studyPairs>>;
};

/** Rows of a study with their parts. */
async function attributed(
  clip: Clip,
  study: Study,
  { pairs, ...options }: Options = {},
) {
  const { rows, images } = await scoreStudy(clip, study, {
    pairs: pairs ?? await studyPairs(study),
  });
  const weights = await readReadout(clip.text, clip.config.text.layerNormEps);
  const found = await attributeRows(clip.text, rows, { weights, images, ...options });
  return rows.map((row, i) => ({ ...row, measured: found[i]! }));
}

type Attributed = Awaited<ReturnType<typeof attributed>>;

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0);
}

/** Checks what is exact in any model: parts add up to d, and what a head reads to its effect. */
function checkSums(rows: Attributed): void {
  for (const { scores: { d }, aligned, measured } of rows) {
    const { heads, mlps, norm, netHeads, netMlps, sources, netSources } = measured;
    assertAlmostEquals(sum([...heads, ...mlps, norm]), d, SUM);
    assertAlmostEquals(sum([...netHeads, ...netMlps]), d, SUM);
    const { length } = aligned.roles;
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

for (const study of [TINY, SMALL]) {
  for (const form of formsOf(study)) {
    Deno.test({
      name:
        `attributeRows() equals the golden values of ${study.label}, form "${form}", and adds up to d`,
      ignore: !study.exists,
      fn: () =>
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
    });
  }
}

Deno.test("attributeRows() adds up to d where the projection has a bias and the score another scale", () =>
  withClip(SIGLIP_TINY, async (clip) => {
    const rows = await attributed(clip, SIGLIP_TINY); // its sentences are minimal pairs too, of padded length
    assert(rows.some(({ scores: { d } }) => Math.abs(d) > 100 * SUM));
    checkSums(rows);
  }));

Deno.test("attributeRows() keeps each finished row and goes on after those that are known", () =>
  withClip(TINY, async (clip) => {
    const values = new Map<string, readonly number[]>();
    const told: string[] = [];
    const options = {
      kept: keptIn(values),
      progress: (done: number, total: number) => void told.push(`${done}/${total}`),
    };
    const whole = await attributed(clip, TINY, options);
    const ids = whole.map(({ scores: { id } }) => id);
    assertEquals([...values.keys()].sort(), ids.toSorted());
    assertEquals([told.length, told.at(-1)], [ids.length, `${ids.length}/${ids.length}`]);
    values.set(ids[0]!, values.get(ids[0]!)!.slice(1)); // not a whole row
    values.delete(ids[1]!);
    told.length = 0;
    assertEquals(await attributed(clip, TINY, options), whole);
    assertEquals(told, [`${ids.length - 1}/${ids.length}`, `${ids.length}/${ids.length}`]);
    values.set(ids[2]!, values.get(ids[2]!)!.map((x) => x + 1)); // what is kept is not computed again
    const changed = await attributed(clip, TINY, options);
    assertEquals(changed[2]!.measured.norm, whole[2]!.measured.norm + 1);
  }));
