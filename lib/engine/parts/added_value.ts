/** Values that a graph lacks and that are made when somebody wants them. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../../onnx/graph/graph.ts";
import { makeNode } from "../../onnx/rewrite/make_node.ts";

/** A value that a graph lacks, the nodes that make it, and how a change of it reaches the values that the graph has. */
export interface AddedValue {
  /** The name that it gets. */
  readonly value: string;
  /** The nodes that make it, and `change` where there is one. */
  readonly nodes: readonly NodeProto[];
  /** The graph's value that depends on it. */
  readonly reaches: string;
  /**
   * How: `change` is added to what the graph made of the value reached, from now on called `before`, and is exactly 0 as long as nobody
   * changes anything, so that reading alters no bit; or the node that makes the value reached reads the added value in place of `operand`.
   */
  readonly by: { readonly change: string; readonly before: string } | { readonly operand: string };
}

/**
 * A graph with added values. All other values keep their names.
 *
 * @param graph The graph.
 * @param added The values to add.
 * @returns The same graph where there is nothing to add.
 */
export function withAddedValues(graph: Graph, added: readonly AddedValue[]): Graph {
  if (added.length === 0) return graph;
  return graph.withNodes(added.reduce<readonly NodeProto[]>(withOne, graph.nodes)); // a graph orders its nodes
}

function withOne(
  nodes: readonly NodeProto[],
  { value, nodes: own, reaches, by }: AddedValue,
): readonly NodeProto[] {
  const rename = (names: readonly string[], from: string, to: string) =>
    names.map((name) => name === from ? to : name);
  if ("operand" in by) {
    return [
      ...nodes.map((node) =>
        node.output.includes(reaches)
          ? { ...node, input: rename(node.input, by.operand, value) }
          : node
      ),
      ...own,
    ];
  }
  const { change, before } = by;
  return [
    ...nodes.map((node) =>
      node.output.includes(reaches)
        ? { ...node, output: rename(node.output, reaches, before) }
        : node
    ),
    ...own,
    makeNode("Add", [before, change], reaches),
  ];
}
