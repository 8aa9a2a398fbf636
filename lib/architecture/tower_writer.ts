/** Writes the parts that all towers are made of: embeddings, layer norms, linear layers, attention and MLP, in the sizes of the model. */

import type { TensorProto } from "onnx-buf";
import { NegscopeError } from "../errors/errors.ts";
import { nearestText } from "../errors/kinds.ts";
import {
  bytesOf,
  entriesOf,
  isPacked,
  numbersIn,
  sizeOf,
  type StoredArray,
  transposed,
  WeightFile,
} from "../checkpoint/stored_array.ts";
import { GraphWriter, joined } from "../onnx/build.ts";
import { fileChanged, type WeightPlace, type WeightStore } from "../onnx/weight_files.ts";

/** The settings that both towers have. */
export interface TowerConfig {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of one head's query, key or value: width / heads. */
  readonly headWidth: number;
  /** Size of the MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of an embedding, the same for both towers. */
  readonly projection: number;
  /** The MLP's activation: `quick_gelu` for OpenAI's weights, `gelu` for some others, `gelu_pytorch_tanh` for SigLIP. */
  readonly hiddenAct: string;
  /** Added to the variance in every layer norm. */
  readonly layerNormEps: number;
}

/** The text tower. */
export interface TextConfig extends TowerConfig {
  /** Number of token embeddings. */
  readonly vocabSize: number;
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  /**
   * The token at whose first position the embedding is read; 2, in older files, stands for the largest id. Absent in families that read
   * it elsewhere.
   */
  readonly eosTokenId?: number;
}

/** The image tower. */
export interface VisionConfig extends TowerConfig {
  /** Height and width of its input, pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, pixels. */
  readonly patchSize: number;
  /** Colour channels of its input; always 3. */
  readonly channels: number;
}

/** The sizes of a model with two towers. */
export interface ClipConfig {
  /** Size of an embedding. */
  readonly projection: number;
  /** The text tower. */
  readonly text: TextConfig;
  /** The image tower; absent if the kit cannot build it. */
  readonly vision?: VisionConfig;
}

/** Writes the blocks, one after another. `x` is the residual stream before the first, [rows, positions, width]. */
export function writeBlocks(tower: TowerWriter, x: string, form: AttentionForm): string {
  let stream = x;
  for (let layer = 0; layer < tower.sizes.layers; layer++) {
    const at = (name: string) => `${tower.prefix}blocks.${layer}.${name}`;
    stream = writeBlock(tower, stream, { form, name: `encoder.layers.${layer}`, at });
  }
  return stream;
}

function writeBlock(
  tower: TowerWriter,
  before: string,
  { form, name, at }: { readonly form: AttentionForm; readonly name: string; readonly at: At },
): string {
  const sizes = tower.node("Shape", [before], at("sizes")); // restores the form after a matrix
  const attended = writeSelfAttention(tower, tower.norm(before, `${name}.layer_norm1`, at("ln1")), {
    form,
    name: `${name}.self_attn`,
    at: (value) => at(`attn.${value}`),
  });
  const attentionOut = tower.node("Reshape", [attended, sizes], at("hook_attn_out"));
  const middle = tower.node("Add", [before, attentionOut], at("hook_resid_mid"));
  const normed = tower.norm(middle, `${name}.layer_norm2`, at("ln2"));
  const mlp = writeMlp(tower, tower.flat(normed, at("ln2.rows")), {
    name: `${name}.mlp`,
    at: (value) => at(`mlp.${value}`),
  });
  const mlpSizes = tower.node("Shape", [middle], at("mlp.sizes")); // so that the MLP reads nothing but this value
  const mlpOut = tower.node("Reshape", [mlp, mlpSizes], at("hook_mlp_out"));
  return tower.node("Add", [middle, mlpOut], at("hook_resid_post"));
}

/** How the positions of a block's attention are laid out. */
interface AttentionForm {
  readonly byHead: string; // name of the whole numbers [rows, positions, heads, head width]
  readonly queriesByHead?: string; // same for the queries; default: as those of keys and values
  readonly mask?: string; // name of a mask that is added to the scores
}

type At = (name: string) => string; // name of a value within a part: the part's own name before it

/** Writes the attention of positions to each other, from the normalised stream [rows, positions, width] to [rows x positions, width]. */
function writeSelfAttention(
  tower: TowerWriter,
  x: string,
  { form, name, at }: { readonly form: AttentionForm; readonly name: string; readonly at: At },
): string {
  const { width } = tower.sizes;
  const rows = tower.flat(x, at("rows"));
  const project = (from: string, part: string, output: string) =>
    tower.linear(from, `${name}.${part}_proj`, [width, width], at(output));
  const [q, k, v] = ["q", "k", "v"].map((part) => project(rows, part, `hook_${part}`));
  const z = attend(tower, { q: q!, k: k!, v: v! }, { form, at });
  return project(z, "out", "out");
}

