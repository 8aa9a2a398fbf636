/** What a head does to single vectors, as matrices of the residual stream: what it copies, and where it looks. */

import { Tensor } from "../../hooks/tensor.ts";
import type { Weights } from "./weights.ts";

/** The two circuits of a head (Elhage et al. 2021), for vectors after the block's first layer norm. */
export interface HeadCircuits {
  /** W_V W_O, [width, width]: at a key with vector y the head reads y `ov` + `ovBias`, weighted by its attention. */
  readonly ov: Tensor;
  /** b_V W_O, [width]; the bias b_O belongs to no head. */
  readonly ovBias: Tensor;
  /** W_Q W_K^T / sqrt(head width), [width, width]: the score of query x and key y is x `qk` y + x `qkQuery` + y `qkKey` + `qkBias`. */
  readonly qk: Tensor;
  /** W_Q b_K / sqrt(head width), [width]; it moves all scores of a query alike, so that the attention does not depend on it. */
  readonly qkQuery: Tensor;
  /** W_K b_Q / sqrt(head width), [width]. */
  readonly qkKey: Tensor;
  /** b_Q b_K / sqrt(head width). */
  readonly qkBias: number;
}

/**
 * The OV and QK circuits of a head, from the weights as the file stores them: `model.OV` and `model.QK` of TransformerLens, multiplied out,
 * with what the biases add.
 *
 * @param weights The weights of a tower.
 * @param layer The block, from 0.
 * @param head The head, from 0.
 * @returns Matrices with a row for each component of what comes in and a column for each of what goes out; in `qk`, queries by keys.
 * @throws {NegscopeError} If there is no such block or head, or the graph does not store a weight separately.
 */
export async function headCircuits(
  weights: Weights,
  layer: number,
  head: number,
): Promise<HeadCircuits> {
  const prefix = weights.names.find((name) => /^vision\./.test(name)) === undefined
    ? ""
    : "vision.";
  const read = async (name: string) =>
    (await weights.get(`${prefix}blocks.${layer}.attn.${name}`)).row(head).toTensor();
  const [wq, bq] = [await read("W_Q"), await read("b_Q")];
  const [wk, bk] = [await read("W_K"), await read("b_K")];
  const [wv, bv] = [await read("W_V"), await read("b_V")];
  const wo = await read("W_O"); // [head width, width]
  const scale = 1 / Math.sqrt(bq.data.length);
  return {
    ov: times(wv, transposed(wo), 1),
    ovBias: times(transposed(wo), bv, 1),
    qk: times(wq, wk, scale),
    qkQuery: times(wq, bk, scale),
    qkKey: times(wk, bq, scale),
    qkBias: scale * bq.dot(bk).data[0]!,
  };
}

/** A B^T times a factor: the products of the rows of both, whose sums are made in float64; of a vector, of the rows with it. */
function times(a: Tensor, b: Tensor, factor: number): Tensor {
  const rows = b.shape.length === 1 ? 1 : b.shape[0]!;
  const [columns, count] = [a.shape[1]!, a.shape[0]!];
  const data = new Float32Array(count * rows);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += a.data[i * columns + k]! * b.data[j * columns + k]!;
      data[i * rows + j] = factor * sum;
    }
  }
  return b.shape.length === 1
    ? new Tensor(data, [count], ["width"])
    : new Tensor(data, [count, rows], ["width", "width"]);
}

function transposed({ data, shape, axes }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const turned = Float32Array.from(
    data,
    (_, i) => data[i % rows * columns + Math.floor(i / rows)]!,
  );
  return new Tensor(turned, [columns, rows], [axes[1]!, axes[0]!]);
}
