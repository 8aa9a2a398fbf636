/** Finds the hook points of a transformer tower in its ONNX graph by structure, not by name. */

import type { NodeProto } from "onnx-buf";
import { NegscopeError } from "../errors.ts";
import { ancestors, shapeOnlyValues } from "../onnx/graph/dependence.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import type { GraphEnds } from "./find_tower.ts";
import { IMAGE_PREFIX, namedPoints } from "./hook_names.ts";
import type { AddedValue } from "./parts/added_value.ts";
import { type Around, findBlock, isProduct } from "./parts/block.ts";
import type { TowerShape } from "./tower_shape.ts";

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
 * Finds the values at the hook points of a tower.
 *
 * Each block has one Softmax, or one node for all of attention; `HOOK_POINTS` finds the values around it. Attention whose queries do not
 * depend on the data pools the tower's output and belongs to no block. A quantised graph has no hook points, since none of its values are
 * CLIP's own and its rows depend on each other. Returns the values; a hook point that has no value of its own is absent.
 */
export function findHooks(graph: Graph, ends: TowerEnds): FoundHooks {
  const own = ancestors(graph, ends.output);
  const none = noHooks(ends.layers, adviceFor(graph, own));
  const { heads, width, prefix } = ends;
  const tower = prefix === IMAGE_PREFIX ? "image" as const : "text" as const;
  const around = { graph, heads, width, tower, varies: variation(graph, ends.input) };
  const attentions = own.filter((index) => {
    const node = graph.nodes[index]!;
    return isAttention(node) && !isPooling(around, node);
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

export function noHooks(layers: number, advice: string): FoundHooks {
  const blocks = Array.from({ length: layers }, () => ({}));
  return { values: new Map(), blocks, added: new Map(), advice };
}

/** Whether a graph computes with quantised numbers, whose scale often depends on all rows together. */
export function isQuantised(graph: Graph, nodes: readonly number[]): boolean {
  return nodes.some((index) => QUANTISED.test(graph.nodes[index]!.opType));
}

const QUANTISED = /Quantize|^QLinear|Integer$|NBits$|Bnb4$/;
const FUSED_ATTENTION = /Attention$/;

function isAttention({ opType }: NodeProto): boolean {
  return opType === "Softmax" || FUSED_ATTENTION.test(opType);
}

/** Whether an attention's queries are the same for all data: a learnt query that pools all positions. */
function isPooling({ graph, varies }: Around, attention: NodeProto): boolean {
  if (attention.opType !== "Softmax") return !varies(attention.input[0]!);
  let node: NodeProto | undefined = attention;
  while (node !== undefined && !isProduct(node)) {
    node = graph.producerOf(node.input.find(varies) ?? "");
  }
  return node !== undefined && !node.input.slice(0, 2).every(varies);
}

/** Distinguishes values that change with the data from constants, masks and sizes. */
function variation(graph: Graph, input: string): (name: string) => boolean {
  const shapeOnly = shapeOnlyValues(graph, input);
  return (name) => name !== "" && !shapeOnly.has(name);
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
