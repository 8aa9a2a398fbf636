/** What the attributes of a node hold beside plain values: tensors and graphs. */

import type { AttributeProto, GraphProto, NodeProto, TensorProto } from "onnx-buf";

/** The graphs of an attribute: branches and loop bodies. */
export function subgraphsOf(attribute: AttributeProto): readonly GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

/** Some nodes with all nodes of their subgraphs. */
export function withInnerNodes(nodes: readonly NodeProto[]): NodeProto[] {
  const all = [...nodes];
  for (const node of all) { // grows on the way, as subgraphs may be nested deeper than the engine's stack
    for (const attribute of node.attribute) {
      for (const graph of subgraphsOf(attribute)) for (const inner of graph.node) all.push(inner);
    }
  }
  return all;
}

/** The tensors of a node's attributes: values, and the weights of subgraphs without their nodes'. */
export function tensorsOf({ attribute }: NodeProto): TensorProto[] {
  return attribute.flatMap((each) => [
    ...(each.t === undefined ? [] : [each.t]),
    ...each.tensors,
    ...subgraphsOf(each).flatMap(({ initializer }) => initializer),
  ]);
}
