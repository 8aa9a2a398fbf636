/** SigLIP's text tower as a graph: attention without a mask, and the embedding made at the last position. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { writeBlocks } from "./blocks.ts";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import type { TextSizes } from "./clip_text.ts";
import { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the tower (`SiglipTextModel` in transformers).
 *
 * Input: `input_ids` [rows, positions]. Outputs: `pooler_output` [rows, projection], not normalised, and `last_hidden_state`.
 *
 * @param parts What it is written with.
 * @param sizes The tower's sizes.
 * @returns Its inputs and outputs.
 * @throws {NegscopeError} If an array is missing or has another shape.
 */
export function writeSiglipText(
  parts: WriteParts,
  sizes: Omit<TextSizes, "eosTokenId">,
): TowerEnds {
  const { width, heads, vocabSize, maxPositions, projection } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "", module: "text_model" });
  const ids = "input_ids";
  const shape = tower.node("Shape", [ids], "sizes"); // [rows, positions]
  const positions = tower.node("Gather", [shape, tower.whole([1])], "positions", { axis: 0n });
  const table = tower.weight("embeddings.token_embedding.weight", [vocabSize, width]);
  const tokens = tower.node("Gather", [table, ids], "hook_embed");
  const places = tower.weight("embeddings.position_embedding.weight", [maxPositions, width]);
  const start = tower.whole([0]);
  const own = tower.node("Slice", [places, start, positions, start], "hook_pos_embed");
  const first = tower.node("Add", [tokens, own], "blocks.0.hook_resid_pre");
  const headSizes = tower.whole([heads, width / heads]);
  const byHead = tower.node("Concat", [shape, headSizes], "sizes by head", { axis: 0n });
  const last = writeBlocks(tower, first, { byHead });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const pooled = tower.node("Gather", [normed, tower.whole(-1)], "pooled", { axis: 1n });
  const embeds = tower.linear(pooled, "head", {
    ...{ inputs: width, outputs: projection, output: "pooler_output" },
  });
  const axes = ["batch_size", "sequence_length"];
  return {
    inputs: [{ name: ids, type: Type.INT64, axes }],
    outputs: [
      { name: embeds, type: Type.FLOAT, axes: ["batch_size", projection] },
      { name: normed, type: Type.FLOAT, axes: [...axes, width] },
    ],
  };
}
