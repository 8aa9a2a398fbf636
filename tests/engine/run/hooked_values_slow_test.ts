import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Clip } from "../../../lib/runtime/open_runtime.ts";
import { add, patch, scale, zero } from "../../../lib/hooks/interventions.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import { chosen, WEIGHTS } from "../../studies.ts";
import { AFFIRMATIVE, bits, NEGATED, valuesOf, withClip } from "./sentences.ts";

const HEADS = 2;

/** The values themselves are compared with the reference in tests/model/golden_slow_test.ts; here is what a change of them changes. Runs a test on the export with layer norms spelled out, on the one where they are single nodes, and on the built graph. */
function testText(name: string, test: (clip: Clip) => Promise<void>): void {
  for (const suffix of ["", "_dynamo20", WEIGHTS]) {
    Deno.test(`${name}, export "${suffix}"`, () =>
      withClip(test, { ...chosen(suffix), towers: ["text"] }));
  }
}

const ROUNDING = 2e-6; // for float32 sums of some dozen numbers of about 1

function assertNear(found: Tensor, expected: ArrayLike<number>, what = ""): void {
  assertEquals(found.data.length, expected.length);
  found.data.forEach((x, i) => assertAlmostEquals(x, expected[i]!, ROUNDING, `${what} ${i}`));
}

testText("without positions the tokens make the input of the first block", async (clip) => {
  const [tokens] = await valuesOf(clip, ["hook_embed"]);
  const [same] = await valuesOf(clip, ["blocks.0.hook_resid_pre"], [zero("hook_pos_embed")]);
  assertEquals(same!.data, tokens!.data);
});

testText("positions can be changed in a single row", async ({ text }) => {
  const run = { interventions: [zero("hook_pos_embed", { row: 1, position: 2 })] };
  const plain = await text.runWithCache([NEGATED, AFFIRMATIVE], ["hook_pos_embed"]);
  const changed = await text.runWithCache([NEGATED, AFFIRMATIVE], ["hook_pos_embed"], run);
  assertEquals(
    bits(plain.cache.row("hook_pos_embed", 0)),
    bits(plain.cache.row("hook_pos_embed", 1)),
  );
  assertEquals(bits(changed.embeddings.row(0)), bits(plain.embeddings.row(0)));
  assertNotEquals(bits(changed.embeddings.row(1)), bits(plain.embeddings.row(1)));
});

testText("the results of all heads and the bias make the attention output", async (clip) => {
  const hooks = ["blocks.1.attn.hook_result", "blocks.1.hook_attn_out"];
  const [result, out] = await valuesOf(clip, hooks);
  const [, bias] = await valuesOf(clip, hooks, [zero("blocks.1.attn.hook_z")]);
  assertEquals(result!.shape, [1, 7, HEADS, 16]);
  assertEquals(bias!.row(0).row(0).data, bias!.row(0).row(6).data);
  const [none, left] = await valuesOf(clip, hooks, [zero("blocks.1.attn.hook_result")]);
  assert(none!.data.every((x) => x === 0));
  assertNear(left!, bias!.data, "without any head");
  const sums = out!.data.map((_, i) => {
    const [position, at] = [Math.floor(i / 16), i % 16];
    return result!.at(0, position, 0, at) + result!.at(0, position, 1, at) + bias!.data[i]!;
  });
  assertNear(out!, sums, "sum");
});

testText(
  "a common summand of the scores leaves the pattern, and one of a key's moves it",
  async (clip) => {
    const [scores, hooks] = ["blocks.1.attn.hook_attn_scores", ["blocks.1.attn.hook_pattern"]];
    const [pattern] = await valuesOf(clip, hooks);
    const [unmoved, moved] = [[3, 3, 3, 3, 3, 3, 3], [3, 0, 0, 0, 0, 0, 0]].map((x) =>
      add(scores, x)
    );
    assertNear((await valuesOf(clip, hooks, [unmoved!]))[0]!, pattern!.data);
    const [other] = await valuesOf(clip, hooks, [moved!]);
    assert(other!.at(0, 1, 6, 0) > pattern!.at(0, 1, 6, 0));
  },
);

testText(
  "a neuron's value is the activation of its input, and reaches the output",
  async (clip) => {
    const hooks = ["blocks.1.mlp.hook_pre", "blocks.1.mlp.hook_post", "blocks.1.hook_mlp_out"];
    const [, post, out] = await valuesOf(clip, hooks);
    const selection = { neuron: 3, position: 4 };
    for (const hook of hooks.slice(0, 2)) {
      const [, after, changed] = await valuesOf(clip, hooks, [zero(hook, selection)]);
      post!.data.forEach((x, i) => assertEquals(after!.data[i], i === 4 * 64 + 3 ? 0 : x));
      out!.data.forEach((x, i) => {
        if (Math.floor(i / 16) !== 4) assertEquals(changed!.data[i], x);
        else assertNotEquals(changed!.data[i], x);
      });
    }
    const twice = [scale(hooks[1]!, 2, { neuron: [3, 5] })];
    const [, doubled] = await valuesOf(clip, hooks, twice);
    doubled!.data.forEach((x, i) =>
      assertEquals(x, [3, 5].includes(i % 64) ? 2 * post!.data[i]! : post!.data[i])
    );
  },
);

for (const norm of ["ln1", "ln2"]) {
  testText(
    `doubling ${norm}.hook_scale halves the normalised value`,
    async (clip) => {
      const at = (name: string) => `blocks.1.${name}`;
      const inner = norm === "ln1" ? at("attn.hook_q") : at("mlp.hook_pre");
      const hooks = [at(`${norm}.hook_scale`), inner];
      const [, plain] = await valuesOf(clip, hooks);
      // Everything after the norm is affine: doubling the scale moves it halfway to its value at an infinite scale.
      const [doubled, endless] = [2, Infinity].map((factor) => scale(hooks[0]!, factor));
      const [, half] = await valuesOf(clip, hooks, [doubled!]);
      const [, none] = await valuesOf(clip, hooks, [endless!]);
      assertNear(half!, plain!.data.map((value, i) => (value + none!.data[i]!) / 2));
      assertNear(none!.row(0).row(5), none!.row(0).row(0).data, "of no position");
      assertNotEquals(half!.data, plain!.data);
    },
  );
}

testText(
  "the final normalised vector of the end token decides the embedding",
  async (clip) => {
    const hook = "ln_final.hook_normalized";
    const { cache, embeddings } = await clip.text.runWithCache([NEGATED], [hook]);
    const interventions = [patch(hook, { from: cache, position: 6 })]; // the end token
    assertNear(await clip.text.run([AFFIRMATIVE], { interventions }), embeddings.data);
  },
);

for (const suffix of ["", "_dynamo20", WEIGHTS]) {
  Deno.test(`the image tower's final norm is of the class token only, export "${suffix}"`, () =>
    withClip(async (clip) => {
      const file = new URL("../../fixtures/images/photo.jpg", import.meta.url);
      const pixels = [await clip.image.pixels(await Deno.readFile(file), "photo.jpg")];
      const hook = "vision.ln_final.hook_normalized";
      const { cache, embeddings } = await clip.image.runWithCache(pixels, [hook]);
      assertEquals(cache.get(hook).shape, [1, 24]);
      const run = { interventions: [scale(hook, 2)] };
      assertNotEquals(bits(await clip.image.run(pixels, run)), bits(embeddings));
    }, { ...chosen(suffix), towers: ["image"] }));
}
