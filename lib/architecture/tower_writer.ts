/** Writes the parts that all towers are made of: layer norms, linear layers, attention and MLPs. */

import { isPacked, type StoredArray, transposed } from "../checkpoint/stored_array.ts";
import type { AttributeValue, GraphWriter } from "../onnx/build/graph_writer.ts";
import { activationOf } from "./activations.ts";
import type { PlacedWeights } from "./placed_weights.ts";

/** The sizes of a tower's blocks. */
export interface BlockSizes {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of the MLP's hidden layer. */
  readonly mlpWidth: number;
  /** The MLP's activation, as config.json names it. */
  readonly hiddenAct: string;
  /** Added to the variance in every layer norm. */
  readonly layerNormEps: number;
}

/**
 * Finds an array by its canonical name.
 *
 * @throws {NegscopeError} If there is none, or its shape is another.
 */
export type ArrayOf = (name: string, shape: readonly number[]) => StoredArray;

/** What a tower is written with. */
export interface TowerParts {
  /** The graph. */
  readonly graph: GraphWriter;
  /** Takes the arrays that the graph reads. */
  readonly weights: PlacedWeights;
  /** Finds them. */
  readonly arrayOf: ArrayOf;
  /** The prefix of the hook points' names: `""` or `"vision."`. */
  readonly prefix: string;
  /** The canonical name of the tower: `"text_model"` or `"vision_model"`. */
  readonly module: "text_model" | "vision_model";
  /** The sizes of its blocks. */
  readonly sizes: BlockSizes;
}

/** How the positions of a block's attention are laid out. */
export interface AttentionForm {
  /** The name of the whole numbers [rows, positions, heads, head width]. */
  readonly byHead: string;
  /** The same for the queries. @default {as those of keys and values} */
  readonly queriesByHead?: string;
  /** The name of a mask that is added to the scores. */
  readonly mask?: string;
}

/**
 * Writes parts of a tower.
 *
 * Values are named after the hook points at which they stand. Linear layers are Gemm nodes, which read a weight as it is stored,
 * [outputs, inputs] or [inputs, outputs]; so they multiply [rows x positions, width], and what follows restores the shape.
 */
export class TowerWriter {
  readonly #parts: TowerParts;

  constructor(parts: TowerParts) {
    this.#parts = parts;
  }

  /**
   * Adds a node with one output.
   *
   * @param opType The operator.
   * @param input The names of its inputs.
   * @param output The name of its output.
   * @param attributes Its attributes.
   */
  node(
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.#parts.graph.node(opType, input, output, attributes);
  }

  /** Adds whole numbers: one without axes, or a list. */
  whole(value: number | readonly number[]): string {
    return this.#parts.graph.whole(value);
  }

  /**
   * Adds a weight.
   *
   * @param name Its canonical name without the tower's.
   * @param shape The size of each axis.
   */
  weight(name: string, shape: readonly number[]): string {
    const { module, arrayOf } = this.#parts;
    const full = name.includes("projection.") ? name : `${module}.${name}`;
    return this.#add(full, arrayOf(full, shape));
  }

  /**
   * A layer norm over the last axis.
   *
   * @param x The value.
   * @param name The norm's canonical name without the tower's.
   * @param output The name of the result.
   */
  norm(x: string, name: string, output: string): string {
    const { width, layerNormEps } = this.#parts.sizes;
    const [gain, bias] = [`${name}.weight`, `${name}.bias`].map((each) =>
      this.weight(each, [width])
    );
    return this.node("LayerNormalization", [x, gain!, bias!], output, {
      axis: -1n,
      epsilon: layerNormEps,
    });
  }

