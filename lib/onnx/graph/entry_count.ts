/** Counts the nodes and values in an ONNX file without decoding it. */

import { BinaryReader } from "@bufbuild/protobuf/wire";

const GRAPH = 7; // its field number in ModelProto

/**
 * The number of entries of a model's graph: nodes, weights, inputs, outputs and described values.
 *
 * @param bytes The file's content.
 * @throws {Error} If it is not a protocol buffer.
 */
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
