/** Finds the weights of a pooling head in its graph: the attention of one learnt query, and an MLP around which its output goes. */

import type { NodeProto } from "onnx-buf";
import { ancestors, descendants } from "../../onnx/graph/dependence.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { isProduct } from "../parts/block.ts";
import type { TowerShape } from "../tower_shape.ts";
import {
  type FoundWeight,
  matrixFromHeads,
  matrixToHeads,
  vector,
  wholeMatrix,
} from "./weight_layouts.ts";
import type { EndWeight } from "./weight_names.ts";
import { formless, type Linear, linearBehind, normBehind } from "./weight_nodes.ts";

/**
 * Finds the weights between the last block and the embedding.
 *
 * A weight that the graph cuts out of a larger one, as exporters do it with torch's MultiheadAttention, is absent.
 */
export function findPooling(
  graph: Graph,
  shape: Pick<TowerShape, "heads" | "width">,
  { last, output }: { readonly last: string; readonly output: string },
): Partial<Record<EndWeight, FoundWeight | undefined>> {
  const { width, heads } = shape;
  const below = new Set(descendants(graph, last));
  const own = ancestors(graph, output).filter((index) => below.has(index))
    .map((index) => graph.nodes[index]!);
  const softmax = own.find(({ opType }) => opType === "Softmax");
  const mix = own.find((node) => isProduct(node) && isFrom(softmax, node.input[0]));
  const scores = softmax && productBehind(graph, softmax.input[0]!);
  const [q, k, v] = [scores?.input[0], scores?.input[1], mix?.input[1]]
    .map((value) => value === undefined ? undefined : throughHeads(graph, value));
  const sum = own.findLast(({ opType, input }) =>
    opType === "Add" && input.every((name) => !graph.isConstant(name))
  );
  const [fc2] = (sum?.input ?? []).map((name) => linearBehind(graph, name))
    .filter((linear) => linear !== undefined && linear.weight.inputs !== width);
  const fc1 = fc2 && firstLinear(graph, fc2.x);
  const norm = fc1 && normBehind(graph, formless(graph, fc1.x));
  const o = norm && throughHeads(graph, norm.x);
  const first = own.find(({ output: [name] }) => normBehind(graph, name!)?.x === last);
  const final = first && normBehind(graph, first.output[0]!);
  const neurons = fc1?.weight.outputs ?? 0;
  const plain = (name: string | undefined, sizes: readonly number[]) => vector(graph, name, sizes);
  const bias = (linear: Linear | undefined) => plain(linear?.bias, [heads, width / heads]);
  return {
    "ln_final.w": plain(final?.w, [width]),
    "ln_final.b": plain(final?.b, [width]),
    "pool.query": plain(q && formless(graph, q.x), [width]),
    "pool.attn.W_Q": matrixToHeads(q, shape),
    "pool.attn.b_Q": bias(q),
    "pool.attn.W_K": matrixToHeads(k, shape),
    "pool.attn.b_K": bias(k),
    "pool.attn.W_V": matrixToHeads(v, shape),
    "pool.attn.b_V": bias(v),
    "pool.attn.W_O": matrixFromHeads(o, shape),
    "pool.attn.b_O": plain(o?.bias, [width]),
    "pool.ln.w": plain(norm?.w, [width]),
    "pool.ln.b": plain(norm?.b, [width]),
    "pool.mlp.W_in": wholeMatrix(fc1, width, neurons),
    "pool.mlp.b_in": plain(fc1?.bias, [neurons]),
    "pool.mlp.W_out": wholeMatrix(fc2, neurons, width),
    "pool.mlp.b_out": plain(fc2?.bias, [width]),
  };
}

function isFrom(node: NodeProto | undefined, value: string | undefined): boolean {
  return node !== undefined && value !== undefined && node.output.includes(value);
}

function productBehind(graph: Graph, value: string): NodeProto | undefined {
  let node = graph.producerOf(value);
  while (node !== undefined && !isProduct(node)) node = graph.producerOf(node.input[0]!);
  return node;
}

function throughHeads(graph: Graph, value: string): Linear | undefined {
  for (let name: string | undefined = value; name !== undefined;) {
    const linear = linearBehind(graph, name);
    if (linear !== undefined) return linear;
    const node = graph.producerOf(name);
    name = node?.input[0];
  }
  return undefined;
}

/** The linear layer before an activation, which may be of several nodes. */
function firstLinear(graph: Graph, value: string): Linear | undefined {
  const open = [value];
  for (const name of open) { // grows as it is read
    const linear = linearBehind(graph, name);
    if (linear !== undefined) return linear;
    open.push(...graph.producerOf(name)?.input.filter((each) => !graph.isConstant(each)) ?? []);
    if (open.length > 100) return undefined;
  }
  return undefined;
}
