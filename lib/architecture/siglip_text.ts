/** SigLIP's text tower as a graph: attention without a mask, and the embedding made at the last position. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { writeBlocks } from "./blocks.ts";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import type { TextSizes } from "./clip_text.ts";
import { TOKEN_AXES, writeTokens } from "./tokens.ts";
import { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the tower (`SiglipTextModel` in transformers).
 *
 * Input: `input_ids` [rows, positions]. Outputs: `pooler_output` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeSiglipText(
  parts: WriteParts,
  sizes: Omit<TextSizes, "eosTokenId">,
): TowerEnds {
  const { width, projection } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "", module: "text_model" });
  const { input, stream, byHead } = writeTokens(tower, sizes);
  const last = writeBlocks(tower, stream, { byHead });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const pooled = tower.node("Gather", [normed, tower.whole(-1)], "pooled", { axis: 1n });
  const embeds = tower.linear(pooled, "head", {
    ...{ inputs: width, outputs: projection, output: "pooler_output" },
  });
  return {
    inputs: [input],
    outputs: [
      { name: embeds, type: Type.FLOAT, axes: ["batch_size", projection] },
      { name: normed, type: Type.FLOAT, axes: [...TOKEN_AXES, width] },
    ],
  };
}
