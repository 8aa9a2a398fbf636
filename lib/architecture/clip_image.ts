/** CLIP's image tower as a graph: patches after a class token, at which the embedding is read. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { writeBlocks } from "./blocks.ts";
import { writePatches } from "./patches.ts";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import { type BlockSizes, TowerWriter } from "./tower_writer.ts";

/** The sizes of an image tower. */
export interface ImageSizes extends BlockSizes {
  readonly projection: number;
  /** Height and width of an image, pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, pixels. */
  readonly patchSize: number;
  readonly channels: number;
}

/**
 * Writes the tower.
 *
 * Input: `pixel_values` [rows, channels, height, width]. Output: `image_embeds` [rows, projection], not normalised.
 */
export function writeClipImage(
  parts: WriteParts,
  sizes: ImageSizes,
): TowerEnds {
  const { width, heads, imageSize, patchSize, channels, projection } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "vision.", module: "vision_model" });
  const pixels = "pixel_values";
  const positions = Math.floor(imageSize / patchSize) ** 2 + 1;
  const patches = writePatches(tower, pixels, { channels, patchSize });
  const rows = tower.node(
    "Gather",
    [tower.node("Shape", [pixels], "sizes"), tower.whole([0])],
    "rows",
    { axis: 0n },
  );
  const classSizes = tower.node("Concat", [rows, tower.whole([1, width])], "class sizes", {
    axis: 0n,
  });
  const classToken = tower.node("Expand", [
    tower.weight("embeddings.class_embedding", [width]),
    classSizes,
  ], "class token");
  const embedded = tower.node("Concat", [classToken, patches], "vision.hook_embed", { axis: 1n });
  const places = tower.weight("embeddings.position_embedding.weight", [positions, width]);
  const summed = tower.node("Add", [embedded, places], "embedded");
  const first = tower.norm(summed, "pre_layrnorm", "vision.blocks.0.hook_resid_pre");
  const last = writeBlocks(tower, first, {
    byHead: tower.whole([-1, positions, heads, width / heads]),
  });
  const token = tower.node("Gather", [last, tower.whole(0)], "class", { axis: 1n });
  const pooled = tower.norm(token, "post_layernorm", "pooled");
  const embeds = tower.linear(pooled, "visual_projection", {
    ...{ inputs: width, outputs: projection, bias: false, output: "image_embeds" },
  });
  return {
    inputs: [{
      name: pixels,
      type: Type.FLOAT,
      axes: ["batch_size", channels, imageSize, imageSize],
    }],
    outputs: [{ name: embeds, type: Type.FLOAT, axes: ["batch_size", projection] }],
  };
}
