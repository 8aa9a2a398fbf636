/** The numbers with which a model turns a cosine into its own logit, as exports store them. */

import type { NodeProto } from "onnx-buf";
import { NegscopeError, shown } from "../errors.ts";
import { widenTensor } from "../onnx/graph/half_precision.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import { formless, tensorNamed } from "./weights/weight_nodes.ts";

/** The numbers of a model that turn a cosine into its own logit. */
export interface LogitScale {
  /** The factor: e to the power of the stored `logit_scale`. */
  readonly scale: number;
  /** What is added, `logit_bias`; it has no effect on differences. */
  readonly bias: number;
}

/** The outputs with the logits of all sentences and images. */
const LOGITS = ["logits_per_text", "logits_per_image"];

/** The properties of an exported tower that hold the model's weights of these names. */
const PROPERTIES = { scale: "negscope.logit_scale", bias: "negscope.logit_bias" } as const;

/**
 * The properties that an exported tower carries, since its graph does not end in logits: `logit_scale` and `logit_bias` as the weights hold
 * them, float32 numbers in decimal. {@linkcode findLogitScale} makes the same scale and bias of them.
 */
export function logitScaleProperties({ scale, bias }: LogitScale): Record<string, string> {
  const power = Math.fround(Math.log(scale)); // the logarithm errs by far less than a float32 number does
  return { [PROPERTIES.scale]: `${power}`, [PROPERTIES.bias]: `${bias}` };
}

/**
 * Finds scale and bias in a graph that ends in the logits of sentences and images: a product times one number, plus another. A graph
 * without logits may have them as properties, see {@linkcode logitScaleProperties}. Undefined if the graph has neither, or makes its logits
 * otherwise.
 */
export function findLogitScale(graph: Graph): LogitScale | undefined {
  const output = LOGITS.find((name) => graph.outputs.includes(name));
  if (output === undefined) return scaleInProperties(graph);
  const sum = operation(graph, output, "Add");
  const product = operation(graph, sum?.rest ?? output, "Mul");
  return product && { scale: product.number, bias: sum?.number ?? 0 };
}

function scaleInProperties(graph: Graph): LogitScale | undefined {
  const power = propertyOf(graph, PROPERTIES.scale);
  if (power === undefined) return undefined;
  return { scale: Math.exp(power), bias: propertyOf(graph, PROPERTIES.bias) ?? 0 };
}

function propertyOf({ model, source }: Graph, name: string): number | undefined {
  const text = model.metadataProps.find(({ key }) => key === name)?.value;
  if (text === undefined) return undefined;
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new NegscopeError("weights-not-finite", {
    problem: `Cannot use "${source}"`,
    reason: `its property ${name} is ${shown(text)}`,
    expected: "a number",
    fix: "export the model again",
  });
}

function operation(graph: Graph, value: string, opType: "Add" | "Mul") {
  const node = makerOf(graph, value);
  if (node?.opType !== opType) return undefined;
  for (const [i, input] of node.input.entries()) {
    const number = numberOf(graph, input);
    if (number !== undefined) return { number, rest: node.input[1 - i]! };
  }
  return undefined;
}

function makerOf(graph: Graph, value: string): NodeProto | undefined {
  const node = graph.producerOf(formless(graph, value));
  return node?.opType === "Transpose" ? makerOf(graph, node.input[0]!) : node;
}

/** The number that a stored value of one number holds, or e to the power of it. */
function numberOf(graph: Graph, value: string): number | undefined {
  const name = formless(graph, value);
  const maker = graph.producerOf(name);
  if (maker?.opType === "Exp") {
    const power = numberOf(graph, maker.input[0]!);
    return power === undefined ? undefined : Math.exp(power);
  }
  const stored = graph.weight(name) ?? tensorNamed(graph, name);
  if (stored === undefined || stored.dims.some((size) => size !== 1n)) return undefined;
  const { rawData, floatData } = widenTensor(stored);
  if (rawData.length !== 4) return floatData[0];
  return new DataView(rawData.buffer, rawData.byteOffset).getFloat32(0, true);
}
