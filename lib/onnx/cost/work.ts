/** Refuses graphs whose arithmetic would take minutes for a single row, since a running session cannot be stopped. */

import type { NodeProto } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { inferShapes, type Known, nodesInOrder } from "./shapes.ts";

/** Inputs beside the token ids, of the same shape. */
const BESIDE = ["attention_mask", "position_ids"];

/** Multiplications of one node for one row; those of ViT-bigG have up to 4e9, and a processor does some 1e11 a second. */
const MOST_PER_NODE = 5e11;
/** Multiplications of a graph for one row; the image tower of ViT-bigG has 5e11. */
const MOST_IN_ALL = 1e13;
/** Numbers of a value; those of ViT-bigG have up to 1e7. */
const MOST_NUMBERS = 1e9;

/**
 * Estimates the arithmetic of a graph for one row before it runs. Values whose shapes do not follow from the graph count as nothing.
 *
 * @param graph The graph.
 * @param row The input that carries the data, and its shape for one row.
 * @returns Multiplications, and numbers made by other nodes.
 * @throws {NegscopeError} If it is far more than that of any CLIP model; the message names the node.
 */
export function checkWork(
  graph: Graph,
  { input, shape }: { readonly input: string; readonly shape: readonly number[] },
): number {
  const inputs = [input, ...BESIDE].filter((name) => graph.inputs.has(name));
  const known = inferShapes(graph, new Map(inputs.map((name) => [name, shape])));
  let total = 0;
  for (const node of nodesInOrder(graph.nodes)) {
    const numbers = node.output.reduce((most, name) => Math.max(most, sizeOf(known.get(name))), 0);
    if (numbers > MOST_NUMBERS) {
      throw tooMuch(graph, node, `makes ${numbers} numbers`, MOST_NUMBERS);
    }
    const work = numbers * factorOf(node, known);
    if (work > MOST_PER_NODE) {
      throw tooMuch(graph, node, `needs ${work} multiplications`, MOST_PER_NODE);
    }
    total += work;
    if (total > MOST_IN_ALL) {
      throw tooMuch(graph, node, `and those before it need ${total} multiplications`, MOST_IN_ALL);
    }
  }
  return total;
}

/** Multiplications for each number that a node makes. */
function factorOf(node: NodeProto, known: ReadonlyMap<string, Known>): number {
  const shape = (place: number) => known.get(node.input[place] ?? "")?.shape ?? [];
  const isSet = (key: string) => node.attribute.some(({ name, i }) => name === key && i === 1n);
  switch (node.opType) {
    case "MatMul":
    case "FusedMatMul":
    case "MatMulInteger":
    case "Gemm":
      return shape(0).at(isSet("transA") ? -2 : -1) ?? 1;
    case "Conv":
      return shape(1).slice(1).reduce((product, size) => product * size, 1);
  }
  return 1;
}

function sizeOf(value: Known | undefined): number {
  return value?.shape.reduce((product, size) => product * size, 1) ?? 0;
}

function tooMuch(graph: Graph, node: NodeProto, what: string, most: number): NegscopeError {
  const name = node.name || node.opType;
  return new NegscopeError("onnx-node-refused", {
    problem: `Cannot use "${graph.source}"`,
    subject: name,
    reason: `node "${name}" ${what} for one row where ${most} are allowed`,
    fix: "export the plain CLIP towers",
  });
}
