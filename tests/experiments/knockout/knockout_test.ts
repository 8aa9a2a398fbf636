import { assertEquals } from "@std/assert";
import { knockOut, zero } from "../../../lib/hooks/interventions.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { generalKnockout, knockOutHeads } from "../../../lib/experiments/knockout/knockout.ts";
import { negatorOf, twinOf } from "../../../lib/experiments/sweep/word.ts";
import { studyPairs, TINY, withClip } from "../../studies.ts";

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

Deno.test("generalKnockout() gives the embedding of each head's intervention run separately", () =>
  withClip(TINY, async ({ text }) => {
    const all = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const words = [negatorOf(all[0]!), twinOf(all[1]!)!];
    for (const renormalize of [false, true]) {
      const found = (await Array.fromAsync(generalKnockout(text, words, renormalize))).flat();
      for (const { index, layer, head, embedding } of found) {
        const { sentence: { sentence }, position: key } = words[index]!;
        const hook = `blocks.${layer - 1}.attn.hook_pattern`;
        const interventions = [knockOut(hook, { head: head - 1, key, renormalize })];
        const alone = await text.run([sentence], { interventions });
        assertEquals(embedding, alone.row(0).data, `${sentence} ${layer}.${head}`);
      }
    }
  }));

Deno.test("knockOutHeads() gives each head of every word once with either engine", () =>
  withClip(TINY, async ({ text }) => {
    const all = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const found = (await Array.fromAsync(knockOutHeads(text, all.map(negatorOf)))).flat();
    const { layers, heads } = text.tower.shape;
    const cells = new Set(found.map(({ index, layer, head }) => `${index} ${layer}.${head}`));
    assertEquals([found.length, cells.size], [cells.size, all.length * layers * heads]);
  }));
