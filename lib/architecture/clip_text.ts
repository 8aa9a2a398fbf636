/** CLIP's text tower as a graph: causal attention, and the embedding read at the end token. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { writeBlocks } from "./blocks.ts";
import type { TowerEnds, WriteParts } from "./built_tower.ts";
import { TOKEN_AXES, writeTokens } from "./tokens.ts";
import { type BlockSizes, TowerWriter } from "./tower_writer.ts";

/** The sizes of a text tower. */
export interface TextSizes extends BlockSizes {
  readonly projection: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** The token at whose first position the embedding is read; 2 stands for the largest id. */
  readonly eosTokenId: number;
}

/** `eos_token_id` in older files, whose models read the embedding at the largest id. */
const LARGEST_ID = 2;
/** What is added to the score of a key that a query may not see: the lowest number of single precision, as in transformers. */
const HIDDEN = -3.4028234663852886e38;

/**
 * Writes the tower.
 *
 * Input: `input_ids` [rows, positions]. Outputs: `text_embeds` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeClipText(
  parts: WriteParts,
  sizes: TextSizes,
): TowerEnds {
  const { width, eosTokenId, projection } = sizes;
  const tower = new TowerWriter({ ...parts, sizes, prefix: "", module: "text_model" });
  const { input, stream, positions, byHead } = writeTokens(tower, sizes);
  const last = writeBlocks(tower, stream, { byHead, mask: causalMask(tower, positions) });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const place = endPlace(tower, input.name, eosTokenId); // [rows, 1]
  const pooled = tower.node("GatherND", [normed, place], "pooled", { batch_dims: 1n });
  const embeds = tower.linear(pooled, "text_projection", {
    ...{ inputs: width, outputs: projection, bias: false, output: "text_embeds" },
  });
  return {
    inputs: [input],
    outputs: [
      { name: embeds, type: Type.FLOAT, axes: ["batch_size", projection] },
      { name: normed, type: Type.FLOAT, axes: [...TOKEN_AXES, width] },
    ],
  };
}

/** Where the embedding is read: the first end token, or the largest id; [rows, 1]. */
function endPlace(tower: TowerWriter, ids: string, eosTokenId: number): string {
  if (eosTokenId === LARGEST_ID) {
    return tower.node("ArgMax", [ids], "end position", { axis: -1n, keepdims: 1n });
  }
  const equal = tower.node("Equal", [ids, tower.whole(eosTokenId)], "is end token");
  const marks = tower.node("Cast", [equal], "end marks", { to: BigInt(Type.INT32) });
  return tower.node("ArgMax", [marks], "end position", { axis: -1n, keepdims: 1n });
}

/** The mask that hides later positions, [positions, positions]. */
function causalMask(tower: TowerWriter, positions: string): string {
  const both = tower.node("Concat", [positions, positions], "mask sizes", { axis: 0n });
  const hidden = tower.real("hidden", HIDDEN, [1]);
  const all = tower.node("Expand", [hidden, both], "mask of all");
  return tower.node("Trilu", [all, tower.whole(1)], "causal mask", { upper: 1n });
}
