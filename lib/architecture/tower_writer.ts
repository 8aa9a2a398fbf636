/** Writes the parts that all towers are made of: layer norms, linear layers, attention and MLPs. */

import { entriesOf, isPacked, type StoredArray, transposed } from "../checkpoint/stored_array.ts";
import type { AttributeValue, GraphWriter } from "../onnx/build/graph_writer.ts";
import type { PlacedWeights } from "./placed_weights.ts";

/** The sizes of a tower's blocks. */
export interface BlockSizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly mlpWidth: number;
  /** The MLP's activation, as config.json names it. */
  readonly hiddenAct: string;
  /** Added to the variance in every layer norm. */
  readonly layerNormEps: number;
}

/** Finds an array by its canonical name. */
export type ArrayOf = (name: string, shape: readonly number[]) => StoredArray;

/** What a tower is written with. */
export interface TowerParts {
  readonly graph: GraphWriter;
  /** Takes the arrays that the graph reads. */
  readonly weights: PlacedWeights;
  readonly arrayOf: ArrayOf;
  /** Whether there is an array of a canonical name. */
  readonly has: (name: string) => boolean;
  /** The prefix of the hook points' names: `""` or `"vision."`. */
  readonly prefix: string;
  /** The canonical name of the tower: `"text_model"` or `"vision_model"`. */
  readonly module: "text_model" | "vision_model";
  readonly sizes: BlockSizes;
}

/**
 * Writes parts of a tower.
 *
 * Values are named after the hook points at which they stand. Linear layers are Gemm nodes, which read a weight as it is stored,
 * [outputs, inputs] or [inputs, outputs]; so they multiply [rows x positions, width], and what follows restores the shape.
 */
export class TowerWriter {
  readonly sizes: BlockSizes;
  /** The prefix of the hook points' names. */
  readonly prefix: string;
  readonly #parts: TowerParts;

  constructor(parts: TowerParts) {
    this.sizes = parts.sizes;
    this.prefix = parts.prefix;
    this.#parts = parts;
  }

  /** Adds a node with one output. */
  node(
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.#parts.graph.node(opType, input, output, attributes);
  }

  /** Adds one number of single precision. */
  real(name: string, value: number, shape: readonly 1[] = []): string {
    return this.#parts.graph.real(name, shape, Float32Array.of(value));
  }

  /** Adds whole numbers: one without axes, or a list. */
  whole(value: number | readonly number[]): string {
    return this.#parts.graph.whole(value);
  }

  /** Adds a weight. */
  weight(name: string, shape: readonly number[]): string {
    const full = this.#inFull(name);
    return this.#add(full, this.#parts.arrayOf(full, shape));
  }

  /** Whether there is a weight of a canonical name without the tower's. */
  has(name: string): boolean {
    return this.#parts.has(this.#inFull(name));
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
      this.#parts.arrayOf(this.#inFull(each), shape)
    ) as [StoredArray, StoredArray];
    const kept = Math.min(rows, shape[0]);
    const { graph, weights } = this.#parts;
    const full = this.#inFull(name);
    weights.add(full, entriesOf(first, 0, kept), entriesOf(second, kept, shape[0] - kept));
    return graph.weight(full, shape);
  }

  /** A layer norm over the last axis. */
  norm(x: string, name: string, output: string): string {
    const { width, layerNormEps } = this.sizes;
    const [gain, bias] = [`${name}.weight`, `${name}.bias`].map((each) =>
      this.weight(each, [width])
    );
    return this.node("LayerNormalization", [x, gain!, bias!], output, {
      axis: -1n,
      epsilon: layerNormEps,
    });
  }

  /**
   * A linear layer. Returns [rows, outputs].
   *
   * @param x [rows, inputs]
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
    const full = this.#inFull(`${name}.weight`);
    const matrix = this.#parts.arrayOf(full, [outputs, inputs]);
    const isTurned = !isPacked(matrix) && isPacked(transposed(matrix));
    const weight = this.#add(full, isTurned ? transposed(matrix) : matrix);
    const terms = bias ? [this.weight(`${name}.bias`, [outputs])] : [];
    const attributes: Record<string, AttributeValue> = isTurned ? {} : { transB: 1n };
    return this.node("Gemm", [x, weight, ...terms], output, attributes);
  }

  /** The residual stream's rows as a matrix: [rows x positions, width]. */
  flat(x: string, output: string): string {
    return this.node("Reshape", [x, this.whole([-1, this.sizes.width])], output);
  }

  /** The canonical name of a part: the projections of CLIP stand outside the towers. */
  #inFull(name: string): string {
    return /^(text|visual)_projection\./.test(name) ? name : `${this.#parts.module}.${name}`;
  }

  #add(name: string, array: StoredArray): string {
    const { graph, weights } = this.#parts;
    weights.add(name, array);
    return graph.weight(name, array.shape);
  }
}
