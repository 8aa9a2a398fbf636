import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { rowEngine } from "../../../lib/engine/changes/row_engine.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { chosen, FORMS, SMALL, type Study, TINY } from "../../studies.ts";

async function withText(
  study: Study,
  use: (text: TextTower) => Promise<void>,
  form: string,
): Promise<void> {
  await using clip = await Clip.load(study.model, { ...chosen(form), towers: ["text"] });
  await use(clip.text);
}

for (const study of [TINY, SMALL]) {
  for (const form of study === TINY ? [...FORMS, "_fused"] : ["", "_fused"]) {
    Deno.test({
      name: `rowEngine() runs form "${form}" of ${study.label} row by row`,
      ignore: !study.exists,
      fn: () =>
        withText(study, async (text) => {
          const { streams, refusal } = await rowEngine(text);
          assert(streams !== undefined, refusal?.message);
        }, form),
    });
  }
  for (const streams of [1, 2]) {
    Deno.test({
      name:
        `rowEngine() refuses half-precision weights and says why, ${streams} streams, ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withText(study, async (text) => {
          const { streams: opened, refusal } = await rowEngine(text, { streams });
          assertEquals([opened, refusal?.code], [undefined, "sweep-not-fast"]);
          const { message } = refusal!;
          assertStringIncludes(message, `Cannot sweep "${study.model}/onnx/text_model_fp16.onnx"`);
          assertStringIncludes(message, "of the largest value, expected at most 1e-5");
        }, "_fp16"),
    });
  }
}

Deno.test("rowEngine() adds streams when there is more work, and keeps them", async () => {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], threads: 2 });
  const small = await rowEngine(clip.text);
  assertEquals(small.streams?.count, 1);
  assertStrictEquals(await rowEngine(clip.text, { streams: 1 }), small);
  const large = await rowEngine(clip.text, { streams: 2 });
  assertEquals(large.streams?.count, 2);
  assertStrictEquals(await rowEngine(clip.text), large);
});
