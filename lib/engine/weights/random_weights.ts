/** Seeded random weights in place of a tower's own: a model of the same shape that has learnt nothing. */

import { mersenne } from "pure-rand/generator/mersenne";
import { NegscopeError } from "../../errors.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { withNumbers } from "../../onnx/graph/half_precision.ts";
import { findTower } from "../find_tower.ts";
import { findWeights, type TowerPlace } from "./find_weights.ts";
import type { FoundWeight } from "./weight_layouts.ts";
import { weightAxes, type WeightName } from "./weight_names.ts";
import type { WeightLayout } from "./weight_view.ts";

/** The standard deviation of normally distributed weights around 0, or the one number that all have. */
type Start = { readonly deviation: number } | { readonly constant: number };

type Sizes = Pick<TowerPlace["shape"], "layers" | "width">;

/**
 * Replaces a tower's weights with random ones of the same shapes.
 *
 * They are as OpenAI's code makes them before training (`initialize_parameters` in github.com/openai/CLIP, clip/model.py), by the same rule
 * in the blocks of both towers and in the parts that only another family has: matrices are normal, as is the query that pools, layer norms
 * have scale 1 and shift 0, biases are 0. A weight depends only on the seed and its name, so that every export of a model becomes the same
 * random model.
 *
 * @param seed Decides the numbers, a whole number from 0 to 2^32 - 1.
 */
export function withRandomWeights(
  graph: Graph,
  { advice, ...place }: TowerPlace & { readonly advice: string },
  seed: number,
): Graph {
  const { kind, shape, ends: { prefix } } = place;
  const found = findWeights(graph, place);
  for (const name of weightAxes(kind, shape.layers, shape.parts).keys()) {
    if (found.has(name)) continue;
    throw cannotBeRandom(graph.source, { name: `${prefix}${name}`, advice });
  }
  const stored = Map.groupBy(found, ([, { stored: { name } }]) => name);
  const made = new Map([...stored].map(([tensor, weights]) => {
    const size = Number(weights[0]![1].stored.tensor.dims.reduce((all, n) => all * n, 1n));
    return [tensor, () => {
      const values = new Float32Array(size);
      for (const [name, { layout }] of weights) {
        fill(values, layout, startOf(name, kind, shape), `${seed} ${prefix}${name}`);
      }
      return values;
    }] as const;
  }));
  return withConstants(graph, found.values(), made).withWeights(made);
}

/** The error for a tower that cannot have random weights. */
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

/** A tower's graph with random weights if a seed is given, and otherwise as it is. */
export function withWeightsOf(
  graph: Graph,
  options: Parameters<typeof findTower>[1] & Pick<TowerPlace, "shape"> & {
    readonly randomWeights?: number | undefined;
  },
): Graph {
  const { randomWeights: seed } = options;
  if (seed === undefined) return graph;
  return withRandomWeights(graph, { ...options, ...findTower(graph, options).found }, seed);
}

/** Replaces weights that are stored in Constant nodes. */
function withConstants(
  graph: Graph,
  found: Iterable<FoundWeight>,
  made: ReadonlyMap<string, () => Float32Array<ArrayBuffer>>,
): Graph {
  const constants = new Map(
    [...found].filter(({ stored: { name } }) => !graph.initializers.has(name))
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

function startOf(name: WeightName, kind: "text" | "image", { layers, width }: Sizes): Start {
  const part = name.replace(/^(?:blocks\.\d+|pool)\./, "");
  if (/^ln\w*\.w$/.test(part)) return { constant: 1 };
  if (/(^|\.)b(_|$)/.test(part)) return { constant: 0 };
  const scale = width ** -0.5;
  switch (part) {
    case "embed.W_E":
      return { deviation: 0.02 };
    case "embed.W_patch":
      return { deviation: 0.02 }; // as transformers does it; OpenAI's code leaves it to torch
    case "pos_embed.W_pos":
      return { deviation: kind === "text" ? 0.01 : scale };
    case "attn.W_O":
    case "mlp.W_out":
      return { deviation: scale * (2 * layers) ** -0.5 }; // what adds to the residual stream
    case "mlp.W_in":
      return { deviation: (2 * width) ** -0.5 };
    default:
      return { deviation: scale };
  }
}

/** Fills a weight, in the order of its own axes, whatever the order in which it is stored. */
function fill(
  values: Float32Array,
  { shape, strides, offset }: WeightLayout,
  start: Start,
  key: string,
): void {
  const draw = "constant" in start ? () => start.constant : normal(key, start.deviation);
  const along = (axis: number, from: number): void => {
    const [size, stride] = [shape[axis]!, strides[axis]!];
    const isLast = axis === shape.length - 1;
    for (let i = 0; i < size; i++) {
      if (isLast) values[from + i * stride] = draw();
      else along(axis + 1, from + i * stride);
    }
  };
  along(0, offset);
}

/** Normally distributed numbers, two at a time (Box and Muller 1958). */
function normal(key: string, deviation: number): () => number {
  const generator = mersenne(hash(key));
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 2 ** 32; // in (0, 1)
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A seed of 32 bits from a text (FNV-1a). */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) bits = Math.imul(bits ^ byte, 0x01000193);
  return bits;
}
