import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/clip.ts";
import { readSizes } from "../../lib/model/config.ts";
import { CLIP, FAMILIES, familyOf, type ModelFamily } from "../../lib/model/families.ts";
import { ModelJson } from "../../lib/model/model_json.ts";
import { edit, zero } from "../../lib/hooks/interventions.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { evaluatePairs } from "../../lib/study/rows/score_rows.ts";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { TINY, withScored } from "../studies.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { attendPairs, traceRows } from "../experiments/measured_rows.ts";

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

async function withMirror(use: (clip: Clip) => Promise<void> | void): Promise<void> {
  await using clip = await Clip.load(TINY.model, { family: MIRROR, towers: ["text"] });
  await use(clip);
}

Deno.test("familyOf() returns the family that config.json describes, and names an unknown one", () => {
  assertEquals(familyOf(new ModelJson("config.json", { model_type: "clip" })), CLIP);
  assert(FAMILIES.includes(CLIP));
  assertThrowsCode(
    () => familyOf(new ModelJson("config.json", { model_type: "mirror" })),
    "model-unsupported",
    '"model_type" must be "clip" or "siglip", but it is "mirror"',
  );
});

Deno.test("readSizes() takes settings that config.json omits, and the fewest positions, from the family", () => {
  const text = { ...CLIP.defaults.text, num_hidden_layers: 27 };
  const settings = new ModelJson("config.json", { text_config: { max_position_embeddings: 1 } });
  const sizes = readSizes(settings, { ...MIRROR, defaults: { ...CLIP.defaults, text } });
  assertEquals([sizes.text.layers, sizes.text.maxPositions], [27, 1]);
  assertThrowsCode(() => readSizes(settings, CLIP), "setting-wrong", "of at least 2");
});

Deno.test("load() reads a folder as the given family", async () => {
  await using own = await Clip.load(TINY.model, { towers: ["text"] });
  assertEquals([own.family, own.text.family], [CLIP, CLIP]);
  await withMirror((clip) => {
    assertEquals([clip.family, clip.text.family], [MIRROR, MIRROR]);
    assertEquals(String(clip).split("\n")[0], `Mirror from ${TINY.model}`);
  });
});

Deno.test("encode() pads if the family pads sentences, and tokens and pooling follow it", async () => {
  await withMirror(({ text }) => {
    const ids = text.encode("no boat");
    const end = ids.at(-1)!;
    assertEquals(ids.length, 24); // config.json's max_position_embeddings
    assertEquals(ids.slice(ids.indexOf(end)), new Array(24 - ids.indexOf(end)).fill(end));
    assertEquals(text.tokens("no boat").length, 24);
    assertEquals(text.pooledPosition(ids), 23);
  });
});

Deno.test("rowEngine() refuses the fast schedule for a family without a causal mask", async () => {
  await withMirror(async ({ text }) => {
    const { streams, refusal } = await rowEngine(text);
    assertEquals([streams, refusal?.code], [undefined, "sweep-not-fast"]);
    assertEquals(
      refusal?.message,
      `Cannot sweep "${text.tower.path}" by the fast schedule: Mirror has no causal mask, so that every position of a run depends on what is patched; the general sweep is used`,
    );
  });
});

Deno.test("evaluatePairs() scores as the family does", () =>
  withScored(TINY, async ({ pairs, sentences, images, evaluate }) => {
    await withMirror(({ text }) => {
      const { rows } = evaluatePairs(text, pairs, { sentences, images });
      assertEquals(rows.map(({ s_caption }) => s_caption), evaluate.map((row) => -row.s_caption));
      assertEquals(rows.map(({ s_foil }) => s_foil), evaluate.map((row) => -row.s_foil));
    });
  }));

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
      scores: {
        ...scores,
        s_caption: -scores.s_caption,
        s_foil: -scores.s_foil,
        d: -scores.d,
      },
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

Deno.test("attendPairs() keeps positions before the negator where attention is not causal", () =>
  withScored(TINY, async ({ clip, distinct: [pair] }) => {
    const ahead = edit("blocks.0.attn.hook_pattern", (pattern) => {
      pattern.row(0).row(0).data[pair!.negator] = 0.7; // the first head of the negated sentence, query 0
    });
    const first = async (text: Clip["text"]) =>
      (await attendPairs(text, [pair!], { interventions: [ahead] }))[0]![0]!.byQuery[0]!;
    assertEquals(await first(clip.text), 0);
    await using free = await Clip.load(TINY.model, {
      towers: ["text"],
      family: { ...CLIP, causal: false },
    });
    assertAlmostEquals(await first(free.text), 0.7, 1e-7); // 0.7 as a float32
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
    await assertRejectsCode(
      () => other.image.run([pixels], { interventions: [last] }),
      "index-outside",
      "position 9",
    );
  }));
