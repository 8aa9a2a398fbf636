import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { knockOut } from "../../../lib/hooks/interventions.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import { headsOfSet } from "../../../lib/experiments/head_set.ts";
import {
  knockOutHeads,
  knockOutScores,
  negatorOf,
} from "../../../lib/experiments/knockout/knockout.ts";
import {
  formsOf,
  goldenTable,
  studyPairs,
  testForms,
  TINY,
  withClip,
  withScored,
} from "../../studies.ts";

/** The difference between two float32 computations of an embedding, as a share of the largest value. */
const BOUND = 1e-5;

Deno.test("knockOutHeads() gives the embedding of each head's intervention run separately", () =>
  withClip(TINY, async ({ text }) => {
    const all = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const words = [negatorOf(all[0]!), {
      sentence: all[1]!.affirmative,
      position: all[1]!.negator,
    }];
    for (const renormalize of [false, true]) {
      const found = (await Array.fromAsync(knockOutHeads(text, words, { renormalize }))).flat();
      for (const { index, place, embedding } of found) {
        const { layer, head } = headsOfSet("all", text.tower.shape)[place]!;
        const { sentence: { sentence }, position: key } = words[index]!;
        const hook = `blocks.${layer - 1}.attn.hook_pattern`;
        const interventions = [knockOut(hook, { head: head - 1, key, renormalize })];
        const alone = (await text.run([sentence], { interventions })).row(0).data;
        const largest = Math.max(...alone.map(Math.abs));
        alone.forEach((x, i) => assertAlmostEquals(embedding[i]!, x, BOUND * largest));
      }
    }
  }));

const EFFECT = 2e-4; // scores are 100 x a cosine of float32 embeddings

testForms(
  "knockOutScores() equals the golden values",
  (study, suffix) =>
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
        assertAlmostEquals(negator[place]!, Number(s_after), EFFECT);
        if (study !== TINY) return; // the shared values have no twin
        assertAlmostEquals(twin![place]!, Number(s_twin_after), EFFECT);
      });
    }, { suffix }),
);

for (const suffix of formsOf(TINY)) {
  Deno.test(`knockOutScores() equals the golden values of two heads at once, export "${suffix}"`, () =>
    withScored(TINY, async ({ clip, rows, images }) => {
      const heads = [{ layer: 1, head: 2 }, { layer: 3, head: 1 }];
      const found = await knockOutScores(clip.text, rows, { images, heads });
      goldenTable(TINY, "knockout_set").forEach(({ id, s_after, s_twin_after }, row) => {
        assertEquals(rows[row]!.scores.id, id);
        assertAlmostEquals(found[row]!.negator.at(-1)!, Number(s_after), EFFECT);
        assertAlmostEquals(found[row]!.twin!.at(-1)!, Number(s_twin_after), EFFECT);
      });
    }, { suffix }));
}

Deno.test("knockOutScores() leaves nothing of d if no head attends to either word and the other weights are renormalised", () =>
  withScored(TINY, async ({ clip, rows, images }) => {
    const found = await knockOutScores(clip.text, rows, { images, renormalize: true });
    for (const { negator, twin } of found) {
      assertAlmostEquals(negator.at(-1)!, twin!.at(-1)!, EFFECT);
    }
    const plain = await knockOutScores(clip.text, rows, { images });
    assertNotEquals(plain.map(({ negator }) => negator), found.map(({ negator }) => negator));
  }));
