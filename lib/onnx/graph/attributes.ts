/** The attributes of nodes: by name, and the tensors and graphs in them. */

import type { AttributeProto, GraphProto, NodeProto, TensorProto } from "onnx-buf";

export function attributeOf(node: NodeProto, key: string): AttributeProto | undefined {
  return node.attribute.find(({ name }) => name === key);
}

/** The graphs of an attribute: branches and loop bodies. */
export function subgraphsOf(attribute: AttributeProto): readonly GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

export function withInnerNodes(nodes: readonly NodeProto[]): NodeProto[] {
  const all = [...nodes];
  for (const node of all) { // `all` grows as it is read: recursion might overflow the stack on deeply nested subgraphs
    for (const attribute of node.attribute) {
      for (const graph of subgraphsOf(attribute)) for (const inner of graph.node) all.push(inner);
    }
  }
  return all;
}

/** The tensors in a node's attributes, including the weights of its subgraphs but not their nodes' attributes. */
export function tensorsOf({ attribute }: NodeProto): TensorProto[] {
  return attribute.flatMap((each) => [
    ...(each.t === undefined ? [] : [each.t]),
    ...each.tensors,
    ...subgraphsOf(each).flatMap(({ initializer }) => initializer),
  ]);
}
