/** A tower's graph in which named weights have other numbers. */

import type { Graph } from "../../onnx/graph/graph.ts";
import { withNumbers } from "../../onnx/graph/half_precision.ts";
import { NegscopeError, unknownName, wrongValue } from "../../errors.ts";
import { findWeights, type FoundWeights, type TowerPlace } from "./find_weights.ts";
import { weightAxes, type WeightName } from "./weight_names.ts";
import { numbersOf, tensorNamed } from "./weight_nodes.ts";
import { forEachPlace, type WeightLayout } from "./weight_view.ts";

/** Other numbers for a weight, or for one of its heads. */
export interface ChangedWeight {
  /** The weight's name as in `Weights.names`, e.g. `blocks.0.attn.W_Q`; the image tower's begin with `vision.`. */
  readonly name: string;
  /** The only index of the first axis that is changed, from 0: in `attn.W_Q` a head. @default {all} */
  readonly index?: number;
  /** The numbers in the order of the weight's axes, the last axis fastest, as `WeightView.toTensor` gives them. */
  readonly values: Float32Array;
}

/** A tower's place in a graph, and what a user can do about weights that the graph does not store separately. */
export type AdvisedPlace = TowerPlace & { readonly advice: string };

/**
 * Gives some weights of a tower other numbers; changes of one weight apply in their order. Everything else keeps its bits, and no file is
 * written. To run a model so changed, see `changedWeights` of `ClipModelOptions`, and `changed` of a study's `Variant`.
 *
 * @throws {NegscopeError} If the tower has no such weight, its graph does not store it separately, or the numbers do not fit.
 */
export function withChangedWeights(
  graph: Graph,
  { advice, ...place }: AdvisedPlace,
  changes: readonly ChangedWeight[],
): Graph {
  const { kind, shape, ends: { prefix } } = place;
  const found = findWeights(graph, place);
  const known = [...weightAxes(kind, shape.layers, shape.parts).keys()];
  const byName = new Map<WeightName, ChangedWeight[]>();
  for (const change of changes) {
    const name = known.find((one) => `${prefix}${one}` === change.name);
    if (name === undefined) {
      const names = known.map((one) => `${prefix}${one}`);
      throw unknownName({ doing: "change weight", name: change.name, known: names });
    }
    checkChange(found, name, { ...change, file: graph.source, advice });
    byName.set(name, [...byName.get(name) ?? [], change]);
  }
  const chosen = new Map([...found].filter(([name]) => byName.has(name)));
  return withFilledWeights(graph, chosen, {
    start: (tensor) => numbersOf(graph.weight(tensor) ?? tensorNamed(graph, tensor)!).slice(),
    fill: (name, numbers, layout) => {
      for (const { index, values } of byName.get(name)!) {
        let next = 0;
        forEachPlace(partOf(layout, index), (at) => void (numbers[at] = values[next++]!));
      }
    },
  });
}

/**
 * Replaces the numbers of stored tensors. They are made when they are first read, and kept as long as the graph is.
 *
 * @param found The weights that are filled.
 * @param how The numbers that a stored tensor begins with, by its name, and what fills a weight's places among them.
 */
export function withFilledWeights(
  graph: Graph,
  found: FoundWeights,
  { start, fill }: {
    readonly start: (tensor: string, size: number) => Float32Array<ArrayBuffer>;
    readonly fill: (name: WeightName, numbers: Float32Array, layout: WeightLayout) => void;
  },
): Graph {
  const stored = Map.groupBy(found, ([, { stored: { name } }]) => name);
  const made = new Map([...stored].map(([tensor, weights]) => {
    const size = Number(weights[0]![1].stored.tensor.dims.reduce((all, n) => all * n, 1n));
    let numbers: Float32Array<ArrayBuffer> | undefined;
    return [tensor, () => {
      if (numbers !== undefined) return numbers;
      numbers = start(tensor, size);
      for (const [name, { layout }] of weights) fill(name, numbers, layout);
      return numbers;
    }] as const;
  }));
  return withConstants(graph, found, made).withWeights(made);
}

function partOf(layout: WeightLayout, index: number | undefined): WeightLayout {
  if (index === undefined) return layout;
  const { shape, strides, offset } = layout;
  return { shape: [1, ...shape.slice(1)], strides, offset: offset + index * strides[0]! };
}

function checkChange(
  found: FoundWeights,
  name: WeightName,
  { name: full, index, values, file, advice }: ChangedWeight & {
    readonly file: string;
    readonly advice: string;
  },
): void {
  const weight = found.get(name);
  const sharing = weight &&
    [...found].find(([other, { stored, layout }]) =>
      other !== name && stored.name === weight.stored.name && layout.offset === weight.layout.offset
    );
  if (weight === undefined || sharing !== undefined) {
    throw new NegscopeError("hook-unreachable", {
      problem: `Cannot change weight "${full}" in "${file}"`,
      reason: sharing === undefined
        ? advice
        : `the graph stores it once for itself and for "${sharing[0]}"`,
      ...sharing && { fix: "use the model's weights (--weights) or another export" },
    });
  }
  const { shape } = weight.layout;
  if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < shape[0]!)) {
    throw wrongValue(`change weight "${full}" at`, index, `an index from 0 to ${shape[0]! - 1}`);
  }
  const rank = shape.length - (index === undefined ? 0 : 1);
  const size = shape.slice(shape.length - rank).reduce((all, n) => all * n, 1);
  if (values.length !== size) {
    throw new NegscopeError("value-wrong", {
      problem: `Cannot change weight "${full}"`,
      reason: `there are ${values.length} numbers`,
      expected: `${size}, one for each value of [${shape.slice(shape.length - rank).join(", ")}]`,
    });
  }
}

function withConstants(
  graph: Graph,
  found: FoundWeights,
  made: ReadonlyMap<string, () => Float32Array<ArrayBuffer>>,
): Graph {
  const constants = new Map(
    [...found.values()].filter(({ stored: { name } }) => !graph.initializers.has(name))
      .map(({ stored: { name, tensor } }) => [name, tensor]),
  );
  if (constants.size === 0) return graph;
  return graph.withNodes(graph.nodes.map((node) => {
    const tensor = constants.get(node.output[0] ?? "");
    if (tensor === undefined) return node;
    const t = withNumbers(tensor, made.get(node.output[0]!)!());
    const attribute = node.attribute.map((each) => each.name === "value" ? { ...each, t } : each);
    return { ...node, attribute };
  }));
}
