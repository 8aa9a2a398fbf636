/** What each head adds to a block's attention output. */

import type { NodeProto } from "onnx-buf";
import {
  makeConstant,
  makeNode,
  makeTranspose,
  reduceNodes,
  wholeTensor,
} from "../../onnx/rewrite/make_node.ts";
import type { AddedValue } from "./added_value.ts";
import type { Block } from "./block.ts";

const EXCHANGED = [1, 0, 2];

/**
 * The output of each head times its rows of the output projection, without the bias: [batch x position, head x width].
 *
 * The sum over heads plus the bias is the attention output; a change of the sum is added to it.
 */
export function headResults(block: Block): AddedValue | undefined {
  const { graph, heads, width, residuals } = block;
  if (residuals === undefined) return undefined;
  const { out, attnOut } = residuals;
  const isTransposed = weightIsTransposed(out);
  if (isTransposed === undefined) return undefined;
  const value = `${attnOut}:results`;
  const at = (name: string) => `${value}:${name}`;
  const before = at("before");
  const weight = out.input[1]!;
  const size = (name: string, sizes: readonly number[]) =>
    makeConstant(wholeTensor(sizes), at(name));
  return {
    value,
    nodes: [
      ...(isTransposed ? [makeTranspose(weight, [1, 0], at("matrix"))] : []),
      size("by row and head", [-1, heads, width / heads]),
      size("by head", [heads, width / heads, -1]),
      size("side by side", [0, -1]), // 0 keeps the size
      makeNode("Reshape", [isTransposed ? at("matrix") : weight, at("by head")], at("weights")),
      ...resultNodes(out.input[0]!, at, ""),
      makeNode("Reshape", [at("results"), at("side by side")], value),
      // Computed again, so that only rows cross the cut and the difference is 0 unless something was changed.
      ...resultNodes(out.input[0]!, at, " unchanged"),
      makeNode("Shape", [at("results unchanged")], at("apart")),
      makeNode("Reshape", [value, at("apart")], at("results changed")),
      makeNode("Sub", [at("results changed"), at("results unchanged")], at("differences")),
      ...reduceNodes(graph, "ReduceSum", {
        input: at("differences"),
        axis: 1,
        output: at("sum"),
      }), // [batch x position, 1, width]
      makeNode("Shape", [before], at("output sizes")),
      makeNode("Reshape", [at("sum"), at("output sizes")], at("change")),
    ],
    reaches: attnOut,
    by: { change: at("change"), before },
  };
}

/** From z [batch, position, head x head width] to `results` [batch x position, head, width]. */
function resultNodes(z: string, at: (name: string) => string, run: string): NodeProto[] {
  return [
    makeNode("Reshape", [z, at("by row and head")], at(`rows${run}`)),
    makeTranspose(at(`rows${run}`), EXCHANGED, at(`heads${run}`)), // [head, batch x position, head width]
    makeNode("MatMul", [at(`heads${run}`), at("weights")], at(`products${run}`)),
    makeTranspose(at(`products${run}`), EXCHANGED, at(`results${run}`)),
  ];
}

/** Whether a linear layer's weight is [out, in]; undefined if the node does more than multiply. */
function weightIsTransposed({ opType, attribute }: NodeProto): boolean | undefined {
  const value = (key: string) => attribute.find(({ name }) => name === key);
  if (opType === "MatMul") return false;
  const plain = opType === "Gemm" && (value("alpha")?.f ?? 1) === 1 &&
    (value("transA")?.i ?? 0n) === 0n;
  return plain ? value("transB")?.i === 1n : undefined;
}
