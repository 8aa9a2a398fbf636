/** Names of a tower's weights, and what their axes count. */

import type { Axis } from "../../hooks/tensor.ts";
import { CLIP_PARTS, type OuterParts } from "../tower_shape.ts";

/** The weights of a block, in the order of computation. Matrices have their inputs before their outputs: y = x W + b. */
const BLOCK_WEIGHTS = {
  "ln1.w": ["width"],
  "ln1.b": ["width"],
  "attn.W_Q": ["head", "width", "head width"],
  "attn.b_Q": ["head", "head width"],
  "attn.W_K": ["head", "width", "head width"],
  "attn.b_K": ["head", "head width"],
  "attn.W_V": ["head", "width", "head width"],
  "attn.b_V": ["head", "head width"],
  "attn.W_O": ["head", "head width", "width"],
  "attn.b_O": ["width"],
  "ln2.w": ["width"],
  "ln2.b": ["width"],
  "mlp.W_in": ["width", "neuron"],
  "mlp.b_in": ["neuron"],
  "mlp.W_out": ["neuron", "width"],
  "mlp.b_out": ["width"],
} as const satisfies Record<string, readonly Axis[]>;

/** The weights before the first block of a text tower, and of image towers with and without a class token. */
const BEGINNINGS = {
  text: {
    "embed.W_E": ["token", "width"],
    "pos_embed.W_pos": ["position", "width"],
  },
  class: {
    "embed.W_patch": ["channel", "row", "column", "width"],
    "embed.W_class": ["width"],
    "pos_embed.W_pos": ["position", "width"],
    "ln_pre.w": ["width"],
    "ln_pre.b": ["width"],
  },
  patches: {
    "embed.W_patch": ["channel", "row", "column", "width"],
    "embed.b_patch": ["width"],
    "pos_embed.W_pos": ["position", "width"],
  },
} as const satisfies Record<string, Record<string, readonly Axis[]>>;

const FINAL_NORM = { "ln_final.w": ["width"], "ln_final.b": ["width"] } as const;

/** The weights after the last block, by what makes the embedding. */
const ENDINGS = {
  matrix: { ...FINAL_NORM, "W_proj": ["width", "projection"] },
  linear: { ...FINAL_NORM, "W_proj": ["width", "projection"], "b_proj": ["projection"] },
  attention: {
    ...FINAL_NORM,
    "pool.query": ["width"],
    "pool.attn.W_Q": ["head", "width", "head width"],
    "pool.attn.b_Q": ["head", "head width"],
    "pool.attn.W_K": ["head", "width", "head width"],
    "pool.attn.b_K": ["head", "head width"],
    "pool.attn.W_V": ["head", "width", "head width"],
    "pool.attn.b_V": ["head", "head width"],
    "pool.attn.W_O": ["head", "head width", "width"],
    "pool.attn.b_O": ["width"],
    "pool.ln.w": ["width"],
    "pool.ln.b": ["width"],
    "pool.mlp.W_in": ["width", "neuron"],
    "pool.mlp.b_in": ["neuron"],
    "pool.mlp.W_out": ["neuron", "width"],
    "pool.mlp.b_out": ["width"],
  },
} as const satisfies Record<OuterParts["pooling"], Record<string, readonly Axis[]>>;

export type BlockWeight = keyof typeof BLOCK_WEIGHTS;

export type EndWeight =
  | keyof typeof BEGINNINGS["text"]
  | keyof typeof BEGINNINGS["class"]
  | keyof typeof BEGINNINGS["patches"]
  | keyof typeof ENDINGS["linear"]
  | keyof typeof ENDINGS["attention"];

/** A weight's name within its tower: without the prefix `vision.`. */
export type WeightName = EndWeight | `blocks.${number}.${BlockWeight}`;

/**
 * All weights of a tower with their axes, in the order of computation.
 *
 * The names are those of TransformerLens, which has none for some weights: `embed.W_class` is the class embedding, `embed.W_patch` turns
 * the pixels of a patch into a vector, and `W_proj` turns the pooled, normalised vector into the embedding. In SigLIP's image tower the
 * learnt query `pool.query` pools the patches by an attention of its own, and an MLP follows.
 *
 * @param parts What comes before the blocks and after them. @default {as in CLIP}
 */
export function weightAxes(
  kind: "text" | "image",
  layers: number,
  parts: OuterParts = CLIP_PARTS[kind],
): ReadonlyMap<WeightName, readonly Axis[]> {
  const blocks = Array.from(
    { length: layers },
    (_, layer) =>
      Object.entries(BLOCK_WEIGHTS).map(([name, axes]) =>
        [`blocks.${layer}.${name as BlockWeight}` as const, axes] as const
      ),
  );
  const beginning = kind === "text" ? "text" : parts.classToken ? "class" : "patches";
  return new Map<WeightName, readonly Axis[]>([
    ...Object.entries(BEGINNINGS[beginning]) as [EndWeight, readonly Axis[]][],
    ...blocks.flat(),
    ...Object.entries(ENDINGS[parts.pooling]) as [EndWeight, readonly Axis[]][],
  ]);
}
