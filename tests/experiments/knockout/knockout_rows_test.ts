import { assertAlmostEquals, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { knockOutRows } from "../../../lib/experiments/knockout/knockout_rows.ts";
import { keptIn } from "../../subject/kept_map.ts";
import {
  EXPORTS,
  goldenTable,
  type ScoredStudy,
  scoreStudy,
  SMALL,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";

const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

async function scored(study: Study, use: (study: ScoredStudy) => Promise<void>, suffix = "") {
  await withClip(study, async (clip) => {
    await use(await scoreStudy(clip, study, { pairs: await studyPairs(study) }));
  }, suffix);
}

for (const study of [TINY, SMALL]) {
  for (const suffix of EXPORTS) {
    Deno.test({
      name: `knockOutRows() equals the golden values of ${study.label}, export "${suffix}"`,
      ignore: !study.exists,
      fn: () =>
        scored(study, async ({ clip, rows, images }) => {
          const golden = goldenTable(study, "knockout");
          const found = (await knockOutRows(clip.text, rows, { images })).flat();
          assertEquals(found.length, golden.length);
          found.forEach((row, i) => {
            const { id, layer, head, s_before, s_after } = golden[i]!;
            assertEquals([row.id, `${row.layer}`, `${row.head}`], [id, layer, head]);
            assertAlmostEquals(row.s_negated, Number(s_before), EFFECT);
            assertAlmostEquals(row.s_knocked_out, Number(s_after), EFFECT);
          });
        }, suffix),
    });
  }
}

Deno.test("knockOutRows() changes d by the change of S, with the sign of the negated side", () =>
  scored(TINY, async ({ clip, rows, images }) => {
    const found = await knockOutRows(clip.text, rows, { images });
    found.forEach((heads, i) => {
      const { id, negation, segment, d, s_caption, s_foil } = rows[i]!.scores;
      for (const head of heads) {
        assertEquals([head.id, head.negation, head.segment, head.d], [id, negation, segment, d]);
        assertEquals(head.s_negated, negation === "caption" ? s_caption : s_foil);
        const change = head.s_knocked_out - head.s_negated;
        const sign = negation === "caption" ? 1 : -1;
        assertAlmostEquals(head.d_knocked_out - d, sign * change, 1e-9); // rounding of scores up to 100
      }
    });
  }));

Deno.test("knockOutRows() renormalises the other weights only on request", () =>
  scored(TINY, async ({ clip, rows, images }) => {
    const plain = (await knockOutRows(clip.text, rows, { images })).flat();
    const shared = (await knockOutRows(clip.text, rows, { images, renormalize: true })).flat();
    assertEquals(plain.map(({ id }) => id), shared.map(({ id }) => id));
    assertGreater(
      plain.filter((row, i) => row.s_knocked_out !== shared[i]!.s_knocked_out).length,
      0,
    );
  }));

Deno.test("knockOutRows() resumes from kept rows and gives the same bits", () =>
  scored(TINY, async ({ clip, rows, images }) => {
    const run = (kept: Map<string, readonly number[]>) =>
      knockOutRows(clip.text, rows, { images, kept: keptIn(kept) });
    const kept = new Map<string, readonly number[]>();
    const whole = await run(kept);
    assertEquals(kept.size, rows.length);
    const [first, , , fourth, , sixth] = rows.map(({ scores }) => scores.id); // of three sentence pairs; none of them runs first
    kept.delete(fourth!);
    kept.set(sixth!, [1]); // of another size, so not used
    assertEquals(await run(kept), whole);
    assertEquals(kept.size, rows.length);
    kept.set(first!, kept.get(first!)!.map((x) => x + 1)); // what is kept is not computed again
    assertNotEquals(await run(kept), whole);
  }));

Deno.test("knockOutRows() counts the runs of kept rows as done", () =>
  scored(TINY, async ({ clip, rows, images }) => {
    const kept = new Map<string, readonly number[]>();
    const told: string[] = [];
    const progress = (done: number, total: number) => void told.push(`${done}/${total}`);
    await knockOutRows(clip.text, rows, { images, kept: keptIn(kept), progress });
    assertEquals(told.at(-1), "36/36"); // 6 sentence pairs of 8 rows, each with 3 blocks of 2 heads
    told.length = 0;
    kept.delete(rows[0]!.scores.id);
    await knockOutRows(clip.text, rows, { images, kept: keptIn(kept), progress });
    assertEquals(told, ["36/36"]);
  }));
