/** SigLIP's image tower as a graph: patches alone, pooled by the attention of one learnt query. */

import { TensorProto_DataType as Type } from "onnx-buf";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import type { ImageSizes } from "./clip_image.ts";
import { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the tower (`SiglipVisionModel` in transformers).
 *
 * Input: `pixel_values` [rows, channels, height, width]. Outputs: `pooler_output` [rows, width], not normalised, and `last_hidden_state`.
 *
 * @param parts What it is written with.
 * @param sizes The tower's sizes.
 * @returns Its inputs and outputs.
 * @throws {NegscopeError} If an array is missing or has another shape.
 */
export function writeSiglipImage(
  parts: WriteParts,
  sizes: Omit<ImageSizes, "projection">,
): TowerEnds {
  const { width, heads, imageSize, patchSize, channels } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "vision.", module: "vision_model" });
  const pixels = "pixel_values";
  const positions = Math.floor(imageSize / patchSize) ** 2;
  const patches = tower.patches(pixels, { channels, patchSize, bias: true });
  const places = tower.weight("embeddings.position_embedding.weight", [positions, width]);
  const first = tower.node("Add", [patches, places], "vision.blocks.0.hook_resid_pre");
  const byHead = tower.whole([-1, positions, heads, width / heads]);
  const last = tower.blocks(first, { byHead });
  const normed = tower.norm(last, "post_layernorm", "last_hidden_state");
  const embeds = pool(tower, normed, { ...sizes, byHead });
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
function pool(
  tower: TowerWriter,
  normed: string,
  { width, heads, mlpWidth, byHead }: {
    readonly width: number;
    readonly heads: number;
    readonly mlpWidth: number;
    readonly byHead: string;
  },
): string {
  const at = (name: string) => `vision.pool.${name}`;
  const name = "vision_model.head";
  const square = { inputs: width, outputs: width };
  const linear = (x: string, part: string) =>
    tower.linear(x, `${name}.attention.${part}_proj`, { ...square, output: at(part) });
  const probe = tower.flat(tower.weight("head.probe", [1, 1, width]), at("probe")); // [1, width]
  const rows = tower.flat(normed, at("rows"));
  const heard = { q: linear(probe, "q"), k: linear(rows, "k"), v: linear(rows, "v") };
  const queriesByHead = tower.whole([1, 1, heads, width / heads]);
  const z = tower.attend(heard, { byHead, queriesByHead }, at);
  const attended = linear(z, "out");
  const hidden = tower.linear(
    tower.norm(attended, "head.layernorm", at("ln")),
    `${name}.mlp.fc1`,
    { inputs: width, outputs: mlpWidth, output: at("mlp.pre") },
  );
  const mlp = tower.linear(
    tower.activation(hidden, at("mlp.post")),
    `${name}.mlp.fc2`,
    { inputs: mlpWidth, outputs: width, output: at("mlp.out") },
  );
  return tower.node("Add", [attended, mlp], "pooler_output");
}
