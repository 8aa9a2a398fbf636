/** The embedding below the first block: tokens or patches, and positions. */

import type { NodeProto } from "onnx-buf";
import { makeNode } from "../../onnx/rewrite/make_node.ts";
import type { AddedValue } from "./added_value.ts";
import { type Block, operands } from "./block.ts";
import { normBehind } from "../weights/weight_nodes.ts";

/** The embeddings of tokens, or of the class token and the patches, before positions are added. */
export function tokenEmbedding(first: Block): string | undefined {
  return embeddingSum(first)?.tokens;
}

/** The embeddings of positions. The graph adds the same ones to every row; here every row has its own. */
export function positionEmbedding(first: Block): AddedValue | undefined {
  const found = embeddingSum(first);
  if (found === undefined) return undefined;
  const { sum, tokens, positions } = found;
  const reaches = sum.output[0]!;
  const value = `${reaches}:positions`;
  return {
    value,
    nodes: [
      makeNode("Shape", [tokens], `${value}:shape`),
      makeNode("Expand", [positions, `${value}:shape`], value),
    ],
    reaches,
    by: { operand: positions },
  };
}

/** The sum of an operand that varies with the data and one that does not; in the image tower a layer norm follows it. */
function embeddingSum({ graph, varies, residuals }: Block) {
  if (residuals === undefined) return undefined;
  const { residPre } = residuals;
  const sum: NodeProto | undefined = graph.producerOf(normBehind(graph, residPre)?.x ?? residPre);
  if (sum?.opType !== "Add") return undefined;
  const [tokens, positions] = operands(sum, varies);
  return varies(tokens) && !varies(positions) ? { sum, tokens, positions } : undefined;
}
