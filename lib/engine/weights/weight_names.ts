/** Names of a tower's weights, and what their axes count. */

import type { Axis } from "../../hooks/tensor.ts";

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

/** The weights before the first block of each tower. */
const BEGINNINGS = {
  text: {
    "embed.W_E": ["token", "width"],
    "pos_embed.W_pos": ["position", "width"],
  },
  image: {
    "embed.W_patch": ["channel", "row", "column", "width"],
    "embed.W_class": ["width"],
    "pos_embed.W_pos": ["position", "width"],
    "ln_pre.w": ["width"],
    "ln_pre.b": ["width"],
  },
} as const satisfies Record<string, Record<string, readonly Axis[]>>;

/** The weights after the last block. */
const ENDING = {
  "ln_final.w": ["width"],
  "ln_final.b": ["width"],
  "W_proj": ["width", "projection"],
} as const satisfies Record<string, readonly Axis[]>;

/** A weight of a block, without the block's number. */
export type BlockWeight = keyof typeof BLOCK_WEIGHTS;

/** A weight outside the blocks. */
export type EndWeight =
  | keyof typeof BEGINNINGS["text"]
  | keyof typeof BEGINNINGS["image"]
  | keyof typeof ENDING;

/** A weight's name within its tower: without the prefix `vision.`. */
export type WeightName = EndWeight | `blocks.${number}.${BlockWeight}`;

/**
 * All weights of a tower with their axes, in the order of computation.
 *
 * The names are those of TransformerLens, which has none for three weights: `embed.W_class` is the class embedding, `embed.W_patch` turns
 * the pixels of a patch into a vector, and `W_proj` turns the pooled, normalised vector into the embedding.
 *
 * @param kind Which tower.
 * @param layers The number of blocks.
 */
export function weightAxes(
  kind: "text" | "image",
  layers: number,
): ReadonlyMap<WeightName, readonly Axis[]> {
  const blocks = Array.from(
    { length: layers },
    (_, layer) =>
      Object.entries(BLOCK_WEIGHTS).map(([name, axes]) =>
        [`blocks.${layer}.${name as BlockWeight}` as const, axes] as const
      ),
  );
  return new Map<WeightName, readonly Axis[]>([
    ...Object.entries(BEGINNINGS[kind]) as [EndWeight, readonly Axis[]][],
    ...blocks.flat(),
    ...Object.entries(ENDING) as [EndWeight, readonly Axis[]][],
  ]);
}
