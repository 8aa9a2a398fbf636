import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { dot, ResidualLens, scoreScale, timesEach } from "../../lib/study/readout.ts";
import { CLIP, SIGLIP } from "../../lib/model/families.ts";
import { assertThrowsCode } from "../error_codes.ts";
import {
  accumulatedResidual,
  decomposeResidual,
  stackHeadResults,
} from "../../lib/engine/graph/residual_stack.ts";
import { idsInput } from "../../lib/engine/run/hooked_run.ts";
import { SIGLIP_TINY, TINY, withClip } from "../studies.ts";

const MATRIX = Float32Array.from([1, 2, 3, 4, 5, 6, -1, 0, 2]); // [3, 3]

Deno.test("dot() multiplies a stretch of stored numbers with one of a vector", () => {
  assertEquals(dot(MATRIX, Float64Array.of(1, 10, 100)), 321);
  const vector = Float64Array.of(7, 1, 10, 8);
  assertEquals(dot(MATRIX, vector, { from: 4, first: 1, count: 2 }), 65);
});

Deno.test("timesEach() multiplies any number of vectors, each as if alone", () => {
  for (let count = 0; count <= 9; count++) {
    const vectors = Array.from({ length: count }, (_, i) => Float64Array.of(1 / (i + 3), i, -1));
    const found = timesEach(MATRIX, vectors);
    assertEquals(found.length, count);
    for (const [i, [x, y, z]] of vectors.entries()) {
      [x! + 2 * y! + 3 * z!, 4 * x! + 5 * y! + 6 * z!, 2 * z! - x!].forEach((expected, row) =>
        assertAlmostEquals(found[i]![row]!, expected, 1e-14)
      );
      assertEquals(found[i], timesEach(MATRIX, [vectors[i]!])[0]); // not a bit depends on the others
    }
  }
});

Deno.test("scoreScale() is the factor of the cosine, with and without a constant", () => {
  assertEquals(scoreScale(CLIP), 100);
  const similarity = SIGLIP.scaled!({ scale: 113.5, bias: -16.25 });
  assertAlmostEquals(scoreScale({ ...SIGLIP, similarity }), 113.5, 1e-12);
});

Deno.test("scoreScale() refuses a score that is no multiple of the cosine", () => {
  const refused = (of: (cosine: number) => number) => {
    const score = (text: ArrayLike<number>, image: ArrayLike<number>) =>
      of(CLIP.similarity.score(text, image) / 100);
    const scaling = () => scoreScale({ name: "Own", similarity: { score, formula: "own" } });
    const said = 'Cannot take a scale from the scores of Own: the score "own" is not a multiple';
    assertThrowsCode(scaling, "model-unfit", said);
  };
  refused((cosine) => 1e-3 * cosine + 1e-5 * cosine ** 2);
  refused((cosine) => Math.acos(cosine));
  refused(() => 1); // nothing to split
});

const CAPTION = "There are no birds in the garden.";
const FOIL = "There are birds in the garden.";
const HOOKS = [
  ...["hook_embed", "hook_pos_embed"],
  ...["hook_resid_pre", "hook_resid_post", "hook_attn_out", "hook_mlp_out", "attn.hook_result"]
    .map((name) => `blocks.*.${name}`),
];
const SUM = 1e-4; // of all components: S errs by as much

function total(rows: readonly { readonly logit: number }[]): number {
  return rows.reduce((sum, { logit }) => sum + logit, 0);
}

for (const study of [TINY, SIGLIP_TINY]) {
  Deno.test(`ResidualLens splits S and d of ${study.label} into parts that add up to them`, async () => {
    await withClip(study, async ({ text, image, config, family }) => {
      const lens = await ResidualLens.open({ text, config });
      const bytes = await Deno.readFile(`${TINY.images}/alpha.png`);
      const pixels = (await image.run([await image.pixels(bytes, "alpha.png")])).row(0).data;
      const { embeddings, cache } = await text.runWithCache([CAPTION, FOIL], HOOKS);
      const constant = family.similarity.score([0, 1], [1, 0]); // of a cosine of 0
      const [caption, foil] = [CAPTION, FOIL].map((sentence, row) => {
        const score = family.similarity.score(embeddings.row(row).data, pixels) - constant;
        const position = text.pooledPosition(text.encode(sentence));
        const end = cache.row(`blocks.${text.tower.shape.layers - 1}.hook_resid_post`, row);
        const options = { direction: pixels, position, end };
        const layers = lens.logitLens(accumulatedResidual(cache, { row }), options).rows;
        assertAlmostEquals(layers.at(-1)!.logit, score, SUM);
        const parts = lens.directLogitAttribution(decomposeResidual(cache, { row }), options).rows;
        const heads = lens.directLogitAttribution(stackHeadResults(cache, { row }), options).rows;
        assertAlmostEquals(total(parts), score, SUM);
        assertAlmostEquals(total(heads), score, SUM);
        assertEquals(parts.at(-1)!.component, "bias");
        return { score, parts };
      });
      const d = caption!.score - foil!.score;
      assert(Math.abs(d) > 100 * SUM);
      assertAlmostEquals(total(caption!.parts) - total(foil!.parts), d, SUM);
    });
  });
}

Deno.test("directLogitAttribution() is each part's projection, divided by the frozen scale and length", async () => {
  await withClip(TINY, async ({ text, config }) => {
    const lens = await ResidualLens.open({ text, config });
    const { cache } = await text.runWithCache([CAPTION], HOOKS);
    const ids = text.encode(CAPTION);
    const position = text.pooledPosition(ids);
    const { layers, projection } = text.tower.shape;
    const end = cache.row(`blocks.${layers - 1}.hook_resid_post`, 0);
    const direction = Float64Array.from({ length: projection }, (_, i) => Math.cos(i));
    const gain = await text.weights.get("ln_final.w");
    const matrix = await text.weights.get("W_proj");
    const last = centred(end.row(position).data);
    const variance = last.reduce((sum, x) => sum + x * x, 0) / last.length;
    const sigma = Math.sqrt(variance + config.text.layerNormEps);
    const whole = (await text.tower.run(idsInput([ids]))).data; // before it is divided by its length
    const length = Math.sqrt(whole.reduce((sum, x) => sum + x * x, 0));
    const { values } = decomposeResidual(cache);
    const rows = lens.directLogitAttribution(decomposeResidual(cache), { direction, position, end })
      .rows.slice(0, -1);
    rows.forEach(({ logit }, component) => {
      const part = centred(values.row(component).row(position).data);
      const embedding = direction.map((_, j) =>
        part.reduce((sum, x, i) => sum + x / sigma * gain.at(i) * matrix.at(i, j), 0)
      );
      const product = embedding.reduce((sum, x, j) => sum + x * direction[j]!, 0);
      assertAlmostEquals(logit, 100 * product / length, SUM);
    });
  });
});

function centred(vector: Float32Array): number[] {
  const mean = vector.reduce((sum, x) => sum + x, 0) / vector.length;
  return Array.from(vector, (x) => x - mean);
}
