/** The image towers of CLIP and SigLIP as graphs. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { attend, writeBlocks, writeMlp } from "./blocks.ts";
import type { WrittenTower } from "./built_tower.ts";
import type { VisionConfig } from "./sizes.ts";
import { type TowerArrays, TowerWriter } from "./tower_writer.ts";

const PIXELS = "pixel_values";

/**
 * Writes CLIP's image tower: patches after a class token, at which the embedding is read.
 *
 * Input: `pixel_values` [rows, channels, height, width]. Output: `image_embeds` [rows, projection], not normalised.
 */
export function writeClipImage(arrays: TowerArrays, config: VisionConfig): WrittenTower {
  const { width, heads, imageSize, patchSize, projection } = config;
  const tower = new TowerWriter("image", config, arrays);
  const positions = Math.floor(imageSize / patchSize) ** 2 + 1;
  const patches = writePatches(tower, config);
  const sizes = tower.node("Shape", [PIXELS], "sizes");
  const rows = tower.node("Gather", [sizes, tower.whole([0])], "rows", { axis: 0n });
  const classSizes = tower.node("Concat", [rows, tower.whole([1, width])], "class sizes", {
    axis: 0n,
  });
  const stored = tower.array("embeddings.class_embedding", [width]);
  const classToken = tower.node("Expand", [stored, classSizes], "class token");
  const embedded = tower.node("Concat", [classToken, patches], "vision.hook_embed", { axis: 1n });
  const table = tower.array("embeddings.position_embedding.weight", [positions, width]);
  const summed = tower.node("Add", [embedded, table], "embedded");
  const first = tower.norm(summed, "pre_layrnorm", "vision.blocks.0.hook_resid_pre");
  const last = writeBlocks(tower, first, {
    byHead: tower.whole([-1, positions, heads, width / heads]),
  });
  const token = tower.node("Gather", [last, tower.whole(0)], "class", { axis: 1n });
  const pooled = tower.norm(token, "post_layernorm", "pooled");
  const embeds = tower.linear(pooled, "visual_projection", [width, projection], "image_embeds", {
    bias: false,
  });
  return {
    graph: tower,
    weights: tower.weights,
    inputs: [inputOf(config)],
    outputs: [{ name: embeds, type: Type.FLOAT, axes: ["batch_size", projection] }],
  };
}

/**
 * Writes SigLIP's image tower (`SiglipVisionModel` in transformers): patches alone, pooled by the attention of one learnt query.
 *
 * Input: `pixel_values` [rows, channels, height, width]. Outputs: `pooler_output` [rows, width], not normalised, and `last_hidden_state`.
 */
export function writeSiglipImage(arrays: TowerArrays, config: VisionConfig): WrittenTower {
  const { width, heads, imageSize, patchSize } = config;
  const tower = new TowerWriter("image", config, arrays);
  const positions = Math.floor(imageSize / patchSize) ** 2;
  const patches = writePatches(tower, config, { bias: true });
  const table = tower.array("embeddings.position_embedding.weight", [positions, width]);
  const first = tower.node("Add", [patches, table], "vision.blocks.0.hook_resid_pre");
  const byHead = tower.whole([-1, positions, heads, width / heads]);
  const last = writeBlocks(tower, first, { byHead });
  const normed = tower.norm(last, "post_layernorm", "last_hidden_state");
  const embeds = pool(tower, normed, byHead);
  return {
    graph: tower,
    weights: tower.weights,
    inputs: [inputOf(config)],
    outputs: [
      { name: embeds, type: Type.FLOAT, axes: ["batch_size", width] },
      { name: normed, type: Type.FLOAT, axes: ["batch_size", positions, width] },
    ],
  };
}

function inputOf({ channels, imageSize }: VisionConfig) {
  return { name: PIXELS, type: Type.FLOAT, axes: ["batch_size", channels, imageSize, imageSize] };
}

/** The patches of images, as a convolution whose kernels do not overlap: [rows, patches, width]. */
function writePatches(
  tower: TowerWriter,
  { width, channels, patchSize }: VisionConfig,
  { bias = false } = {},
): string {
  const name = "embeddings.patch_embedding";
  const kernel = [patchSize, patchSize];
  const filters = tower.array(`${name}.weight`, [width, channels, ...kernel]);
  const terms = bias ? [tower.array(`${name}.bias`, [width])] : [];
  const sizes = kernel.map(BigInt);
  const image = tower.node("Conv", [PIXELS, filters, ...terms], "convolved", {
    kernel_shape: sizes,
    strides: sizes,
  });
  const flat = tower.node("Reshape", [image, tower.whole([0, width, -1])], "patches last");
  return tower.node("Transpose", [flat], "patches", { perm: [0n, 2n, 1n] });
}

/** The attention of the learnt query to all positions, and an MLP that adds to what it reads: [rows, width]. */
function pool(tower: TowerWriter, normed: string, byHead: string): string {
  const { width, heads } = tower.sizes;
  const at = (name: string) => `vision.pool.${name}`;
  const linear = (x: string, part: string) =>
    tower.linear(x, `head.attention.${part}_proj`, [width, width], at(part));
  const probe = tower.flat(tower.array("head.probe", [1, 1, width]), at("probe")); // [1, width]
  const rows = tower.flat(normed, at("rows"));
  const projected = { q: linear(probe, "q"), k: linear(rows, "k"), v: linear(rows, "v") };
  const queriesByHead = tower.whole([1, 1, heads, width / heads]);
  const z = attend(tower, projected, { form: { byHead, queriesByHead }, at });
  const attended = linear(z, "out");
  const mlp = writeMlp(tower, tower.norm(attended, "head.layernorm", at("ln")), {
    name: "head.mlp",
    at: (value) => at(`mlp.${value}`),
  });
  return tower.node("Add", [attended, mlp], "pooler_output");
}