/** Writes softmax(q k / sqrt(head width)) v for each head, [rows x positions, width]; queries of one row serve all rows. */
export function attend(
  tower: TowerWriter,
  { q, k, v }: { readonly q: string; readonly k: string; readonly v: string },
  { form: { byHead, queriesByHead = byHead, mask }, at }: Readonly<{ form: AttentionForm; at: At }>,
): string {
  const { width, heads } = tower.sizes;
  const split = (value: string, name: string, perm: readonly bigint[], sizes = byHead) => {
    const byHead = tower.node("Reshape", [value, sizes], at(`${name} by head`));
    return tower.node("Transpose", [byHead], at(name), { perm });
  };
  const scale = tower.real(at("scale"), [], Float32Array.of((width / heads) ** -0.5));
  const scaled = tower.node("Mul", [q, scale], at("q scaled"));
  const queries = split(scaled, "queries", [0n, 2n, 1n, 3n], queriesByHead);
  const keys = split(k, "keys", [0n, 2n, 3n, 1n]);
  const values = split(v, "values", [0n, 2n, 1n, 3n]);
  const scores = at("hook_attn_scores");
  const products = tower.node("MatMul", [queries, keys], mask ? at("products") : scores);
  if (mask !== undefined) tower.node("Add", [products, mask], scores);
  const pattern = tower.node("Softmax", [scores], at("hook_pattern"), { axis: -1n });
  const mixed = tower.node("MatMul", [pattern, values], at("mixed"));
  const byPosition = tower.node("Transpose", [mixed], at("z by head"), { perm: [0n, 2n, 1n, 3n] });
  return tower.flat(byPosition, at("hook_z"));
}

/** Writes two linear layers with an activation between them, from [rows, width] to the same. */
export function writeMlp(
  tower: TowerWriter,
  x: string,
  { name, at }: { readonly name: string; readonly at: At },
): string {
  const { width, mlpWidth } = tower.sizes;
  const hidden = tower.linear(x, `${name}.fc1`, [width, mlpWidth], at("hook_pre"));
  const active = writeActivation(tower, hidden, at("hook_post"));
  return tower.linear(active, `${name}.fc2`, [mlpWidth, width], at("rows"));
}

function writeActivation(tower: TowerWriter, x: string, output: string): string {
  switch (activationOf(tower.sizes.hiddenAct)) {
    case "quick": {
      const slope = tower.real(`${output} slope`, [], Float32Array.of(1.702));
      const steeper = tower.node("Mul", [x, slope], `${output} steeper`);
      return tower.node("Mul", [x, tower.node("Sigmoid", [steeper], `${output} gate`)], output);
    }
    case "tanh":
      return tower.node("Gelu", [x], output, { approximate: "tanh" });
    case "exact":
      return tower.node("Gelu", [x], output);
    case "relu":
      return tower.node("Relu", [x], output);
    case "silu":
      return tower.node("Mul", [x, tower.node("Sigmoid", [x], `${output} gate`)], output);
  }
}

/** x times the logistic function of 1.702 x; GELU, with the error function or tanh; the larger of x and 0; x times the logistic function of x. */
type Activation = "quick" | "exact" | "tanh" | "relu" | "silu";

