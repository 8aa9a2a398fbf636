/** What the attributes of a node hold beside plain values: tensors and graphs. */

import type { AttributeProto, GraphProto, NodeProto, TensorProto } from "onnx-buf";

/** The graphs of an attribute: branches and loop bodies. */
export function subgraphsOf(attribute: AttributeProto): readonly GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

/** The tensors of a node's attributes, those within its subgraphs included. */
export function tensorsOf(node: NodeProto): TensorProto[] {
  return node.attribute.flatMap((attribute) => [
    ...(attribute.t === undefined ? [] : [attribute.t]),
    ...attribute.tensors,
    ...subgraphsOf(attribute).flatMap(({ node, initializer }) => [
      ...initializer,
      ...node.flatMap(tensorsOf),
    ]),
  ]);
}
