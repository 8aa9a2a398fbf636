/** Values that a graph lacks and that are added when they are wanted. */

import type { NodeProto } from "onnx-buf";
import type { Graph } from "../../onnx/graph/graph.ts";
import { makeNode } from "../../onnx/rewrite/make_node.ts";

/** A value that a graph lacks, the nodes that make it, and how a change to it reaches the graph's own values. */
export interface AddedValue {
  readonly value: string;
  /** The nodes that make it, and `change` if there is one. */
  readonly nodes: readonly NodeProto[];
  readonly reaches: string;
  /**
   * How a change reaches that value. Either `change` is added to it and its unchanged form is renamed to `before`; `change` is exactly 0
   * until something is changed, so reading alters no bit. Or the node that makes it reads the added value in place of `operand`.
   */
  readonly by: { readonly change: string; readonly before: string } | { readonly operand: string };
}

/** A graph with added values. All other values keep their names. Returns the same object if there is nothing to add. */
export function withAddedValues(graph: Graph, added: readonly AddedValue[]): Graph {
  if (added.length === 0) return graph;
  return graph.withNodes(added.reduce<readonly NodeProto[]>(withOne, graph.nodes)); // the new graph sorts its nodes
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