  /**
   * A linear layer.
   *
   * @param x [rows, inputs]
   * @param name Its canonical name: with that of the tower if it belongs to one.
   * @param options Its sizes, whether it has a bias, and the name of the result.
   * @returns [rows, outputs]
   */
  linear(
    x: string,
    name: string,
    { inputs, outputs, bias = true, output }: {
      readonly inputs: number;
      readonly outputs: number;
      readonly bias?: boolean;
      readonly output: string;
    },
  ): string {
    const { arrayOf } = this.#parts;
    const full = `${name}.weight`;
    const matrix = arrayOf(full, [outputs, inputs]);
    const isTurned = !isPacked(matrix) && isPacked(transposed(matrix));
    const weight = this.#add(full, isTurned ? transposed(matrix) : matrix);
    const terms = bias ? [this.#add(`${name}.bias`, arrayOf(`${name}.bias`, [outputs]))] : [];
    const attributes: Record<string, AttributeValue> = isTurned ? {} : { transB: 1n };
    return this.node("Gemm", [x, weight, ...terms], output, attributes);
  }

  /** The residual stream's rows as a matrix: [rows x positions, width]. */
  flat(x: string, output: string): string {
    return this.node("Reshape", [x, this.whole([-1, this.#parts.sizes.width])], output);
  }

  /**
   * The patches of images, as a convolution whose kernels do not overlap.
   *
   * @param pixels [rows, channels, height, width]
   * @param options The sizes, and whether the convolution has a bias.
   * @returns [rows, patches, width]
   */
  patches(
    pixels: string,
    { channels, patchSize, bias = false }: {
      readonly channels: number;
      readonly patchSize: number;
      readonly bias?: boolean;
    },
  ): string {
    const { width } = this.#parts.sizes;
    const name = "embeddings.patch_embedding";
    const kernel = [patchSize, patchSize];
    const filters = this.weight(`${name}.weight`, [width, channels, ...kernel]);
    const terms = bias ? [this.weight(`${name}.bias`, [width])] : [];
    const sizes = kernel.map(BigInt);
    const image = this.node("Conv", [pixels, filters, ...terms], "convolved", {
      kernel_shape: sizes,
      strides: sizes,
    });
    const flat = this.node("Reshape", [image, this.whole([0, width, -1])], "patches last");
    return this.node("Transpose", [flat], "patches", { perm: [0n, 2n, 1n] });
  }

  /**
   * The blocks, one after another.
   *
   * @param x The residual stream before the first, [rows, positions, width].
   * @param form How attention is laid out.
   * @returns The residual stream after the last.
   */
  blocks(x: string, form: AttentionForm): string {
    let stream = x;
    for (let layer = 0; layer < this.#parts.sizes.layers; layer++) {
      stream = this.#block(stream, layer, form);
    }
    return stream;
  }

  #block(before: string, layer: number, form: AttentionForm): string {
    const { prefix, module, sizes: { width, mlpWidth } } = this.#parts;
    const at = (name: string) => `${prefix}blocks.${layer}.${name}`;
    const stored = `encoder.layers.${layer}`;
    const sizes = this.node("Shape", [before], at("sizes")); // restores the form after a matrix
    const attended = this.#attention(
      this.norm(before, `${stored}.layer_norm1`, at("ln1")),
      form,
      { name: `${module}.${stored}.self_attn`, at: (name) => at(`attn.${name}`) },
    );
    const attentionOut = this.node("Reshape", [attended, sizes], at("hook_attn_out"));
    const middle = this.node("Add", [before, attentionOut], at("hook_resid_mid"));
    const normed = this.norm(middle, `${stored}.layer_norm2`, at("ln2"));
    const hidden = this.linear(
      this.flat(normed, at("ln2.rows")),
      `${module}.${stored}.mlp.fc1`,
      { inputs: width, outputs: mlpWidth, output: at("mlp.hook_pre") },
    );
    const mlp = this.linear(
      this.activation(hidden, at("mlp.hook_post")),
      `${module}.${stored}.mlp.fc2`,
      { inputs: mlpWidth, outputs: width, output: at("mlp.rows") },
    );
    const mlpOut = this.node("Reshape", [mlp, sizes], at("hook_mlp_out"));
    return this.node("Add", [middle, mlpOut], at("hook_resid_post"));
  }

  /** @returns [rows x positions, width] */
  #attention(x: string, form: AttentionForm, { name, at }: {
    readonly name: string;
    readonly at: (name: string) => string;
  }): string {
    const { width } = this.#parts.sizes;
    const square = { inputs: width, outputs: width };
    const rows = this.flat(x, at("rows"));
    const [q, k, v] = ["q", "k", "v"].map((each) =>
      this.linear(rows, `${name}.${each}_proj`, { ...square, output: at(`hook_${each}`) })
    );
    const z = this.attend({ q: q!, k: k!, v: v! }, form, at);
    return this.linear(z, `${name}.out_proj`, { ...square, output: at("out") });
  }

  /**
   * Attention between positions.
   *
   * @param inputs Queries, keys and values, [rows x positions, width]; queries of one row serve all rows.
   * @param form How they are laid out.
   * @param at The full name of a value of this attention.
   * @returns The heads' outputs side by side, [rows x positions, width].
   */
  attend(
    { q, k, v }: { readonly q: string; readonly k: string; readonly v: string },
    { byHead, queriesByHead = byHead, mask }: AttentionForm,
    at: (name: string) => string,
  ): string {
    const { graph, sizes: { width, heads } } = this.#parts;
    const scale = graph.real(at("scale"), [], Float32Array.of((width / heads) ** -0.5));
    const split = (value: string, name: string, perm: readonly bigint[], sizes = byHead) =>
      this.node(
        "Transpose",
        [this.node("Reshape", [value, sizes], at(`${name} by head`))],
        at(name),
        { perm },
      );
    const scaled = this.node("Mul", [q, scale], at("q scaled"));
    const queries = split(scaled, "queries", [0n, 2n, 1n, 3n], queriesByHead);
    const keys = split(k, "keys", [0n, 2n, 3n, 1n]);
    const values = split(v, "values", [0n, 2n, 1n, 3n]);
    const products = this.node(
      "MatMul",
      [queries, keys],
      mask ? at("products") : at("hook_attn_scores"),
    );
    const scores = mask ? this.node("Add", [products, mask], at("hook_attn_scores")) : products;
    const pattern = this.node("Softmax", [scores], at("hook_pattern"), { axis: -1n });
    const mixed = this.node("MatMul", [pattern, values], at("mixed"));
    const byPosition = this.node("Transpose", [mixed], at("z by head"), { perm: [0n, 2n, 1n, 3n] });
    return this.flat(byPosition, at("hook_z"));
  }

  /**
   * The activation of an MLP.
   *
   * @param x The value.
   * @param output The name of the result.
   */
  activation(x: string, output: string): string {
    const { graph, sizes: { hiddenAct } } = this.#parts;
    switch (activationOf(hiddenAct)) {
      case "quick": {
        const slope = graph.real(`${output} slope`, [], Float32Array.of(1.702));
        const steeper = this.node("Mul", [x, slope], `${output} steeper`);
        return this.node("Mul", [x, this.node("Sigmoid", [steeper], `${output} gate`)], output);
      }
      case "tanh":
        return this.node("Gelu", [x], output, { approximate: "tanh" });
      case "exact":
        return this.node("Gelu", [x], output);
    }
  }

  #add(name: string, array: StoredArray): string {
    const { graph, weights } = this.#parts;
    weights.add(name, array);
    return graph.weight(name, array.shape);
  }
}
