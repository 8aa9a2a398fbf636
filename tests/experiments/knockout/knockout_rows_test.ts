import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { knockOutScores } from "../../../lib/experiments/knockout/knockout.ts";
import { formsOf, goldenTable, SMALL, TINY, withScored } from "../../studies.ts";

const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

for (const study of [TINY, SMALL]) {
  for (const suffix of formsOf(study)) {
    Deno.test({
      name: `knockOutScores() equals the golden values of ${study.label}, export "${suffix}"`,
      ignore: !study.exists,
      fn: () =>
        withScored(study, async ({ clip, rows, images }) => {
          const golden = goldenTable(study, "knockout");
          const { shape } = clip.text.tower;
          const found = await knockOutScores(clip.text, rows, { images });
          assertEquals(golden.length, rows.length * shape.layers * shape.heads);
          golden.forEach(({ id, layer, head, s_after, s_twin_after }, i) => {
            const row = Math.floor(i / (shape.layers * shape.heads));
            const place = (Number(layer) - 1) * shape.heads + Number(head) - 1;
            const { negator, twin } = found[row]!;
            assertEquals(rows[row]!.scores.id, id);
            assertAlmostEquals(negator.single[place]!, Number(s_after), EFFECT);
            if (study !== TINY) return; // the shared values have no twin
            assertAlmostEquals(twin!.single[place]!, Number(s_twin_after), EFFECT);
          });
        }, { suffix }),
    });
  }
}

for (const suffix of formsOf(TINY)) {
  Deno.test(`knockOutScores() equals the golden values of two heads at once, export "${suffix}"`, () =>
    withScored(TINY, async ({ clip, rows, images }) => {
      const heads = [{ layer: 1, head: 2 }, { layer: 3, head: 1 }];
      const found = await knockOutScores(clip.text, rows, { images, heads });
      goldenTable(TINY, "knockout_set").forEach(({ id, s_after, s_twin_after }, row) => {
        assertEquals(rows[row]!.scores.id, id);
        assertAlmostEquals(found[row]!.negator.together, Number(s_after), EFFECT);
        assertAlmostEquals(found[row]!.twin!.together, Number(s_twin_after), EFFECT);
      });
    }, { suffix }));
}

Deno.test("knockOutScores() leaves nothing of d if no head attends to either word and the other weights are renormalised", () =>
  withScored(TINY, async ({ clip, rows, images }) => {
    const found = await knockOutScores(clip.text, rows, { images, renormalize: true });
    for (const { negator, twin } of found) {
      assertAlmostEquals(negator.together, twin!.together, EFFECT);
    }
    const plain = await knockOutScores(clip.text, rows, { images });
    assertNotEquals(plain.map(({ negator }) => negator), found.map(({ negator }) => negator));
  }));
