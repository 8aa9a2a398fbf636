/** Counts what a model has: the nodes and values of a file without decoding it, and the nodes when all functions are written out. */

import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { ModelProto, NodeProto } from "onnx-buf";
import { withInnerNodes } from "./attributes.ts";

const GRAPH = 7; // its field number in ModelProto

/** The number of entries of a model's graph: nodes, weights, inputs, outputs and described values. */
export function countEntries(bytes: Uint8Array): number {
  const model = new BinaryReader(bytes);
  let entries = 0;
  while (model.pos < model.len) {
    const [field, wire] = model.tag();
    if (field !== GRAPH) {
      model.skip(wire, field);
      continue;
    }
    const graph = new BinaryReader(model.bytes());
    for (; graph.pos < graph.len; entries++) {
      const [field, wire] = graph.tag();
      graph.skip(wire, field);
    }
  }
  return entries;
}

/** Functions that call functions; exporters nest a few. */
const DEEPEST = 50;

/** The number of nodes and calls with every function written out, as the runtime does; infinity if they call each other more than 50 levels deep. */
export function countWrittenOut({ graph, functions }: ModelProto): number {
  const keyOf = (domain: string, name: string) => `${domain}:${name}`;
  const bodies = new Map(
    functions.map(({ domain, name, node }) => [keyOf(domain, name), withInnerNodes(node)]),
  );
  let sizes = new Map<string, number>();
  const sizeOf = (nodes: readonly NodeProto[]) =>
    nodes.reduce((sum, { domain, opType }) => sum + 1 + (sizes.get(keyOf(domain, opType)) ?? 0), 0);
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next = new Map([...bodies].map(([key, nodes]) => [key, sizeOf(nodes)]));
    const isSame = [...next].every(([key, size]) => sizes.get(key) === size);
    sizes = next;
    if (isSame) return sizeOf(withInnerNodes(graph?.node ?? []));
  }
  return Infinity;
}
