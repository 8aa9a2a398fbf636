/** Finds a tower in a graph: the values at its hook points, the sizes that it takes, and the scale and bias of the model's own logits. */

import type { NodeProto } from "onnx-buf";
import { NegscopeError } from "../../errors/errors.ts";
import { ancestors, shapeOnlyValues } from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import { IMAGE_PREFIX, namedPoints, type TowerShape } from "./hook_points.ts";
import { type AddedValue, type Around, findBlock, isProduct } from "./block.ts";
import { formless, numbersOf } from "../weights/weight_layout.ts";

/** The name of the graph's value at each reachable hook point of a block, by the hook point's name in `HOOK_POINTS`. */
export type BlockValues = Readonly<Record<string, string>>;

export interface FoundHooks {
  /** The name of the value at each reachable hook point, by the hook point's full name, in the order of computation. */
  readonly values: ReadonlyMap<string, string>;
  /** The same for the hook points inside blocks, one entry per block, in order. */
  readonly blocks: readonly BlockValues[];
  /** How to make the values that the graph lacks, by name. */
  readonly added: ReadonlyMap<string, AddedValue>;
  readonly advice: string;
}

/** Where the blocks of a tower are, and their sizes. */
export type TowerEnds =
  & Pick<GraphEnds, "input" | "output" | "prefix">
  & Pick<TowerShape, "layers" | "heads" | "width">;

/**
 * Finds the values at the hook points of a tower. Each block has one Softmax, or one node for all of attention; `HOOK_POINTS` finds the
 * values around it. Attention whose queries do not depend on the data pools the tower's output and belongs to no block. A quantised graph
 * has no hook points, since none of its values are CLIP's own and its rows depend on each other. Returns the values; a hook point that has
 * no value of its own is absent.
 */
export function findHooks(graph: Graph, ends: TowerEnds): FoundHooks {
  const own = ancestors(graph, ends.output);
  const none = noHooks(ends.layers, adviceFor(graph, own));
  const { heads, width, prefix } = ends;
  const tower = prefix === IMAGE_PREFIX ? "image" as const : "text" as const;
  const shapeOnly = shapeOnlyValues(graph, ends.input);
  const varies = (name: string) => name !== "" && !shapeOnly.has(name);
  const around = { graph, heads, width, tower, varies };
  const attentions = own.filter((index) => {
    const node = graph.nodes[index]!;
    const isAttention = node.opType === "Softmax" || FUSED_ATTENTION.test(node.opType);
    return isAttention && !isPooling(around, node);
  });
  if (attentions.length === 0 || isQuantised(graph, own)) return none;
  if (attentions.length !== ends.layers) {
    throw new NegscopeError("model-files-differ", {
      problem: `Cannot find the attention blocks of "${graph.source}"`,
      reason: `it has ${attentions.length} where config.json asks for ${ends.layers}`,
      fix: "check that the file and config.json belong together",
    });
  }
  const blocks = attentions.map((node) => findBlock(around, graph.nodes[node]!));
  const follow = blocks.slice(1).every(({ residuals }, i) =>
    residuals?.residPre === blocks[i]!.residuals?.residPost
  );
  if (!follow) return none;
  const found = namedPoints(ends.layers, prefix).flatMap(({ name, layer, point }) => {
    const value = point.find(blocks[layer]!);
    return value === undefined ? [] : [{ name, layer, point, value }];
  });
  const nameOf = (value: string | AddedValue) => typeof value === "string" ? value : value.value;
  return {
    ...none,
    values: new Map(found.map(({ name, value }) => [name, nameOf(value)])),
    blocks: blocks.map((_, block) =>
      Object.fromEntries(
        found.filter(({ layer, point }) => point.end === undefined && layer === block)
          .map(({ point, value }) => [point.name, nameOf(value)]),
      )
    ),
    added: new Map(
      found.flatMap(({ value }) => typeof value === "string" ? [] : [[value.value, value]]),
    ),
  };
}

function noHooks(layers: number, advice: string): FoundHooks {
  const blocks = Array.from({ length: layers }, () => ({}));
  return { values: new Map(), blocks, added: new Map(), advice };
}

/** Whether a graph computes with quantised numbers, whose scale often depends on all rows together. */
function isQuantised(graph: Graph, nodes: readonly number[]): boolean {
  return nodes.some((index) => QUANTISED.test(graph.nodes[index]!.opType));
}

const QUANTISED = /Quantize|^QLinear|Integer$|NBits$|Bnb4$/;
const FUSED_ATTENTION = /Attention$/;

/** Whether an attention's queries are the same for all data: a learnt query that pools all positions. */
function isPooling({ graph, varies }: Around, attention: NodeProto): boolean {
  if (attention.opType !== "Softmax") return !varies(attention.input[0]!);
  let node: NodeProto | undefined = attention;
  while (node !== undefined && !isProduct(node)) {
    node = graph.producerOf(node.input.find(varies) ?? "");
  }
  return node !== undefined && !node.input.slice(0, 2).every(varies);
}

function adviceFor(graph: Graph, nodes: readonly number[]): string {
  if (isQuantised(graph, nodes)) {
    return "the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx";
  }
  const fused = nodes.map((index) => graph.nodes[index]!.opType)
    .find((op) => FUSED_ATTENTION.test(op));
  if (fused !== undefined) {
    return `the file has attention fused into one "${fused}" node; use an unfused export, text_model.onnx and vision_model.onnx`;
  }
  return "no value of the graph stands there; use a plain export, text_model.onnx and vision_model.onnx, or the model's weights";
}

