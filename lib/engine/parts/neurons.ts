/** The hidden layer of a block's MLP. */

import type { NodeProto } from "onnx-buf";
import { ancestors } from "../../onnx/graph/dependence.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { makeNode } from "../../onnx/rewrite/make_node.ts";
import type { AddedValue } from "./added_value.ts";
import { type Block, isLinear } from "./block.ts";

/** The neurons' values after the activation function: what the second linear layer reads. */
export function neuronsAfter(block: Block): string | undefined {
  return layers(block)?.[1].input[0];
}

/** The neurons' values before the activation function: what the first linear layer makes, bias included. */
export function neuronsBefore(block: Block): string | AddedValue | undefined {
  const first = layers(block)?.[0];
  return first && withBias(block.graph, first);
}

/** The two linear layers between the residual stream and the MLP's output. */
function layers({ graph, varies, residuals }: Block): readonly [NodeProto, NodeProto] | undefined {
  if (residuals === undefined) return undefined;
  const { residMid, mlpOut } = residuals;
  const between = ancestors(graph, mlpOut, (name) => name === residMid || !varies(name));
  const [first, second, ...more] = between.map((index) => graph.nodes[index]!)
    .filter((node) => isLinear(graph, node));
  return first === undefined || second === undefined || more.length > 0
    ? undefined
    : [first, second];
}

/** A linear layer's output, bias included; if the activation function adds the bias, an added value. */
function withBias(graph: Graph, linear: NodeProto): string | AddedValue {
  const product = linear.output[0]!;
  if (linear.opType === "Gemm") return product;
  const readers = (graph.consumers.get(product) ?? []).map((index) => graph.nodes[index]!);
  const hiding = readers.find(({ opType, input }) =>
    WITHOUT_BIAS.has(opType) && (input[1] ?? "") !== ""
  );
  if (hiding !== undefined) return beforeActivation(hiding);
  const sum = readers.find(({ opType, input }) =>
    opType === "Add" && input.some((name) => name !== product && graph.isConstant(name))
  );
  return sum?.output[0] ?? product;
}

/** The runtime's activation functions that add a bias, each with its form without one. */
const WITHOUT_BIAS = new Map([["BiasGelu", "Gelu"], ["FastGelu", "FastGelu"]]);

/** The sum of product and bias inside an activation function; the effect of a change is added to the function's output. */
function beforeActivation({ opType, domain, input, output }: NodeProto): AddedValue {
  const [product, bias] = input as [string, string];
  const reaches = output[0]!;
  const value = `${reaches}:before`;
  const at = (name: string) => `${value}:${name}`;
  const activated = (name: string, result: string) => ({
    ...makeNode(WITHOUT_BIAS.get(opType)!, [name], result),
    domain,
  });
  return {
    value,
    nodes: [
      makeNode("Add", [product, bias], value),
      activated(value, at("activated")),
      makeNode("Add", [product, bias], at("unchanged")),
      activated(at("unchanged"), at("unchanged activated")),
      makeNode("Sub", [at("activated"), at("unchanged activated")], at("change")),
    ],
    reaches,
    by: { change: at("change"), before: at("whole") },
  };
}
