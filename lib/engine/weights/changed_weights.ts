import { mersenne } from "pure-rand/generator/mersenne";
import { type Graph, withNumbers } from "../../onnx/graph.ts";
import { NegscopeError, unknownName, wrongValue } from "../../errors/errors.ts";
import { findWeights, type FoundWeights, type TowerPlace } from "./find_weights.ts";
import { forEachPlace, numbersOf, weightAxes, type WeightLayout } from "./weight_layout.ts";
import { findTower } from "../graph/find_tower.ts";

/** Other numbers for a weight, or for one of its heads. */
export interface ChangedWeight {
  /** The weight's name as in `Weights.names`, e.g. `blocks.0.attn.W_Q`; the image tower's begin with `vision.`. */
  readonly name: string;
  /** The only index of the first axis that is changed, from 0: in `attn.W_Q` a head. @default {all} */
  readonly index?: number;
  /** The numbers in the order of the weight's axes, the last axis fastest, as `weights.get()` gives them. */
  readonly values: Float32Array;
}

/** A tower's place in a graph, and what a user can do about weights that the graph does not store separately. */
type AdvisedPlace = TowerPlace & { readonly advice: string };

/** Gives some weights of a tower other numbers, in the order of the changes. Everything else keeps its bits, and no file is written. */
function withChangedWeights(
  graph: Graph,
  { advice, ...place }: AdvisedPlace,
  changes: readonly ChangedWeight[],
): Graph {
  const { kind, shape, ends: { prefix } } = place;
  const found = findWeights(graph, place);
  const known = [...weightAxes(kind, shape.layers, shape.parts).keys()];
  const byName = new Map<string, ChangedWeight[]>();
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
    start: (tensor) => numbersOf(graph.weight(tensor)!).slice(),
    fill: (name, numbers, layout) => {
      for (const { index, values } of byName.get(name)!) {
        let next = 0;
        forEachPlace(partOf(layout, index), (at) => void (numbers[at] = values[next++]!));
      }
    },
  });
}

/** Replaces the numbers of stored tensors. They are made when they are first read, and kept as long as the graph is. */
function withFilledWeights(
  graph: Graph,
  found: FoundWeights,
  { start, fill }: {
    readonly start: (tensor: string, size: number) => Float32Array<ArrayBuffer>;
    readonly fill: (name: string, numbers: Float32Array, layout: WeightLayout) => void;
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
  name: string,
  { name: full, index, values, file, advice }:
    & ChangedWeight
    & Readonly<Record<"file" | "advice", string>>,
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
  const sizes = index === undefined ? shape : shape.slice(1);
  const size = sizes.reduce((all, n) => all * n, 1);
  if (values.length !== size) {
    throw new NegscopeError("value-wrong", {
      problem: `Cannot change weight "${full}"`,
      reason: `there are ${values.length} numbers`,
      expected: `${size}, one for each value of [${sizes.join(", ")}]`,
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
  return graph.withNodes(graph.nodes.map((node) => {
    const tensor = constants.get(node.output[0] ?? "");
    if (tensor === undefined) return node;
    const t = withNumbers(tensor, made.get(node.output[0]!)!());
    const attribute = node.attribute.map((each) => each.name === "value" ? { ...each, t } : each);
    return { ...node, attribute };
  }));
}

/**
 * Replaces a tower's weights with random ones of the same shapes. They are as OpenAI's code makes them before training
 * (`initialize_parameters` in github.com/openai/CLIP, clip/model.py), by the same rule in the blocks of both towers and in the parts that
 * only another family has: matrices are normal, as is the query that pools, layer norms have scale 1 and shift 0, biases are 0. A weight
 * depends only on the seed and its name, so that every export of a model becomes the same random model. `seed`: decides the numbers, a whole
 * number from 0 to 2^32 - 1.
 */
function withRandomWeights(
  graph: Graph,
  { advice, ...place }: AdvisedPlace,
  seed: number,
): Graph {
  const { kind, shape, ends: { prefix } } = place;
  const found = findWeights(graph, place);
  for (const name of weightAxes(kind, shape.layers, shape.parts).keys()) {
    if (found.has(name)) continue;
    throw cannotBeRandom(graph.source, { name: `${prefix}${name}`, advice });
  }
  return withFilledWeights(graph, found, {
    start: (_, size) => new Float32Array(size),
    fill: (name, numbers, layout) => {
      const drawn = drawnWeights(name, { kind, ...shape }, {
        key: `${seed} ${prefix}${name}`,
        size: layout.shape.reduce((product, length) => product * length, 1),
      });
      let next = 0;
      forEachPlace(layout, (place) => void (numbers[place] = drawn[next++]!));
    },
  });
}

export function cannotBeRandom(
  file: string,
  { name, advice }: { readonly name: string; readonly advice: string },
): NegscopeError {
  return new NegscopeError("hook-unreachable", {
    problem: `Cannot give "${file}" random weights`,
    subject: name,
    reason: `weight "${name}" cannot be reached: ${advice}`,
    fix: "leave out --random-weights, or the control random (--control none)",
  });
}

/** A tower's graph with the weights that the options ask for: random ones, other numbers in some, or those of its file. */
export function withWeightsOf(
  graph: Graph,
  options: Parameters<typeof findTower>[1] & Pick<TowerPlace, "shape"> & {
    readonly randomWeights?: number | undefined;
    readonly changedWeights?: readonly ChangedWeight[] | undefined;
  },
): Graph {
  const { randomWeights: seed, changedWeights: changes = [] } = options;
  if (seed === undefined && changes.length === 0) return graph;
  const place = { ...options, ...findTower(graph, options).found };
  const own = seed === undefined ? graph : withRandomWeights(graph, place, seed);
  return changes.length === 0 ? own : withChangedWeights(own, place, changes);
}

/** A weight's numbers: all the same, or normally distributed around 0. */
function drawnWeights(
  name: string,
  { kind, layers, width }: Pick<TowerPlace, "kind"> & Pick<TowerPlace["shape"], "layers" | "width">,
  { key, size }: { readonly key: string; readonly size: number },
): Float32Array {
  const part = name.replace(/^(?:blocks\.\d+|pool)\./, "");
  if (/^ln\w*\.w$/.test(part)) return new Float32Array(size).fill(1);
  if (/(^|\.)b(_|$)/.test(part)) return new Float32Array(size);
  const scale = width ** -0.5;
  const toResidual = scale * (2 * layers) ** -0.5; // what adds to the residual stream
  const deviations: Readonly<Record<string, number>> = {
    "embed.W_E": 0.02,
    "embed.W_patch": 0.02, // as transformers does it; OpenAI's code leaves it to torch
    "pos_embed.W_pos": kind === "text" ? 0.01 : scale,
    "attn.W_O": toResidual,
    "mlp.W_out": toResidual,
    "mlp.W_in": (2 * width) ** -0.5,
  };
  return normal(key, deviations[part] ?? scale, size);
}

/** Normally distributed numbers, two at a time (Box and Muller 1958). */
function normal(key: string, deviation: number, size: number): Float32Array {
  const generator = mersenne(hash(key));
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 2 ** 32; // in (0, 1)
  const numbers = new Float32Array(size + size % 2);
  for (let i = 0; i < size; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    numbers[i] = radius * Math.cos(angle);
    numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}

/** A seed of 32 bits from a text (FNV-1a). */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) bits = Math.imul(bits ^ byte, 0x01000193);
  return bits;
}
