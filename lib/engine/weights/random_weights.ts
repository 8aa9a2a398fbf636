/** Seeded random weights in place of a tower's own: a model of the same shape that has learnt nothing. */

import { mersenne } from "pure-rand/generator/mersenne";
import { NegscopeError } from "../../errors.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { findTower } from "../find_tower.ts";
import {
  type AdvisedPlace,
  type ChangedWeight,
  withChangedWeights,
  withFilledWeights,
} from "./changed_weights.ts";
import { findWeights, type TowerPlace } from "./find_weights.ts";
import { weightAxes, type WeightName } from "./weight_names.ts";
import { forEachPlace } from "./weight_view.ts";

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
      const start = startOf(name, kind, shape);
      if ("constant" in start) {
        forEachPlace(layout, (place) => void (numbers[place] = start.constant));
        return;
      }
      const size = layout.shape.reduce((product, length) => product * length, 1);
      const drawn = normal(`${seed} ${prefix}${name}`, { ...start, size });
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

/** Normally distributed numbers, two at a time (Box and Muller 1958). */
function normal(
  key: string,
  { deviation, size }: { readonly deviation: number; readonly size: number },
): Float32Array {
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
