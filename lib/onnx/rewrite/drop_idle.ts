/** Removes nodes that do nothing, since hook points and weights are found by the nodes around them. */

import type { ValueInfoProto } from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { idleTest } from "./idle_nodes.ts";

/**
 * Removes nodes that return what they read. Inputs, outputs and weights of the graph keep their names, and subgraphs inside nodes stay as
 * they are. Returns the same object if there is nothing to remove.
 */
export function dropIdleNodes(graph: Graph): Graph {
  const isIdle = idleTest(graph);
  const outputs = new Set(graph.outputs);
  const readInside = new Set(
    graph.nodes.flatMap(({ input }, index) =>
      graph.reads[index]!.slice(input.filter((name) => name !== "").length)
    ),
  );
  const before = new Map<string, string>(); // what a removed node read, by what it made
  const after = new Map<string, string>(); // an output of the graph, by what the removed node that made it read
  const nodes = graph.nodes.filter((node) => {
    const made = node.output[0] ?? "";
    if (readInside.has(made) || !isIdle(node)) return true;
    const read = before.get(node.input[0]!) ?? node.input[0]!;
    if (!outputs.has(made)) {
      before.set(made, read);
      return false;
    }
    const fixed = !graph.producer.has(read) || outputs.has(read) || readInside.has(read);
    if (fixed || after.has(read)) return true;
    after.set(read, made);
    return false;
  });
  if (nodes.length === graph.nodes.length) return graph;
  const nameOf = (name: string) => {
    const first = before.get(name) ?? name;
    return after.get(first) ?? first;
  };
  return graph.withNodes(
    nodes.map((node) => ({
      ...node,
      input: node.input.map(nameOf),
      output: node.output.map((name) => after.get(name) ?? name),
    })),
    described(graph.model.graph!.valueInfo, nameOf),
  );
}

/** What a file says of its values, under their new names. */
function described(
  infos: readonly ValueInfoProto[],
  nameOf: (name: string) => string,
): ValueInfoProto[] {
  const all = new Map<string, ValueInfoProto>();
  for (const info of infos) {
    const name = nameOf(info.name);
    if (name === info.name || !all.has(name)) all.set(name, { ...info, name });
  }
  return [...all.values()];
}
