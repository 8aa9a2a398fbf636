/** What the score reads of the last residual vector at the end token (final layer norm, projection, cosine with an image). */

import type { TextTower } from "../../model/text/text_tower.ts";
import { scoreScale } from "./score_scale.ts";

/** The weights between what the heads mix and the score. */
export interface ReadoutWeights {
  /** The factor s of the score s x cosine. */
  readonly scale: number;
  /** Added to the variance in the final layer norm. */
  readonly epsilon: number;
  /** The final layer norm's gain, [width]. */
  readonly gain: Float64Array;
  /** From the normalised vector to the embedding, [width, projection]. */
  readonly projection: Float32Array;
  /** What an embedding holds whatever the sentence: the projected bias of the norm, and the projection's own, [projection]. */
  readonly constant: Float64Array;
  /** For each block what its heads write, [head, head width, width]. */
  readonly outputs: readonly Float32Array[];
}

/** What an image's score reads, from which a part's number follows as one inner product. */
export interface ImageReadout {
  /** G - mean G, [width], with G = gain x (W^T v) and v the image's embedding of length 1: its product with a part c is a = <G, c - mean c>. */
  readonly direction: Float64Array;
  /** The same for what each block's heads mix before W_O, [head, head width]. */
  readonly heads: readonly Float64Array[];
  /** v^T times the constant part of the embedding. */
  readonly constant: number;
}

/** By what a sentence's norms multiply: S = perPart x (sum of its a) + perConstant x constant. */
export interface SentenceScale {
  /** t = s / (|e| sigma). */
  readonly perPart: number;
  /** s / |e|. */
  readonly perConstant: number;
}

/**
 * The weights that {@linkcode readReadout} reads, by name.
 *
 * @param layers The number of blocks.
 */
export function readoutWeights(layers: number): readonly string[] {
  const outputs = Array.from({ length: layers }, (_, block) => `blocks.${block}.attn.W_O`);
  return [...outputs, "ln_final.w", "ln_final.b", "W_proj"];
}

/**
 * Reads the weights of a text tower.
 *
 * @param text The text tower.
 * @param epsilon Added to the variance in its final layer norm, as config.json states it.
 * @throws {NegscopeError} If the graph does not store one of the weights separately, or the family's score is no multiple of the cosine.
 */
export async function readReadout(text: TextTower, epsilon: number): Promise<ReadoutWeights> {
  const { weights, tower: { shape: { layers, projection: size } } } = text;
  const scale = scoreScale(text.family);
  const read = async (name: string) => (await weights.get(name)).toTensor().data;
  const projection = await read("W_proj");
  const constant = new Float64Array(size);
  if (weights.names.includes("b_proj")) constant.set(await read("b_proj"));
  addProjected(constant, Float64Array.from(await read("ln_final.b")), projection);
  const outputs: Float32Array[] = [];
  for (let block = 0; block < layers; block++) outputs.push(await read(`blocks.${block}.attn.W_O`));
  const gain = Float64Array.from(await read("ln_final.w"));
  return { scale, epsilon, gain, projection, constant, outputs };
}

/**
 * What an image's score reads.
 *
 * @param weights The weights.
 * @param image The image's embedding, [projection], of any length but 0.
 */
export function readImage(
  { gain, projection, constant, outputs }: ReadoutWeights,
  image: ArrayLike<number>,
): ImageReadout {
  const v = Float64Array.from(image);
  const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  for (let i = 0; i < v.length; i++) v[i]! /= length;
  const direction = gain.map((x, i) => x * dot(projection, i * v.length, v));
  const mean = direction.reduce((sum, x) => sum + x, 0) / direction.length;
  for (let i = 0; i < direction.length; i++) direction[i]! -= mean;
  const heads = outputs.map((matrix) =>
    Float64Array.from(
      { length: matrix.length / direction.length },
      (_, row) => dot(matrix, row * direction.length, direction),
    )
  );
  return { direction, heads, constant: v.reduce((sum, x, i) => sum + x * constant[i]!, 0) };
}

/**
 * By what a sentence's norms multiply.
 *
 * @param weights The weights.
 * @param last The sentence's last residual vector at the position that becomes the embedding, [width].
 */
export function sentenceScale(
  { scale, epsilon, gain, projection, constant }: ReadoutWeights,
  last: Float32Array,
): SentenceScale {
  const mean = last.reduce((sum, x) => sum + x, 0) / last.length;
  const variance = last.reduce((sum, x) => sum + (x - mean) ** 2, 0) / last.length;
  const sigma = Math.sqrt(variance + epsilon);
  const embedding = constant.slice();
  addProjected(embedding, gain.map((x, i) => x * (last[i]! - mean) / sigma), projection);
  const length = Math.sqrt(embedding.reduce((sum, x) => sum + x * x, 0));
  return { perPart: scale / (length * sigma), perConstant: scale / length };
}

/**
 * The inner product of a vector and as many stored numbers, in float64.
 *
 * @param values Stored numbers.
 * @param from The index of the first.
 * @param vector The vector.
 * @param first The index of its first number. @default {0}
 * @param count How many numbers count. @default {all of the vector}
 */
export function dot(
  values: Float32Array,
  from: number,
  vector: Float64Array,
  first = 0,
  count = vector.length,
): number {
  let [a, b, c, d] = [0, 0, 0, 0]; // four sums, which a processor adds at the same time
  let i = 0;
  for (; i + 3 < count; i += 4) {
    a += values[from + i]! * vector[first + i]!;
    b += values[from + i + 1]! * vector[first + i + 1]!;
    c += values[from + i + 2]! * vector[first + i + 2]!;
    d += values[from + i + 3]! * vector[first + i + 3]!;
  }
  for (; i < count; i++) a += values[from + i]! * vector[first + i]!;
  return a + b + (c + d);
}

/** Adds a vector times a matrix, [width, projection], to an embedding. */
function addProjected(embedding: Float64Array, vector: Float64Array, matrix: Float32Array): void {
  const size = embedding.length;
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i]!;
    const from = i * size;
    for (let j = 0; j < size; j++) embedding[j]! += x * matrix[from + j]!;
  }
}
