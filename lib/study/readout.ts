/** What the score reads of the last residual vector at the end token (final layer norm, projection, cosine with an image). */

import { NegscopeError } from "../errors/errors.ts";
import type { ModelFamily } from "../model/families.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { innerProduct, norm, sumOf } from "../stats/columns.ts";
import type { ResidualStack } from "../engine/graph/residual_stack.ts";
import type { Tensor } from "../hooks/tensor.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { Table } from "../tables/table.ts";

/** The inner product of `count` stored numbers from index `from` with those of a vector from index `first`. */
export function dot(
  values: Float32Array,
  vector: Float64Array,
  { from = 0, first = 0, count = vector.length }: {
    readonly from?: number;
    readonly first?: number;
    readonly count?: number;
  } = {},
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[from + i]! * vector[first + i]!;
  return sum;
}

/** A matrix, [rows, columns], times vectors. Four of them go through it together, which takes a third of the time; none depends on the others. */
export function timesEach(
  matrix: Float32Array,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const results = vectors.map(({ length }) => new Float64Array(matrix.length / length));
  for (let first = 0; first < vectors.length; first += 4) {
    const [a, b = a, c = a, d = a] = vectors.slice(first, first + 4);
    const own = results.slice(first, first + 4);
    const [of_a, of_b = of_a, of_c = of_a, of_d = of_a] = own;
    timesFour(matrix, [a!, b!, c!, d!], [of_a!, of_b!, of_c!, of_d!]);
  }
  return results;
}

type Four = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** Two rows at a time: eight products of six numbers. A vector that is repeated, or a last row alone, is computed again. */
function timesFour(matrix: Float32Array, [a, b, c, d]: Four, [e, f, g, h]: Four): void {
  const columns = a.length;
  for (let row = 0; row < e.length; row += 2) {
    const next = Math.min(row + 1, e.length - 1);
    const [from, after] = [row * columns, next * columns];
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    let t = 0;
    let u = 0;
    let v = 0;
    let w = 0;
    for (let i = 0; i < columns; i++) {
      const x = matrix[from + i]!;
      const y = matrix[after + i]!;
      p += x * a[i]!;
      q += x * b[i]!;
      r += x * c[i]!;
      s += x * d[i]!;
      t += y * a[i]!;
      u += y * b[i]!;
      v += y * c[i]!;
      w += y * d[i]!;
    }
    [e[row], f[row], g[row], h[row]] = [p, q, r, s];
    [e[next], f[next], g[next], h[next]] = [t, u, v, w];
  }
}

const COSINES = [-1, -0.8, -0.6, 0, 0.6, 0.8, 1];

/** The error of a score in single precision, as a share of its scale. */
const TOLERANCE = 1e-5;

/** The factor s of a family's score S = s x cosine + constant, 100 in CLIP: read from the score itself, so that a family states it in one place. */
export function scoreScale({ name, similarity }: Pick<ModelFamily, "name" | "similarity">): number {
  const scores = COSINES.map((cosine) =>
    similarity.score([cosine, Math.sqrt(1 - cosine ** 2)], [1, 0])
  );
  const [least, most] = [scores.at(0)!, scores.at(-1)!];
  const scale = (most - least) / 2;
  const isLinear = COSINES.every((cosine, i) =>
    Math.abs(scores[i]! - (most + least) / 2 - scale * cosine) <= TOLERANCE * Math.abs(scale)
  );
  if (isLinear && scale !== 0) return scale;
  throw new NegscopeError("model-unfit", {
    problem: `Cannot take a scale from the scores of ${name}`,
    subject: name,
    reason: `the score "${similarity.formula}" is not a multiple of the cosine plus a constant`,
    fix: "use a family whose score is, such as CLIP",
  });
}

interface EndWeights {
  readonly scale: number;
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
  return [...outputNames(layers), "ln_final.w", "ln_final.b", "W_proj"];
}

function outputNames(layers: number): string[] {
  return Array.from({ length: layers }, (_, block) => `blocks.${block}.attn.W_O`);
}

/** Reads the weights after the last block; `epsilon` is that of config.json. */
async function readEnd(text: TextTower, epsilon: number): Promise<EndWeights> {
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
  for (const name of outputNames(text.tower.shape.layers)) outputs.push(await read(name));
  return { ...await readEnd(text, epsilon), outputs };
}

function reader({ weights }: TextTower): (name: string) => Promise<Float32Array> {
  return async (name) => (await weights.get(name)).data;
}

/** What the scores of images read, each whichever others there are, by their embeddings, [projection], of any length but 0. */
export function readImages(
  weights: ReadoutWeights,
  images: readonly ArrayLike<number>[],
): ImageReadout[] {
  const embeddings = images.map((image) => {
    const vector = Float64Array.from(image);
    const length = norm(vector);
    return vector.map((x) => x / length);
  });
  return readParts(weights, throughProjection(weights, embeddings)).map((parts, i) => (
    { ...parts, constant: innerProduct(weights.constant, embeddings[i]!) }
  ));
}

