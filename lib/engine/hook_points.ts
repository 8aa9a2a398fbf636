/** Every hook point: its name, what its axes count, and how it is found in a graph. To add one, add an entry here. */

import type { Axis } from "../hooks/tensor.ts";
import type { AddedValue } from "./parts/added_value.ts";
import type { Block } from "./parts/block.ts";
import { positionEmbedding, tokenEmbedding } from "./parts/embedding.ts";
import { headResults } from "./parts/head_results.ts";
import { finalNormalized, normScale } from "./parts/layer_norm.ts";
import { neuronsAfter, neuronsBefore } from "./parts/neurons.ts";
import { projectionOf } from "./parts/projections.ts";

/** A kind of hook point, in every block or at an end of the tower. */
export interface HookPoint {
  /** Its name in TransformerLens, without the number of the block. */
  readonly name: string;
  /** The block from which it is found, if the tower has it once. @default {every block has it} */
  readonly end?: "first" | "last";
  /** What its axes count; for a value that image towers have of their class token only, with one and without. */
  readonly axes: readonly Axis[] | Readonly<Record<"all" | "class", readonly Axis[]>>;
  /**
   * Consecutive hook points of the same stage do not depend on each other and share one cut.
   *
   * @default {the hook point has a cut of its own}
   */
  readonly stage?: string;
  /** Whether every run stops here, even if it is not wanted. @default {false} */
  readonly always?: boolean;
  /** Whether it holds attention weights, which can be knocked out. @default {false} */
  readonly weights?: boolean;
  /** Its value in the graph, or how to make one that the graph lacks; undefined if it cannot be reached. */
  readonly find: (block: Block) => string | AddedValue | undefined;
}

const RESIDUAL: readonly Axis[] = ["batch", "position", "width"];
const BY_HEAD: readonly Axis[] = ["batch", "position", "head", "head width"];
const ATTENTION: readonly Axis[] = ["batch", "head", "query", "key"];
const NEURONS: readonly Axis[] = ["batch", "position", "neuron"];
const SCALE: readonly Axis[] = ["batch", "position", "scale"];

/**
 * All kinds of hook points in the order of computation.
 *
 * `hook_attn_scores` includes the mask as the graph adds it, see docs/exports.md. `hook_scale` is the square root of variance + epsilon,
 * and `hook_normalized` is the value before gain and bias, as in TransformerLens from version 3 on.
 */
export const HOOK_POINTS: readonly HookPoint[] = [
  { name: "hook_embed", end: "first", axes: RESIDUAL, find: tokenEmbedding },
  { name: "hook_pos_embed", end: "first", axes: RESIDUAL, find: positionEmbedding },
  { name: "hook_resid_pre", axes: RESIDUAL, always: true, find: along("residPre") },
  { name: "ln1.hook_scale", axes: SCALE, find: normScale("residPre") },
  { name: "attn.hook_q", axes: BY_HEAD, stage: "projections", find: projectionOf("q") },
  { name: "attn.hook_k", axes: BY_HEAD, stage: "projections", find: projectionOf("k") },
  { name: "attn.hook_v", axes: BY_HEAD, stage: "projections", find: projectionOf("v") },
  {
    name: "attn.hook_attn_scores",
    axes: ATTENTION,
    find: ({ mix, softmax }) => mix && softmax?.input[0],
  },
  { name: "attn.hook_pattern", axes: ATTENTION, weights: true, find: ({ mix }) => mix?.input[0] },
  { name: "attn.hook_z", axes: BY_HEAD, find: ({ residuals }) => residuals?.out.input[0] },
  {
    name: "attn.hook_result",
    axes: ["batch", "position", "head", "width"],
    find: headResults,
  },
  { name: "hook_attn_out", axes: RESIDUAL, find: along("attnOut") },
  { name: "hook_resid_mid", axes: RESIDUAL, find: along("residMid") },
  { name: "ln2.hook_scale", axes: SCALE, find: normScale("residMid") },
  { name: "mlp.hook_pre", axes: NEURONS, find: neuronsBefore },
  { name: "mlp.hook_post", axes: NEURONS, find: neuronsAfter },
  { name: "hook_mlp_out", axes: RESIDUAL, find: along("mlpOut") },
  { name: "hook_resid_post", axes: RESIDUAL, always: true, find: along("residPost") },
  {
    name: "ln_final.hook_normalized",
    end: "last",
    axes: { all: RESIDUAL, class: ["batch", "width"] },
    find: finalNormalized,
  },
];

function along(value: "residPre" | "attnOut" | "residMid" | "mlpOut" | "residPost") {
  return ({ residuals }: Block) => residuals?.[value];
}
