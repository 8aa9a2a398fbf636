import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headCircuits } from "../../../lib/engine/weights/weights.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import { TINY, withClip } from "../../studies.ts";

const SENTENCE = "There are no birds in the garden.";
const ROUNDING = 1e-5; // of float32 activations below 10

/** Vectors after a layer norm, computed by its definition in float64. */
function normed(x: Tensor, gain: Float32Array, bias: Float32Array, epsilon: number): number[][] {
  return Array.from({ length: x.shape[0]! }, (_, position) => {
    const own = [...x.row(position).data];
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
    return own.map((value, i) =>
      (value - mean) / Math.sqrt(variance + epsilon) * gain[i]! + bias[i]!
    );
  });
}

function timesMatrix(x: readonly number[], { data, shape }: Tensor): number[] {
  const columns = shape[1]!;
  return Array.from(
    { length: columns },
    (_, j) => x.reduce((sum, value, i) => sum + value * data[i * columns + j]!, 0),
  );
}

function dot(x: readonly number[], y: ArrayLike<number>): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

for (const tower of ["text", "image"] as const) {
  Deno.test(`headCircuits() has the scores and results of each head of the ${tower} tower`, async () => {
    await withClip(TINY, async ({ text, image, config }) => {
      const prefix = tower === "text" ? "" : "vision.";
      const { weights, shape } = tower === "text" ? text.tower : image.tower;
      const epsilon = config[tower === "text" ? "text" : "vision"]!.layerNormEps;
      const names = [
        "hook_resid_pre",
        "attn.hook_attn_scores",
        "attn.hook_pattern",
        "attn.hook_result",
      ];
      for (let layer = 0; layer < shape.layers; layer++) {
        const at = (name: string) => `${prefix}blocks.${layer}.${name}`;
        const { cache } = tower === "text"
          ? await text.runWithCache([SENTENCE], names.map(at))
          : await image.runWithCache([await image.pixels(PICTURE, "alpha.png")], names.map(at));
        const [x, scores, pattern, result] = names.map((name) => cache.row(at(name), 0));
        const [gain, bias] = [await weights.get(at("ln1.w")), await weights.get(at("ln1.b"))];
        const vectors = normed(x!, gain.data, bias.data, epsilon);
        for (let head = 0; head < shape.heads; head++) {
          const { ov, ovBias, qk, qkQuery, qkKey, qkBias } = await headCircuits(
            weights,
            layer,
            head,
          );
          const read = vectors.map((y) =>
            timesMatrix(y, ov).map((value, i) => value + ovBias.data[i]!)
          );
          vectors.forEach((query, position) => {
            const count = tower === "text" ? position + 1 : vectors.length; // later tokens are masked
            const keys = vectors.slice(0, count);
            const toKey = timesMatrix(query, qk);
            const expected = keys.map((key) =>
              dot(toKey, key) + dot(query, qkQuery.data) + dot(key, qkKey.data) + qkBias
            );
            const found = [...scores!.row(head).row(position).data].slice(0, count);
            assertNear(found, expected, ROUNDING);
            const weight = pattern!.row(head).row(position).data;
            const mixed = [...result!.row(position).row(head).data].map((_, i) =>
              keys.reduce((sum, _, key) => sum + weight[key]! * read[key]![i]!, 0)
            );
            assertNear(result!.row(position).row(head).data, mixed, ROUNDING);
          });
        }
      }
    });
  });
}

const PICTURE = await Deno.readFile(`${TINY.images}/alpha.png`);

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  assertEquals(found.length, expected.length);
  for (let i = 0; i < found.length; i++) assertAlmostEquals(found[i]!, expected[i]!, within);
}
