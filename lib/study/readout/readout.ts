/** What the score reads of the last residual vector at the end token (final layer norm, projection, cosine with an image). */

import type { TextTower } from "../../model/text/text_tower.ts";
import { innerProduct } from "../../stats/columns.ts";
import { timesEach } from "./products.ts";
import { scoreScale } from "./score_scale.ts";

/** The weights between the last residual vector and the score. */
export interface EndWeights {
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
}

/** The weights between what the heads mix and the score. */
export interface ReadoutWeights extends EndWeights {
  /** For each block what its heads write, [head, head width, width]. */
  readonly outputs: readonly Float32Array[];
}

/** A direction at the end token, from which a part's number follows as one inner product. */
export interface PartReadout {
  /** The product with what a part writes, [width]. */
  readonly direction: Float64Array;
  /** The same for what each block's heads mix before W_O, [head, head width]. */
  readonly heads: readonly Float64Array[];
}

/**
 * What an image's score reads: the direction G - mean G with G = gain x (W^T v) and v the image's embedding of length 1, so that a = <G, c - mean c> of a part c.
 */
export interface ImageReadout extends PartReadout {
  /** v^T times the constant part of the embedding. */
  readonly constant: number;
}

/** The end of a sentence's run: S = perPart x (sum of its a + sigma x the image's constant). */
export interface SentenceEnd {
  /** t = s / (|e| sigma). */
  readonly perPart: number;
  /** The square root of variance + epsilon of its last residual vector x. */
  readonly sigma: number;
  /** x - mean x, [width]. */
  readonly centred: Float64Array;
  /** sigma e, [projection]. */
  readonly embedding: Float64Array;
}

export function readoutWeights(layers: number): readonly string[] {
  const outputs = Array.from({ length: layers }, (_, block) => `blocks.${block}.attn.W_O`);
  return [...outputs, "ln_final.w", "ln_final.b", "W_proj"];
}

/** Reads the weights after the last block; `epsilon` is that of config.json. */
export async function readEnd(text: TextTower, epsilon: number): Promise<EndWeights> {
  const read = reader(text);
  const scale = scoreScale(text.family);
  const projection = await read("W_proj");
  const constant = new Float64Array(text.tower.shape.projection);
  if (text.weights.names.includes("b_proj")) constant.set(await read("b_proj"));
  addProjected(constant, Float64Array.from(await read("ln_final.b")), projection);
  const gain = Float64Array.from(await read("ln_final.w"));
  return { scale, epsilon, gain, projection, constant };
}

export async function readReadout(text: TextTower, epsilon: number): Promise<ReadoutWeights> {
  const read = reader(text);
  const outputs: Float32Array[] = [];
  for (let block = 0; block < text.tower.shape.layers; block++) {
    outputs.push(await read(`blocks.${block}.attn.W_O`));
  }
  return { ...await readEnd(text, epsilon), outputs };
}

function reader({ weights }: TextTower): (name: string) => Promise<Float32Array> {
  return async (name) => (await weights.get(name)).toTensor().data;
}

/**
 * What the scores of some images read.
 *
 * @param images The images' embeddings, [projection], of any length but 0.
 * @returns One for each image, whichever others there are.
 */
export function readImages(
  weights: ReadoutWeights,
  images: readonly ArrayLike<number>[],
): ImageReadout[] {
  const embeddings = images.map(unit);
  return readParts(weights, throughProjection(weights, embeddings)).map((parts, i) => (
    { ...parts, constant: innerProduct(weights.constant, embeddings[i]!) }
  ));
}

/**
 * What directions of embeddings are at the end token: gain x (W^T y), less its mean.
 *
 * @param embeddings Directions of embeddings, [projection].
 * @returns A vector of [width] for each.
 */
export function throughProjection(
  { gain, projection }: EndWeights,
  embeddings: readonly Float64Array[],
): Float64Array[] {
  return timesEach(projection, embeddings).map((direction) => {
    for (let i = 0; i < direction.length; i++) direction[i]! *= gain[i]!;
    return centredOf(direction);
  });
}

/**
 * Directions at the end token with what they are before each W_O.
 *
 * @param directions Directions, [width].
 */
export function readParts(
  { outputs }: ReadoutWeights,
  directions: readonly Float64Array[],
): PartReadout[] {
  const heads = outputs.map((matrix) => timesEach(matrix, directions));
  return directions.map((direction, i) => ({ direction, heads: heads.map((own) => own[i]!) }));
}

/**
 * The end of a sentence's run.
 *
 * @param last The sentence's last residual vector at the position that becomes the embedding, [width].
 */
export function sentenceEnd(
  { scale, epsilon, gain, projection, constant }: EndWeights,
  last: Float32Array,
): SentenceEnd {
  const centred = centredOf(Float64Array.from(last));
  const sigma = Math.sqrt(innerProduct(centred, centred) / centred.length + epsilon);
  const embedding = constant.map((x) => x * sigma);
  addProjected(embedding, centred.map((x, i) => x * gain[i]!), projection);
  const perPart = scale / Math.sqrt(innerProduct(embedding, embedding));
  return { perPart, sigma, centred, embedding };
}

/** A sentence's score with an image before its scale: S / t. */
export function unscaledScore(
  { centred, sigma }: SentenceEnd,
  { direction, constant }: Pick<ImageReadout, "direction" | "constant">,
): number {
  return innerProduct(centred, direction) + sigma * constant;
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

function unit(vector: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(vector);
  const length = Math.sqrt(innerProduct(own, own));
  return own.map((x) => x / length);
}

function centredOf(vector: Float64Array): Float64Array {
  const mean = vector.reduce((sum, x) => sum + x, 0) / vector.length;
  return vector.map((x) => x - mean);
}
