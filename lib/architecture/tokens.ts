/** The beginning of a text tower: embeddings of tokens and of positions, added. */

import { TensorProto_DataType as Type } from "onnx-buf";
import type { GraphEnd } from "../onnx/build/graph_writer.ts";
import type { TowerWriter } from "./tower_writer.ts";

/** The values that the blocks of a text tower begin with. */
export interface Tokens {
  /** The graph's input, [rows, positions]. */
  readonly input: GraphEnd;
  /** The residual stream before the first block, [rows, positions, width]. */
  readonly stream: string;
  /** The number of positions. */
  readonly positions: string;
  /** The whole numbers [rows, positions, heads, head width]. */
  readonly byHead: string;
}

/** The axes of a text tower's input. */
export const TOKEN_AXES = ["batch_size", "sequence_length"] as const;

/** Rows that Long-CLIP takes of CLIP's own table of position embeddings (`mask1` of its model_longclip.py); those beyond are of a second table. */
const OWN_ROWS = 20;

/** Writes the embeddings of `input_ids`. */
export function writeTokens(
  tower: TowerWriter,
  { vocabSize, maxPositions }: { readonly vocabSize: number; readonly maxPositions: number },
): Tokens {
  const { width, heads } = tower.sizes;
  const ids = "input_ids";
  const shape = tower.node("Shape", [ids], "sizes"); // [rows, positions]
  const positions = tower.node("Gather", [shape, tower.whole([1])], "positions", { axis: 0n });
  const table = tower.weight("embeddings.token_embedding.weight", [vocabSize, width]);
  const tokens = tower.node("Gather", [table, ids], "hook_embed");
  const places = positionTable(tower, [maxPositions, width]);
  const start = tower.whole([0]);
  const own = tower.node("Slice", [places, start, positions, start], "hook_pos_embed");
  const stream = tower.node("Add", [tokens, own], "blocks.0.hook_resid_pre");
  const headSizes = tower.whole([heads, width / heads]);
  const byHead = tower.node("Concat", [shape, headSizes], "sizes by head", { axis: 0n });
  return {
    ...{ stream, positions, byHead },
    input: { name: ids, type: Type.INT64, axes: TOKEN_AXES },
  };
}

function positionTable(tower: TowerWriter, shape: readonly [number, number]): string {
  const name = "embeddings.position_embedding.weight";
  const other = "embeddings.position_embedding_res.weight";
  if (!tower.has(other)) return tower.weight(name, shape);
  return tower.joinedTable(name, { other, shape, rows: OWN_ROWS });
}
