/** Computes CLIP again with the named weights in double precision, and compares the results with the hook points' values. */

import { assertAlmostEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/clip.ts";
import type { ActivationCache } from "../../../lib/hooks/cache.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import type { WeightView } from "../../../lib/engine/weights/weight_view.ts";
import type { Weights } from "../../../lib/engine/weights/weights.ts";
import { imageReader } from "../../../lib/images/image_folder.ts";
import { chosen, FORMS, studyPairs, TINY } from "../../studies.ts";

/** Float32 sums over at most 96 terms of size 1 or less, some in sequence: 96 x 2^-24 is 6e-6. */
const BOUND = 2e-5;
const EPSILON = 1e-5; // layer_norm_eps of config.json

type Vector = readonly number[];

/** x W + b over the last two axes of W. */
function linear(x: Vector, weight: WeightView, bias?: WeightView): number[] {
  const outputs = weight.shape.at(-1)!;
  return Array.from(
    { length: outputs },
    (_, j) => x.reduce((sum, value, i) => sum + value * weight.at(i, j), bias?.at(j) ?? 0),
  );
}

function layerNorm(x: Vector, w: WeightView, b: WeightView): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => (value - mean) / Math.sqrt(variance + EPSILON) * w.at(i) + b.at(i));
}

function quickGelu(x: number): number {
  return x / (1 + Math.exp(-1.702 * x));
}

function assertNear(found: Vector, expected: Tensor, what: string): void {
  found.forEach((value, i) =>
    assertAlmostEquals(value, expected.data[i]!, BOUND, `${what} [${i}]`)
  );
}

function sumOf(...vectors: readonly Vector[]): number[] {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0));
}

/** Compares a block's q, k, v, attention output and MLP output at one position with what its weights give. */
async function assertBlock(
  weights: Weights,
  cache: ActivationCache,
  { block, position }: { readonly block: string; readonly position: number },
): Promise<void> {
  const weight = (name: string) => weights.get(`${block}.${name}`);
  const value = (name: string) => cache.row(`${block}.${name}`, 0).row(position);
  const x = layerNorm(
    [...value("hook_resid_pre").data],
    await weight("ln1.w"),
    await weight("ln1.b"),
  );
  for (const letter of ["Q", "K", "V"]) {
    const [w, b] = [await weight(`attn.W_${letter}`), await weight(`attn.b_${letter}`)];
    const expected = value(`attn.hook_${letter.toLowerCase()}`);
    for (let head = 0; head < w.shape[0]!; head++) {
      assertNear(linear(x, w.row(head), b.row(head)), expected.row(head), `${block} ${letter}`);
    }
  }
  const [out, bias] = [await weight("attn.W_O"), await weight("attn.b_O")];
  const heads = Array.from(
    { length: out.shape[0]! },
    (_, head) => linear([...value("attn.hook_z").row(head).data], out.row(head)),
  );
  const shift = Array.from({ length: out.shape[2]! }, (_, i) => bias.at(i));
  assertNear(sumOf(...heads, shift), value("hook_attn_out"), `${block} attention`);
  const mid = [...value("hook_resid_mid").data];
  const normed = layerNorm(mid, await weight("ln2.w"), await weight("ln2.b"));
  const hidden = linear(normed, await weight("mlp.W_in"), await weight("mlp.b_in")).map(quickGelu);
  const mlp = linear(hidden, await weight("mlp.W_out"), await weight("mlp.b_out"));
  assertNear(mlp, value("hook_mlp_out"), `${block} MLP`);
}

/** Compares a unit-length embedding with what the weights give from the last residual stream at the pooled position. */
async function assertEmbedding(
  weights: Weights,
  { prefix, last, embedding }: {
    readonly prefix: string;
    readonly last: Tensor;
    readonly embedding: Tensor;
  },
): Promise<void> {
  const weight = (name: string) => weights.get(`${prefix}${name}`);
  const normed = layerNorm([...last.data], await weight("ln_final.w"), await weight("ln_final.b"));
  const projected = linear(normed, await weight("W_proj"));
  const length = Math.hypot(...projected);
  assertNear(projected.map((value) => value / length), embedding, "embedding");
}

const HOOKS = [
  ...["hook_resid_pre", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_z"],
  ...["hook_attn_out", "hook_resid_mid", "hook_mlp_out", "hook_resid_post"],
];

for (const suffix of FORMS) {
  Deno.test(`the text tower's weights reproduce the values of its hook points, clip-tiny${suffix}`, async () => {
    await using clip = await Clip.load(TINY.model, { ...chosen(suffix), towers: ["text"] });
    const { text } = clip;
    const sentence = "There is no boat.";
    const names = HOOKS.map((hook) => `blocks.*.${hook}`);
    const { cache, embeddings } = await text.runWithCache([sentence], names);
    const ids = text.encode(sentence);
    const position = 3;
    const [token, place] = [
      (await text.weights.get("embed.W_E")).row(ids[position]!),
      (await text.weights.get("pos_embed.W_pos")).row(position),
    ];
    assertNear(
      sumOf([...token.data!], [...place.data!]),
      cache.row("blocks.0.hook_resid_pre", 0).row(position),
      "embeddings",
    );
    for (let layer = 0; layer < text.tower.shape.layers; layer++) {
      await assertBlock(text.weights, cache, { block: `blocks.${layer}`, position });
    }
    const last = cache.row("blocks.2.hook_resid_post", 0).row(text.pooledPosition(ids));
    await assertEmbedding(text.weights, { prefix: "", last, embedding: embeddings.row(0) });
  });

  Deno.test(`the image tower's weights reproduce the values of its hook points, clip-tiny${suffix}`, async () => {
    await using clip = await Clip.load(TINY.model, { ...chosen(suffix), towers: ["image"] });
    const { image } = clip;
    const [pair] = await studyPairs(TINY);
    const pixels = await image.pixels(await imageReader(TINY.images)(pair!), pair!.image);
    const names = HOOKS.map((hook) => `vision.blocks.*.${hook}`);
    const { cache, embeddings } = await image.runWithCache([pixels], names);
    const weight = (name: string) => image.weights.get(`vision.${name}`);
    const patches = await weight("embed.W_patch");
    const [channels, size] = [patches.shape[0]!, patches.shape[1]!];
    const positions = await weight("pos_embed.W_pos");
    const embedded = new Array<number>(patches.shape[3]!).fill(0); // the second row's first patch, at position 1 + 3
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const pixel = pixels.at(channel, size + row, column);
          embedded.forEach((_, i) => embedded[i]! += pixel * patches.at(channel, row, column, i));
        }
      }
    }
    const [w, b] = [await weight("ln_pre.w"), await weight("ln_pre.b")];
    const first = cache.row("vision.blocks.0.hook_resid_pre", 0);
    const patch = sumOf(embedded, [...positions.row(4).data!]);
    assertNear(layerNorm(patch, w, b), first.row(4), "patch");
    const ofClass = sumOf([...(await weight("embed.W_class")).data!], [...positions.row(0).data!]);
    assertNear(layerNorm(ofClass, w, b), first.row(0), "class");
    for (let layer = 0; layer < image.tower.shape.layers; layer++) {
      await assertBlock(image.weights, cache, { block: `vision.blocks.${layer}`, position: 4 });
    }
    const last = cache.row("vision.blocks.1.hook_resid_post", 0).row(0);
    await assertEmbedding(image.weights, { prefix: "vision.", last, embedding: embeddings.row(0) });
  });
}
