import { assert, assertEquals } from "@std/assert";
import { bits } from "../../engine/run/sentences.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY, withClip } from "../../studies.ts";

Deno.test("run() divides many sentences among batches without changing any", () =>
  withClip(TINY, async ({ text }) => {
    const [sentence, other] = ["There is no boat.", "There are some birds in the garden."]; // 600 rows of 7 tokens are more than one batch takes
    const many = Array.from({ length: 600 }, (_, i) => i % 3 === 0 ? sentence : "There is a boat.");
    const embeddings = await text.run([...many, other]);
    const alone = [sentence, many[1]!, other].map(async (each) => bits(await text.run([each])));
    const [a, b, c] = await Promise.all(alone);
    many.forEach((_, row) => assertEquals(bits(embeddings.row(row)), row % 3 === 0 ? a : b));
    assertEquals(bits(embeddings.row(600)), c);
  }));

Deno.test("run() accepts the longest sentence, and refuses a longer one instead of cutting it", () =>
  withClip(TINY, async ({ text }) => {
    assertEquals((await text.run(["boat ".repeat(22)])).shape[0], 1);
    const says =
      "boat boat…: it has 25 tokens with start and end, but the model reads only the first";
    const run = () => text.run(["boat", "boat ".repeat(23)]);
    await assertRejectsCode(run, "sentence-beyond-context", says);
    assertEquals(text.encode("boat ".repeat(40)).length, 24);
  }));

Deno.test("run() and runWithCache() say that a single sentence or hook point must be in a list", () =>
  withClip(TINY, async ({ text }) => {
    const untyped = text as unknown as {
      run(sentences: unknown): Promise<unknown>;
      runWithCache(sentences: unknown, hooks: unknown): Promise<unknown>;
    };
    const cases = [
      [() => untyped.run("There is no boat."), "it is not a list"],
      [() => untyped.run(["boat", 3]), "it holds 3; expected a list of sentences"],
      [() => untyped.runWithCache(["boat"], "hook_embed"), "it is not a list"],
    ] as const;
    for (const [run, message] of cases) await assertRejectsCode(run, "value-wrong", message);
  }));

Deno.test("a text tower reports the pooled position and its hook points", () =>
  withClip(TINY, ({ text }) => {
    assertEquals(text.pooledPosition(text.encode("There is no boat.")), 6);
    assertEquals(text.pooledPosition(text.encode("boat <|endoftext|> boat")), 2);
    const lines = Deno.inspect(text).split("\n");
    assert(lines.includes("  blocks.{0–2}.mlp.hook_post  [batch, position, neuron 64]"));
    assert(lines.includes("  blocks.{0–2}.ln2.hook_scale  [batch, position, scale 1]"));
    assert(lines.includes("  blocks.{0–2}.attn.hook_pattern  [batch, head 2, query, key]"));
  }));
