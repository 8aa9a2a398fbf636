import { assertAlmostEquals, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import type { Clip } from "../../lib/model/clip.ts";
import { readImage } from "../../lib/model/image/image_folder.ts";
import type { Protocol } from "../../lib/data/pairs.ts";
import { flatImage } from "../../lib/experiments/ablate/ablate.ts";
import { ablateRows } from "../../lib/experiments/ablate/ablate_rows.ts";
import { ablationTables } from "../../lib/experiments/ablate/tables.ts";
import { attendPairs } from "../../lib/experiments/attend/attend.ts";
import { attentionTables } from "../../lib/experiments/attend/tables.ts";
import type { KeptRows } from "../../lib/subject/kept_rows.ts";
import { knockOutRows } from "../../lib/experiments/knockout/knockout_rows.ts";
import { knockoutTables } from "../../lib/experiments/knockout/tables.ts";
import { edit, knockOut, zero } from "../../lib/hooks/interventions.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { keptIn } from "../subject/kept_map.ts";
import {
  EXPORTS,
  goldenTable,
  type ScoredStudy,
  scoreStudy,
  SMALL,
  STANDARD_PAIRS,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../studies.ts";

/** Attention weights are float32 after sums of at most 32 products; effects are 100 x a cosine of float32 embeddings. */
const ATTENTION = 2e-5;
const EFFECT = 2e-4;
const SEED = { seed: 0 };

async function scored(
  clip: Clip,
  study: Study,
  { file = study.pairs, protocol = "rephrased" as Protocol } = {},
): Promise<ScoredStudy> {
  return await scoreStudy(clip, study, {
    pairs: await studyPairs(study, { file, protocol }),
    protocol,
  });
}

async function attention({ clip, distinct, rows }: ScoredStudy) {
  const heads = await attendPairs(clip.text, distinct);
  const attended = rows.map(({ scores: { id, negation, d }, pair }) => (
    { id, negation, d, pair, heads: heads[distinct.indexOf(pair)]! }
  ));
  return attentionTables(attended, SEED);
}

async function knockout(
  { clip, rows, images }: ScoredStudy,
  options: { readonly renormalize?: boolean; readonly kept?: KeptRows } = {},
) {
  const heads = await knockOutRows(clip.text, rows, { images, ...options });
  return knockoutTables(rows.map(({ scores }, row) => ({ scores, heads: heads[row]! })), SEED);
}

async function ablation(
  { clip, evaluate, sentences }: ScoredStudy,
  study: Study,
  { baseline = flatImage, kept }: {
    readonly baseline?: (pixels: Tensor) => Tensor;
    readonly kept?: KeptRows;
  } = {},
) {
  const pixels = async (name: string) =>
    await clip.image.pixels(await readImage(study.images, name), name);
  const parts = await ablateRows(clip.image, evaluate, { pixels, baseline, sentences, kept });
  return ablationTables(evaluate.map((scores, row) => ({ scores, parts: parts[row]! })), SEED);
}

for (const study of [TINY, SMALL]) {
  for (const suffix of EXPORTS) {
    Deno.test({
      name:
        `attention, knock-out and ablation equal the golden values of ${study.label}, export "${suffix}"`,
      ignore: !study.exists,
      fn: () =>
        withClip(study, async (clip) => {
          const all = await scored(clip, study);
          const golden = {
            attention: goldenTable(study, "attention"),
            knockout: goldenTable(study, "knockout"),
            ablation: goldenTable(study, "ablate_image"),
          };
          const heads = (await attention(all)).attention.rows;
          assertEquals(heads.length, golden.attention.length);
          heads.forEach(({ id, layer, head, max_difference }, i) => {
            const row = golden.attention[i]!;
            assertEquals([id, `${layer}`, `${head}`], [row["id"], row["layer"], row["head"]]);
            assertAlmostEquals(max_difference, Number(row["max_difference"]), ATTENTION);
          });
          const knocked = (await knockout(all)).knockout.rows;
          assertEquals(knocked.length, golden.knockout.length);
          knocked.forEach((found, i) => {
            const row = golden.knockout[i]!;
            assertEquals([found.id, `${found.layer}`, `${found.head}`], [
              row["id"],
              row["layer"],
              row["head"],
            ]);
            assertAlmostEquals(found.s_negated, Number(row["s_before"]), EFFECT);
            assertAlmostEquals(found.s_knocked_out, Number(row["s_after"]), EFFECT);
            const change = (found.s_knocked_out - found.s_negated) *
              (found.negation === "caption" ? 1 : -1);
            assertAlmostEquals(found.d_knocked_out - found.d, change, 1e-9);
          });
          const ablated = (await ablation(all, study)).ablation.rows;
          assertEquals(ablated.length, golden.ablation.length);
          ablated.forEach((found, i) => {
            const row = golden.ablation[i]!;
            assertEquals([found.id, `${found.layer}`, found.part], [
              row["id"],
              row["layer"],
              row["part"],
            ]);
            assertAlmostEquals(found.d_ablated, Number(row["d_ablated"]), EFFECT);
            assertEquals(found.effect, found.d - found.d_ablated);
          });
        }, suffix),
    });
  }
}

Deno.test("attendPairs() counts an unaligned token's twin as 0 under the standard protocol", () =>
  withClip(TINY, async (clip) => {
    const all = await scored(clip, TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const golden = goldenTable(TINY, "attention_standard");
    const { rows } = (await attention(all)).attention;
    assertEquals(rows.length, golden.length);
    rows.forEach(({ max_difference }, i) =>
      assertAlmostEquals(max_difference, Number(golden[i]!["max_difference"]), ATTENTION)
    );
  }));

Deno.test("attendPairs() finds the difference of known patterns", () =>
  withClip(TINY, async (clip) => {
    const { distinct } = await scored(clip, TINY);
    const sameNegator = distinct.filter(({ negator }) => negator === 3);
    // Rows alternate between negated and affirmative sentences: the negator gets .75 of every query, its twin .5.
    const known = edit("blocks.*.attn.hook_pattern", (pattern, { rows }) => {
      const [, heads, queries, keys] = pattern.shape as [number, number, number, number];
      for (let i = 3; i < pattern.data.length; i += keys) {
        const row = rows[Math.floor(i / (heads * queries * keys))]!;
        pattern.data[i] = row % 2 === 0 ? 0.75 : 0.5;
      }
    });
    const all = await attendPairs(clip.text, sameNegator, { interventions: [known] });
    for (const { largest, byQuery } of all.flat()) {
      assertEquals(largest, 0.25);
      assertEquals(Array.from(byQuery).slice(0, 3), [0, 0, 0]); // not reached: queries before the negator
    }
  }));

Deno.test("ablateRows() with the image's own activations changes no bit", () =>
  withClip(TINY, async (clip) => {
    const { rows } = (await ablation(await scored(clip, TINY), TINY, {
      baseline: (pixels) => pixels,
    })).ablation;
    rows.forEach(({ d, d_ablated }) => assertEquals(d_ablated, d));
  }));

Deno.test("knockOutRows() shares out the removed weight only when it is told to", () =>
  withClip(TINY, async (clip) => {
    const all = await scored(clip, TINY);
    const plain = (await knockout(all)).knockout.rows;
    const shared = (await knockout(all, { renormalize: true })).knockout.rows;
    assertEquals(plain.map(({ id }) => id), shared.map(({ id }) => id));
    assertGreater(
      plain.filter((row, i) => row.s_knocked_out !== shared[i]!.s_knocked_out).length,
      0,
    );
  }));

Deno.test("knockOutRows() and ablateRows() go on with the rows that are kept and give the same bits", () =>
  withClip(TINY, async (clip) => {
    const all = await scored(clip, TINY);
    const runs = [
      (kept: KeptRows) => knockout(all, { kept }),
      (kept: KeptRows) => ablation(all, TINY, { kept }),
    ];
    for (const run of runs) {
      const rows = new Map<string, readonly number[]>();
      const whole = await run(keptIn(rows));
      assertEquals(rows.size, all.rows.length);
      const [first, second, third] = [...rows.keys()] as [string, string, string];
      rows.delete(first);
      rows.set(second, [1]); // of another size: not to be trusted
      assertEquals(await run(keptIn(rows)), whole);
      assertEquals(rows.size, all.rows.length);
      rows.set(third, rows.get(third)!.map((x) => x + 1)); // what is kept is not computed again
      assertNotEquals(await run(keptIn(rows)), whole);
    }
  }));

Deno.test("knocking out a head that does not see the negator changes no bit", () =>
  withClip(TINY, async (clip) => {
    const [pair] = (await scored(clip, TINY)).distinct;
    const sentences = [pair!.negated.sentence];
    const blind = zero("blocks.1.attn.hook_pattern", { head: 0, key: pair!.negator });
    const out = knockOut("blocks.1.attn.hook_pattern", { head: 0, key: pair!.negator });
    const once = await clip.text.run(sentences, { interventions: [blind] });
    const twice = await clip.text.run(sentences, { interventions: [blind, out] });
    assertEquals(twice.data, once.data);
  }));

Deno.test("flatImage() gives every pixel the mean of its channel", () => {
  const image = new Tensor(Float32Array.of(1, 3, 2, 6), [2, 1, 2], ["channel", "row", "column"]);
  assertEquals([...flatImage(image).data], [2, 2, 4, 4]);
  assertEquals([...image.data], [1, 3, 2, 6]);
});