const BY_NAME: Readonly<Record<string, Activation>> = {
  quick_gelu: "quick",
  gelu: "exact",
  gelu_new: "tanh",
  gelu_pytorch_tanh: "tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};

export function activationOf(name: string): Activation {
  const activation = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (activation !== undefined) return activation;
  const names = Object.keys(BY_NAME);
  throw new NegscopeError("model-unsupported", {
    problem: `Cannot build a tower with the activation "${name}"`,
    reason: `the nearest is ${nearestText(name, names)}`,
    expected: names.join(", "),
    fix: `check "hidden_act" in the model's settings`,
  });
}

export interface TowerArrays {
  /** The files that decide their numbers, by path: what each was when it was read, see `Files.stampOf`. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly has: (name: string) => boolean;
  readonly arrayOf: (name: string, shape: readonly number[]) => StoredArray;
}

/**
 * Writes parts of a tower.
 *
 * Values are named after the hook points at which they stand. Linear layers are Gemm nodes, which read a weight as it is stored,
 * [outputs, inputs] or [inputs, outputs]; so they multiply [rows x positions, width], and what follows restores the shape. Names of arrays
 * are canonical, without the tower's before them.
 */
export class TowerWriter extends GraphWriter {
  readonly weights: PlacedWeights;
  readonly prefix: "" | "vision.";
  readonly #module: "text_model" | "vision_model";

  constructor(
    kind: "text" | "image",
    readonly sizes: TowerConfig,
    private readonly arrays: TowerArrays,
  ) {
    super();
    this.weights = new PlacedWeights(arrays.stamps);
    this.prefix = kind === "text" ? "" : "vision.";
    this.#module = kind === "text" ? "text_model" : "vision_model";
  }

  array(name: string, shape: readonly number[]): string {
    const full = this.#inFull(name);
    return this.#add(full, this.arrays.arrayOf(full, shape));
  }

  has(name: string): boolean {
    return this.arrays.has(this.#inFull(name));
  }

  /** Adds a table whose first rows are those of one array, and the rest those of another of the same shape. */
  joinedTable(
    name: string,
    { other, shape, rows }: {
      readonly other: string;
      readonly shape: readonly [number, number];
      readonly rows: number;
    },
  ): string {
    const [first, second] = [name, other].map((each) =>
      this.arrays.arrayOf(this.#inFull(each), shape)
    ) as [StoredArray, StoredArray];
    const kept = Math.min(rows, shape[0]);
    const full = this.#inFull(name);
    this.weights.add(full, entriesOf(first, 0, kept), entriesOf(second, kept, shape[0] - kept));
    return this.weight(full, shape);
  }

  norm(x: string, name: string, output: string): string {
    const { width, layerNormEps } = this.sizes;
    const gain = this.array(`${name}.weight`, [width]);
    const bias = this.array(`${name}.bias`, [width]);
    const attributes = { axis: -1n, epsilon: layerNormEps };
    return this.node("LayerNormalization", [x, gain, bias], output, attributes);
  }

  /** A linear layer, from [rows, inputs] to [rows, outputs]. */
  linear(
    x: string,
    name: string,
    [inputs, outputs]: readonly [number, number],
    output: string,
    { bias = true } = {},
  ): string {
    const full = this.#inFull(`${name}.weight`);
    const matrix = this.arrays.arrayOf(full, [outputs, inputs]);
    const isTurned = !isPacked(matrix) && isPacked(transposed(matrix));
    const weight = this.#add(full, isTurned ? transposed(matrix) : matrix);
    const terms = bias ? [this.array(`${name}.bias`, [outputs])] : [];
    return this.node("Gemm", [x, weight, ...terms], output, isTurned ? {} : { transB: 1n });
  }

  /** The residual stream's rows as a matrix: [rows x positions, width]. */
  flat(x: string, output: string): string {
    return this.node("Reshape", [x, this.whole([-1, this.sizes.width])], output);
  }

  /** The canonical name of a part: the projections of CLIP stand outside the towers. */
  #inFull(name: string): string {
    return /^(text|visual)_projection\./.test(name) ? name : `${this.#module}.${name}`;
  }

  #add(name: string, array: StoredArray): string {
    this.weights.add(name, array);
    return this.weight(name, array.shape);
  }
}

/** Arrays of weight files by the names of a graph's weights. All are of single precision when they are read. */
export class PlacedWeights implements WeightStore {
  readonly #arrays = new Map<string, readonly StoredArray[]>();

  constructor(readonly stamps: ReadonlyMap<string, string>) {}

  /** Adds an array under the name of a weight, or several that make it up, one after another along the first axis. */
  add(name: string, ...arrays: readonly StoredArray[]): void {
    this.#arrays.set(name, arrays);
  }

  placeOf({ name }: TensorProto): WeightPlace | undefined {
    const [array, ...others] = this.#arrays.get(name)! as [StoredArray, ...StoredArray[]];
    const isAsNeeded = others.length === 0 && array.type === "F32" && isPacked(array);
    if (!isAsNeeded) return undefined; // it must be joined, converted or brought into order
    const { path, offset, type } = array;
    return { path, offset, length: sizeOf(array) * bytesOf(type) };
  }

  read({ name }: TensorProto): Uint8Array<ArrayBuffer> {
    const pieces = this.#arrays.get(name)!.map((array) => this.#bytesOf(array));
    return pieces.length === 1 ? pieces[0]! : joined(pieces);
  }

  #bytesOf(array: StoredArray): Uint8Array<ArrayBuffer> {
    using file = new WeightFile(array);
    if (file.stamp !== this.stamps.get(array.path)) throw fileChanged(array.path);
    const { buffer, byteOffset, byteLength } = numbersIn(file, array);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
}
