import { assertAlmostEquals, assertEquals } from "@std/assert";
import { knockOut, zero } from "../../../lib/hooks/interventions.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import { headsOfSet } from "../../../lib/experiments/head_set.ts";
import { knockOutHeads, negatorOf, twinOf } from "../../../lib/experiments/knockout/knockout.ts";
import { STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";

Deno.test("knockOut() changes no bit for a head that does not attend to the negator", () =>
  withClip(TINY, async ({ text }) => {
    const [pair] = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const sentences = [pair!.negated.sentence];
    const blind = zero("blocks.1.attn.hook_pattern", { head: 0, key: pair!.negator });
    const out = knockOut("blocks.1.attn.hook_pattern", { head: 0, key: pair!.negator });
    const once = await text.run(sentences, { interventions: [blind] });
    const twice = await text.run(sentences, { interventions: [blind, out] });
    assertEquals(twice.data, once.data);
  }));

/** The difference between two float32 computations of an embedding, as a share of the largest value. */
const BOUND = 1e-5;

Deno.test("knockOutHeads() gives the embedding of each head's intervention run separately", () =>
  withClip(TINY, async ({ text }) => {
    const all = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const words = [negatorOf(all[0]!), twinOf(all[1]!)!];
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

Deno.test("negatorOf() and twinOf() find the words that differ, each in its sentence", () =>
  withClip(TINY, async ({ text }) => {
    const protocol = "standard";
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol });
    const { distinct } = preparePairs(text, pairs, { protocol });
    const words = distinct.map((pair) =>
      [negatorOf(pair), twinOf(pair)].map((word) => word?.sentence.tokens[word.position])
    );
    assertEquals(words.some(([, twin]) => twin === undefined), true); // an inserted negator
    for (const [i, [negator, twin]] of words.entries()) {
      const { affirmative, negated } = distinct[i]!;
      assertEquals(affirmative.tokens.includes(negator!), false);
      if (twin !== undefined) assertEquals(negated.tokens.includes(twin), false);
    }
  }));
