import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { readSizes } from "../../lib/model/forms/settings.ts";
import { CLIP, type ModelFamily } from "../../lib/model/families.ts";
import { ModelJson } from "../../lib/model/model_json.ts";
import { zero } from "../../lib/hooks/interventions.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { TINY, withScored } from "../studies.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { traceRows } from "../experiments/measured_rows.ts";

/** A family that no model belongs to: it differs from CLIP in every property that the kit reads. */
const MIRROR: ModelFamily = {
  ...CLIP,
  name: "Mirror",
  matches: ({ model_type }) => model_type === "mirror",
  causal: false,
  pooled: (ids) => ids.length - 1,
  positions: { fewest: 1, padded: true, classTokens: 0 },
  similarity: {
    score: (text, image) => -CLIP.similarity.score(text, image),
    formula: "-100 x cosine",
  },
};

Deno.test("readSizes() takes settings that config.json omits, and the fewest positions, from the family", () => {
  const text = { ...CLIP.defaults.text, num_hidden_layers: 27 };
  const settings = new ModelJson("config.json", { text_config: { max_position_embeddings: 1 } });
  const sizes = readSizes(settings, { ...MIRROR, defaults: { ...CLIP.defaults, text } });
  assertEquals([sizes.text.layers, sizes.text.maxPositions], [27, 1]);
  assertThrowsCode(() => readSizes(settings, CLIP), "setting-wrong: of at least 2");
});

Deno.test("traceRows() skips positions before the negator only in causal models, and scores as the family does", () =>
  withScored(TINY, async ({ clip, rows, images }) => {
    const totals: number[] = [];
    const progress = (done: number, total: number) => void (done === total && totals.push(total));
    const options = { site: "resid" as const, images, progress };
    const known = (await traceRows(clip.text, rows.slice(0, 2), options)).rows;
    await using free = await Clip.load(TINY.model, {
      towers: ["text"],
      family: { ...CLIP, causal: false, similarity: MIRROR.similarity },
    });
    const mirrored = rows.slice(0, 2).map(({ scores, aligned }) => ({
      aligned,
      scores: { ...scores, s_caption: -scores.s_caption, s_foil: -scores.s_foil, d: -scores.d },
    }));
    const { rows: all } = await traceRows(free.text, mirrored, options);
    all.forEach(({ effect }, i) => {
      assertAlmostEquals(effect!, -known[i]!.effect!, 1e-3); // float32 embeddings, times 100
    });
    // In the blocks between the first layer and the last, the positions before the negator are run as well.
    const [first, second] = rows.map(({ aligned }) => aligned);
    const { layers } = clip.text.tower.shape;
    const before = new Set([first!, second!]).size * (layers - 1) * first!.negator;
    assertEquals(totals[1]! - totals[0]!, before);
  }));

Deno.test("an image has as many positions as its patches and the family's class tokens", () =>
  withScored(TINY, async ({ clip }) => {
    const pixels = new Tensor(new Float32Array(3 * 24 * 24), [3, 24, 24], [
      ...["channel", "row", "column"] as const,
    ]);
    const last = zero("vision.blocks.0.hook_resid_pre", { position: 9 }); // 3 x 3 patches after the class token
    await clip.image.run([pixels], { interventions: [last] });
    await using other = await Clip.load(TINY.model, {
      towers: ["image"],
      family: { ...CLIP, positions: MIRROR.positions },
    });
    const run = () => other.image.run([pixels], { interventions: [last] });
    await assertRejectsCode(run, "index-outside: position 9");
  }));