/** Names by which a tower can be found in a graph; {@linkcode TowerEnds} has those that were found. */
export interface GraphEnds {
  /** The input that carries the data: `input_ids` or `pixel_values` in CLIP. */
  readonly input: string;
  /** The output that carries the embedding. */
  readonly output: string;
  /** The name of that output in a file that holds both towers, if it is another there. @default {`output`} */
  readonly outputOfBoth?: string;
  /** The prefix of its hook points' names: `""` or `"vision."`. */
  readonly prefix: string;
}

export interface FoundTower extends FoundHooks {
  readonly ends: TowerEnds;
  /** Whether each position depends only on itself and earlier ones, so that tokens may be added after a sentence. */
  readonly causal: boolean;
  /** The numbers of rows and positions that a run must have; absent if any will do. */
  readonly limits?: RunLimits;
}

const MAX_VALUES = 1_000_000; // rows times positions

export interface RunLimits {
  readonly rows: number;
  readonly positions?: number; // token positions; absent if it takes any number
}

/** The input size that a file declares. Many graphs also run at other sizes than the declared one. */
export function declaredLimits(graph: Graph, input: string, kind: string): RunLimits | undefined {
  const type = graph.inputs.get(input)?.type?.value;
  const dims = type?.case === "tensorType" ? type.value.shape?.dim ?? [] : [];
  const [rows, second] = dims.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : undefined
  );
  const length = kind === "text" ? second : undefined;
  if (rows === undefined && length === undefined) return undefined;
  if ((rows ?? 1) * (length ?? 1) > MAX_VALUES) {
    const sizes = dims.map(({ value }) => String(value.value)).join(", ");
    throw new NegscopeError("input-size-fixed", {
      problem: `Cannot use "${graph.source}"`,
      reason: `its input "${input}" has the fixed size [${sizes}]`,
      fix: "use an export with dynamic axes",
    });
  }
  return { rows: rows ?? 1, ...(length === undefined ? {} : { positions: length }) };
}

/**
 * Finds a tower in a graph, which may hold the other tower too. Some exports declare a fixed input size and run at any size all the same;
 * only a trial tells. So there are two results: `found` takes any size, and `bound` is the tower to use if the trial fails, without hook
 * points and only at the declared size.
 */
export function findTower(
  graph: Graph,
  { kind, ends: names, causal = false, shape: { layers, heads, width } }: {
    readonly kind: "text" | "image";
    readonly ends: GraphEnds;
    readonly causal?: boolean;
    readonly shape: Pick<TowerShape, "layers" | "heads" | "width">;
  },
): { readonly found: FoundTower; readonly bound?: FoundTower } {
  const { input, prefix } = names;
  const outputs = [...new Set([names.output, names.outputOfBoth ?? names.output])];
  const output = outputs.find((name) => graph.outputs.includes(name));
  if (!graph.inputs.has(input) || output === undefined) {
    const present = [...graph.inputs.keys(), ...graph.outputs];
    throw new NegscopeError("tower-missing", {
      problem: `Cannot find the ${kind} tower in "${graph.source}"`,
      reason: `its inputs and outputs are ${present.join(", ")}`,
      expected: `"${input}" and ${outputs.map((name) => `"${name}"`).join(" or ")}`,
      fix: "point at an export with this tower",
    });
  }
  const ends: TowerEnds = { input, output, prefix, layers, heads, width };
  const found = { ends, causal, ...findHooks(graph, ends) };
  const declared = declaredLimits(graph, ends.input, kind);
  if (isQuantised(graph, ancestors(graph, ends.output))) {
    return { found: { ...found, limits: { rows: 1, ...declared } } }; // its scales would be computed over all rows together
  }
  if (declared === undefined) return { found };
  const { rows, positions } = declared;
  const size = `${rows} rows${positions === undefined ? "" : ` of ${positions} tokens`}`;
  const advice = `the graph is bound to an "${input}" of ${size}; use an export with dynamic axes`;
  return { found, bound: { ends, causal, ...noHooks(layers, advice), limits: declared } };
}

/** The numbers of a model that turn a cosine into its own logit. */
export interface LogitScale {
  /** The factor: e to the power of the stored `logit_scale`. */
  readonly scale: number;
  /** What is added, `logit_bias`; it has no effect on differences. */
  readonly bias: number;
}

const LOGITS = ["logits_per_text", "logits_per_image"];

/**
 * Finds scale and bias in a graph that ends in the logits of sentences and images: a product times one number, plus another.
 * Undefined if the graph has no logits, or makes them otherwise.
 */
export function findLogitScale(graph: Graph): LogitScale | undefined {
  const output = LOGITS.find((name) => graph.outputs.includes(name));
  if (output === undefined) return undefined;
  const sum = operation(graph, output, "Add");
  const product = operation(graph, sum?.rest ?? output, "Mul");
  return product && { scale: product.number, bias: sum?.number ?? 0 };
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
  const stored = graph.weight(name);
  if (stored === undefined || stored.dims.some((size) => size !== 1n)) return undefined;
  return numbersOf(stored)[0];
}
