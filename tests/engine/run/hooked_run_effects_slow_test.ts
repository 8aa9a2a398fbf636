import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { knockOut, patch, zero } from "../../../lib/hooks/interventions.ts";
import { chosen, FORMS } from "../../studies.ts";
import { AFFIRMATIVE, bits, LONGER, NEGATED, valueOf, withClip } from "./sentences.ts";

for (const suffix of FORMS) {
  Deno.test(`patching a value with itself changes no bit at any hook point, export "${suffix}"`, async () => {
    await withClip(async ({ text, image }) => {
      const sentences = [NEGATED, LONGER, AFFIRMATIVE];
      const ofText = await text.runWithCache(sentences, ["*"]);
      for (const hook of text.hooks) {
        const interventions = [patch(hook, { from: ofText.cache })];
        const { embeddings } = await text.runWithCache(sentences, ["*"], { interventions });
        assertEquals(bits(embeddings), bits(ofText.embeddings), hook);
      }
      const file = new URL("../../fixtures/images/photo.jpg", import.meta.url);
      const pixels = [await image.pixels(await Deno.readFile(file), "photo.jpg")];
      const ofImage = await image.runWithCache(pixels, ["*"]);
      for (const hook of image.hooks) {
        const interventions = [patch(hook, { from: ofImage.cache })];
        const { embeddings } = await image.runWithCache(pixels, ["*"], { interventions });
        assertEquals(bits(embeddings), bits(ofImage.embeddings), hook);
      }
    }, chosen(suffix));
  });
}

Deno.test("patching the whole residual of another sentence gives that sentence's embedding", async () => {
  await withClip(async ({ text }) => {
    const { embeddings, cache } = await text.runWithCache([NEGATED], ["*resid*", "hook_embed"]);
    assertNotEquals(bits(embeddings), bits(await text.run([AFFIRMATIVE])));
    for (const hook of cache.names) {
      const interventions = [patch(hook, { from: cache })];
      const patched = await text.run([AFFIRMATIVE], { interventions });
      assertEquals(bits(patched), bits(embeddings), hook);
    }
    // After the last block, the pooling reads only the embedding of the end token.
    const end = patch("blocks.2.hook_resid_post", { from: cache, position: 6 });
    const patched = await text.run([AFFIRMATIVE], { interventions: [end] });
    assertEquals(bits(patched), bits(embeddings));
  });
});

Deno.test("queries of 0 attend evenly to all positions up to their own", async () => {
  await withClip(async (clip) => {
    const pattern = await valueOf(clip, "blocks.2.attn.hook_pattern", [
      zero("blocks.2.attn.hook_q", { head: 1 }),
    ]);
    const plain = await valueOf(clip, "blocks.2.attn.hook_pattern", []);
    for (let query = 0; query < 7; query++) {
      for (let key = 0; key < 7; key++) {
        const expected = key <= query ? 1 / (query + 1) : 0;
        assertAlmostEquals(pattern.at(0, 1, query, key), expected, 1e-6);
        assertEquals(pattern.at(0, 0, query, key), plain.at(0, 0, query, key));
      }
    }
  });
});

for (const renormalize of [false, true]) {
  Deno.test(`a knocked-out key adds nothing to z, renormalize ${renormalize}`, async () => {
    await withClip(async (clip) => {
      const weights = await valueOf(clip, "blocks.0.attn.hook_pattern", []);
      const values = await valueOf(clip, "blocks.0.attn.hook_v", []);
      const change = knockOut("blocks.0.attn.hook_pattern", { head: 0, key: 3, renormalize });
      const z = await valueOf(clip, "blocks.0.attn.hook_z", [change]);
      for (let query = 0; query < 7; query++) {
        const left = renormalize ? 1 - weights.at(0, 0, query, 3) : 1;
        for (let i = 0; i < 8; i++) {
          let expected = 0;
          for (let key = 0; key < 7; key++) {
            if (key !== 3) expected += weights.at(0, 0, query, key) * values.at(0, key, 0, i);
          }
          assertAlmostEquals(z.at(0, query, 0, i), expected / left, 1e-6);
        }
      }
    });
  });
}
