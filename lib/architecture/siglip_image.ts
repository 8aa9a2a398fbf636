/** SigLIP's image tower as a graph: patches alone, pooled by the attention of one learnt query. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { attend } from "./attention.ts";
import { writeBlocks } from "./blocks.ts";
import { writeMlp } from "./mlp.ts";
import { writePatches } from "./patches.ts";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import type { ImageSizes } from "./clip_image.ts";
import { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the tower (`SiglipVisionModel` in transformers).
 *
 * Input: `pixel_values` [rows, channels, height, width]. Outputs: `pooler_output` [rows, width], not normalised, and `last_hidden_state`.
 */
export function writeSiglipImage(
  parts: WriteParts,
  sizes: Omit<ImageSizes, "projection">,
): TowerEnds {
  const { width, heads, imageSize, patchSize, channels } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "vision.", module: "vision_model" });
  const pixels = "pixel_values";
  const positions = Math.floor(imageSize / patchSize) ** 2;
  const patches = writePatches(tower, pixels, { channels, patchSize, bias: true });
  const places = tower.weight("embeddings.position_embedding.weight", [positions, width]);
  const first = tower.node("Add", [patches, places], "vision.blocks.0.hook_resid_pre");
  const byHead = tower.whole([-1, positions, heads, width / heads]);
  const last = writeBlocks(tower, first, { byHead });
  const normed = tower.norm(last, "post_layernorm", "last_hidden_state");
  const embeds = pool(tower, normed, byHead);
  return {
    inputs: [{
      name: pixels,
      type: Type.FLOAT,
      axes: ["batch_size", channels, imageSize, imageSize],
    }],
    outputs: [
      { name: embeds, type: Type.FLOAT, axes: ["batch_size", width] },
      { name: normed, type: Type.FLOAT, axes: ["batch_size", positions, width] },
    ],
  };
}

/** The attention of the learnt query to all positions, and an MLP around which it goes: [rows, width]. */
function pool(tower: TowerWriter, normed: string, byHead: string): string {
  const { width, heads } = tower.sizes;
  const at = (name: string) => `vision.pool.${name}`;
  const square = { inputs: width, outputs: width };
  const linear = (x: string, part: string) =>
    tower.linear(x, `head.attention.${part}_proj`, { ...square, output: at(part) });
  const probe = tower.flat(tower.weight("head.probe", [1, 1, width]), at("probe")); // [1, width]
  const rows = tower.flat(normed, at("rows"));
  const heard = { q: linear(probe, "q"), k: linear(rows, "k"), v: linear(rows, "v") };
  const queriesByHead = tower.whole([1, 1, heads, width / heads]);
  const z = attend(tower, heard, { form: { byHead, queriesByHead }, at });
  const attended = linear(z, "out");
  const mlp = writeMlp(tower, tower.norm(attended, "head.layernorm", at("ln")), {
    ...{ name: "head.mlp", at: (value) => at(`mlp.${value}`) },
  });
  return tower.node("Add", [attended, mlp], "pooler_output");
}