/** What directions of embeddings y, [projection], are at the end token: gain x (W^T y), less its mean, [width]. */
export function throughProjection(
  { gain, projection }: EndWeights,
  embeddings: readonly Float64Array[],
): Float64Array[] {
  return timesEach(projection, embeddings).map((direction) =>
    centredOf(direction.map((x, i) => x * gain[i]!))
  );
}

/** Directions at the end token, [width], with what they are before each W_O. */
export function readParts(
  { outputs }: ReadoutWeights,
  directions: readonly Float64Array[],
): PartReadout[] {
  const heads = outputs.map((matrix) => timesEach(matrix, directions));
  return directions.map((direction, i) => ({ direction, heads: heads.map((own) => own[i]!) }));
}

/** The end of a sentence's run, by its last residual vector at the position that becomes the embedding, [width]. */
export function sentenceEnd(
  { scale, epsilon, gain, projection, constant }: EndWeights,
  last: Float32Array,
): SentenceEnd {
  const centred = centredOf(Float64Array.from(last));
  const sigma = Math.sqrt(innerProduct(centred, centred) / centred.length + epsilon);
  const embedding = constant.map((x) => x * sigma);
  addProjected(embedding, centred.map((x, i) => x * gain[i]!), projection);
  const perPart = scale / norm(embedding);
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

function centredOf(vector: Float64Array): Float64Array {
  const mean = sumOf(vector) / vector.length;
  return vector.map((x) => x - mean);
}

/** What is read, and where. */
export interface LensOptions {
  /** A direction of embeddings, [projection], taken as it is: an image's embedding for S, or the difference of two. */
  readonly direction: ArrayLike<number>;
  /** The position that becomes the embedding. */
  readonly position: number;
}

/** A component of the residual stream with its logits. */
export interface ComponentLogit {
  /** The component's label; `bias` is what the final norm and the projection add whatever the sentence. */
  readonly component: string;
  /** In logits, as S. */
  readonly logit: number;
}

/** A model's final layer norm, projection and logit scale, as a lens on the residual stream. */
export class ResidualLens {
  readonly #weights: EndWeights;

  private constructor(weights: EndWeights) {
    this.#weights = weights;
  }

  /**
   * Reads the weights after the last block.
   *
   * @throws {NegscopeError} If the graph does not store one of the weights separately, or the family's score is no multiple of the cosine.
   */
  static async open({ text, config }: Pick<ClipModel, "text" | "config">): Promise<ResidualLens> {
    return new ResidualLens(await readEnd(text, config.text.layerNormEps));
  }

  /**
   * The score of each vector as if the tower ended there: each passes the final norm by its own scale, and its embedding has length 1.
   * The logit lens.
   *
   * @param stack Such as `accumulatedResidual()` gives; its last entry after the last block has the model's own score.
   * @throws {NegscopeError} If there is no such position.
   */
  logitLens(stack: ResidualStack, { direction, position }: LensOptions): Table<ComponentLogit> {
    const read = this.#reads(direction);
    const rows = stack.labels.map((component, i) => {
      const end = sentenceEnd(this.#weights, stack.values.row(i).row(position).data);
      return { component, logit: end.perPart * unscaledScore(end, read) };
    });
    return { name: "logit_lens", columns: ["component", "logit"], rows };
  }

  /**
   * What each component adds directly to the score, with the final norm's scale and the embedding's length frozen at those of the run:
   * `logit_attrs` of TransformerLens. With the components of the whole stream and `bias` the logits add up to the score; those of the
   * caption less those of the foil, to d.
   *
   * @param stack Such as `decomposeResidual()` or `stackHeadResults()` gives for the stream after the last block.
   * @param options The direction, the position, and `end`, the residual stream after the last block, [position, width].
   * @throws {NegscopeError} If there is no such position.
   */
  directLogitAttribution(
    stack: ResidualStack,
    { direction, position, end }: LensOptions & { readonly end: Tensor },
  ): Table<ComponentLogit> {
    const read = this.#reads(direction);
    const { perPart, sigma } = sentenceEnd(this.#weights, end.row(position).data);
    const rows = stack.labels.map((component, i) => {
      const vector = stack.values.row(i).row(position).data;
      return { component, logit: perPart * innerProduct(vector, read.direction) };
    });
    const bias = { component: "bias", logit: perPart * sigma * read.constant };
    return {
      name: "direct_logit_attribution",
      columns: ["component", "logit"],
      rows: [...rows, bias],
    };
  }

  /** What a direction of embeddings reads of the stream at the end token: a direction with mean 0, so that the norm need not centre vectors. */
  #reads(direction: ArrayLike<number>) {
    const embedding = Float64Array.from(direction);
    const [atEnd] = throughProjection(this.#weights, [embedding]);
    return { direction: atEnd!, constant: innerProduct(this.#weights.constant, embedding) };
  }
}
