/** What the score reads of the last residual vector at the end token (final layer norm, projection, cosine with an image). */

import type { TextTower } from "../../model/text/text_tower.ts";
import { timesEach } from "./products.ts";
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
 * What the scores of some images read.
 *
 * @param weights The weights.
 * @param images The images' embeddings, [projection], of any length but 0.
 * @returns One for each image, whichever others there are.
 */
export function readImages(
  { gain, projection, constant, outputs }: ReadoutWeights,
  images: readonly ArrayLike<number>[],
): ImageReadout[] {
  const embeddings = images.map(unit);
  const directions = timesEach(projection, embeddings).map((direction) => {
    for (let i = 0; i < direction.length; i++) direction[i]! *= gain[i]!;
    const mean = sum(direction) / direction.length;
    for (let i = 0; i < direction.length; i++) direction[i]! -= mean;
    return direction;
  });
  const heads = outputs.map((matrix) => timesEach(matrix, directions));
  return directions.map((direction, image) => ({
    direction,
    heads: heads.map((own) => own[image]!),
    constant: sum(constant.map((x, i) => x * embeddings[image]![i]!)),
  }));
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
  const vector = Float64Array.from(last);
  const mean = sum(vector) / vector.length;
  const variance = sum(vector.map((x) => (x - mean) ** 2)) / vector.length;
  const sigma = Math.sqrt(variance + epsilon);
  const embedding = constant.slice();
  addProjected(embedding, vector.map((x, i) => gain[i]! * (x - mean) / sigma), projection);
  const length = Math.sqrt(sum(embedding.map((x) => x * x)));
  return { perPart: scale / (length * sigma), perConstant: scale / length };
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

/** A vector divided by its length. */
function unit(vector: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(vector);
  const length = Math.sqrt(sum(own.map((x) => x * x)));
  return own.map((x) => x / length);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const x of values) total += x;
  return total;
}
