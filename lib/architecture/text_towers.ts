/** The text towers of CLIP and SigLIP as graphs. */

import { TensorProto_DataType as Type } from "onnx-buf";
import type { GraphEnd } from "../onnx/build.ts";
import { writeBlocks } from "./blocks.ts";
import type { WrittenTower } from "./built_tower.ts";
import type { TextConfig } from "./sizes.ts";
import { type TowerArrays, TowerWriter } from "./tower_writer.ts";

const INPUT = {
  name: "input_ids",
  type: Type.INT64,
  axes: ["batch_size", "sequence_length"],
} satisfies GraphEnd;

/** Rows that Long-CLIP takes of CLIP's own table of position embeddings (`mask1` of its model_longclip.py); those beyond are of a second table. */
const ROWS_OF_FIRST_TABLE = 20;

/** `eos_token_id` in older files, whose models read the embedding at the largest id. */
const LARGEST_ID = 2;
/** What is added to the score of a key that a query may not see: the lowest number of single precision, as in transformers. */
const HIDDEN = -3.4028234663852886e38;

/**
 * Writes CLIP's text tower: causal attention, and the embedding read at the end token.
 *
 * Input: `input_ids` [rows, positions]. Outputs: `text_embeds` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeClipText(arrays: TowerArrays, config: TextConfig): WrittenTower {
  const { width, projection, eosTokenId } = config;
  const tower = new TowerWriter("text", config, arrays);
  const { stream, positions, byHead } = writeTokens(tower, config);
  const last = writeBlocks(tower, stream, { byHead, mask: causalMask(tower, positions) });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const end = endPosition(tower, eosTokenId!); // the family's defaults have one, and so has every configuration
  const pooled = tower.node("GatherND", [normed, end], "pooled", { batch_dims: 1n });
  const sizes = [width, projection] as const;
  tower.linear(pooled, "text_projection", sizes, "text_embeds", { bias: false });
  return written(tower, "text_embeds");
}

/**
 * Writes SigLIP's text tower (`SiglipTextModel` in transformers): attention without a mask, and the embedding made at the last position.
 *
 * Input: `input_ids` [rows, positions]. Outputs: `pooler_output` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeSiglipText(arrays: TowerArrays, config: TextConfig): WrittenTower {
  const { width, projection } = config;
  const tower = new TowerWriter("text", config, arrays);
  const { stream, byHead } = writeTokens(tower, config);
  const last = writeBlocks(tower, stream, { byHead });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const pooled = tower.node("Gather", [normed, tower.whole(-1)], "pooled", { axis: 1n });
  tower.linear(pooled, "head", [width, projection], "pooler_output");
  return written(tower, "pooler_output");
}

/**
 * Writes the embeddings of tokens and of positions, added: `stream` [rows, positions, width]. `positions` is their number, `byHead` the
 * whole numbers [rows, positions, heads, head width].
 */
function writeTokens(tower: TowerWriter, { vocabSize, maxPositions, width, heads }: TextConfig) {
  const ids = INPUT.name;
  const shape = tower.node("Shape", [ids], "sizes"); // [rows, positions]
  const positions = tower.node("Gather", [shape, tower.whole([1])], "positions", { axis: 0n });
  const table = tower.array("embeddings.token_embedding.weight", [vocabSize, width]);
  const tokens = tower.node("Gather", [table, ids], "hook_embed");
  const allPositions = positionTable(tower, [maxPositions, width]);
  const start = tower.whole([0]);
  const used = tower.node("Slice", [allPositions, start, positions, start], "hook_pos_embed");
  const stream = tower.node("Add", [tokens, used], "blocks.0.hook_resid_pre");
  const headSizes = tower.whole([heads, width / heads]);
  const byHead = tower.node("Concat", [shape, headSizes], "sizes by head", { axis: 0n });
  return { stream, positions, byHead };
}

function positionTable(tower: TowerWriter, shape: readonly [number, number]): string {
  const name = "embeddings.position_embedding.weight";
  const other = "embeddings.position_embedding_res.weight";
  if (!tower.has(other)) return tower.array(name, shape);
  return tower.joinedTable(name, { other, shape, rows: ROWS_OF_FIRST_TABLE });
}

/** Where the embedding is read: the first end token, or the largest id; [rows, 1]. */
function endPosition(tower: TowerWriter, eosTokenId: number): string {
  const last = { axis: -1n, keepdims: 1n };
  if (eosTokenId === LARGEST_ID) return tower.node("ArgMax", [INPUT.name], "end position", last);
  const equal = tower.node("Equal", [INPUT.name, tower.whole(eosTokenId)], "is end token");
  const marks = tower.node("Cast", [equal], "end marks", { to: BigInt(Type.INT32) });
  return tower.node("ArgMax", [marks], "end position", last);
}

/** The mask that hides later positions, [positions, positions]. */
function causalMask(tower: TowerWriter, positions: string): string {
  const both = tower.node("Concat", [positions, positions], "mask sizes", { axis: 0n });
  const hidden = tower.real("hidden", [1], Float32Array.of(HIDDEN));
  const all = tower.node("Expand", [hidden, both], "mask of all");
  return tower.node("Trilu", [all, tower.whole(1)], "causal mask", { upper: 1n });
}

function written(tower: TowerWriter, embeddings: string): WrittenTower {
  const { width, projection } = tower.sizes;
  return {
    graph: tower,
    weights: tower.weights,
    inputs: [INPUT],
    outputs: [
      { name: embeddings, type: Type.FLOAT, axes: ["batch_size", projection] },
      { name: "last_hidden_state", type: Type.FLOAT, axes: [...INPUT.axes, width] },
    ],
  };
}
