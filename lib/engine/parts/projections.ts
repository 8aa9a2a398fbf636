/** The projections that a block's attention reads: queries, keys and values. */

import type { NodeProto } from "onnx-buf";
import { type Block, isLinear, isProduct } from "./block.ts";

/** The projection of the queries, keys or values, bias included, before any scaling. */
export function projectionOf(part: "q" | "k" | "v") {
  return (block: Block): string | undefined => {
    if (part === "v") return projection(block, block.mix?.input[1]);
    return projection(block, scoreProduct(block)?.input[part === "q" ? 0 : 1]);
  };
}

/** The product of queries and keys: the last before the Softmax with two varying operands. */
function scoreProduct({ graph, varies, softmax }: Block): NodeProto | undefined {
  let node = softmax;
  while (node !== undefined) {
    node = graph.producerOf(node.input.find(varies) ?? "");
    if (node !== undefined && isProduct(node) && node.input.slice(0, 2).every(varies)) return node;
  }
  return undefined;
}

/** The output, bias included, of the linear layer from which a value was reshaped, transposed or scaled. */
function projection({ graph, varies }: Block, from: string | undefined): string | undefined {
  let name = from;
  while (name !== undefined) {
    const node = graph.producerOf(name);
    if (node === undefined) return undefined;
    if (isLinear(graph, node)) return name;
    const data = node.input.filter(varies);
    if (data.length !== 1) return undefined;
    const below = graph.producerOf(data[0]!);
    const isBias = node.opType === "Add" && below !== undefined && isLinear(graph, below);
    if (isBias) return name;
    name = data[0];
  }
  return undefined;
}
