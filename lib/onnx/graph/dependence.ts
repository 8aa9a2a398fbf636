/** Which values of a graph depend on the data, only on its shape, or on a given value. */

import type { Graph } from "./graph.ts";

const SHAPE_ONLY = new Set(["Shape", "Size"]);

/** The values that are the same for all inputs of one shape (masks, position indices, sizes), inputs other than the data counting as fixed. */
export function shapeOnlyValues(graph: Graph, dataInput: string): ReadonlySet<string> {
  const fixed = new Set([...graph.initializers.keys(), ...graph.inputs.keys()]);
  fixed.delete(dataInput);
  graph.nodes.forEach((node, index) => {
    const onlyShape = SHAPE_ONLY.has(node.opType) ||
      graph.reads[index]!.every((name) => fixed.has(name));
    if (onlyShape) node.output.forEach((name) => fixed.add(name));
  });
  return fixed;
}

/** The values that follow from the inputs' shape alone and are read where data is computed, such as the causal mask or the number of rows. */
export function shapeFrontier(graph: Graph, dataInput: string, output: string): string[] {
  const leading = new Set(ancestors(graph, output));
  const fromInputs = new Set([...graph.initializers.keys(), ...graph.inputs.keys()]);
  fromInputs.delete(dataInput);
  const frontier = new Set<string>();
  graph.nodes.forEach((node, index) => {
    const reads = graph.reads[index]!;
    const ofInputShape = SHAPE_ONLY.has(node.opType) && reads[0] === dataInput;
    if (ofInputShape || reads.every((name) => fromInputs.has(name))) {
      node.output.forEach((name) => fromInputs.add(name));
    } else if (leading.has(index)) {
      reads.filter((name) => graph.producer.has(name) && fromInputs.has(name))
        .forEach((name) => frontier.add(name));
    }
  });
  return [...frontier].filter((name) => !graph.isConstant(name));
}

/** Indices of all nodes that a value is computed from, ascending; the search ends at values for which `skip` is true. */
export function ancestors(
  graph: Graph,
  value: string,
  skip: (name: string) => boolean = () => false,
): number[] {
  const found = new Set<number>();
  const open = [value];
  while (open.length > 0) {
    const name = open.pop()!;
    const index = graph.producer.get(name);
    if (index === undefined || found.has(index) || skip(name)) continue;
    found.add(index);
    for (const read of graph.reads[index]!) open.push(read);
  }
  return [...found].sort((a, b) => a - b);
}

/** Indices of all nodes that read a value or anything computed from it, ascending; nodes that read only a shape do not count. */
export function descendants(graph: Graph, value: string): number[] {
  const found = new Set<number>();
  const open = [value];
  while (open.length > 0) {
    for (const index of graph.consumers.get(open.pop()!) ?? []) {
      const node = graph.nodes[index]!;
      if (found.has(index) || SHAPE_ONLY.has(node.opType)) continue;
      found.add(index);
      for (const made of node.output) open.push(made);
    }
  }
  return [...found].sort((a, b) => a - b);
}
