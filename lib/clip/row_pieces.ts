/** The pieces of a tower that treat every row alone: what comes before and after a block's attention. */

import { rowsInseparable } from "../errors.ts";
import { cutBetween, encodePiece, type Piece } from "../onnx/cut.ts";
import { giveBack } from "../onnx/give_back.ts";
import type { Graph } from "../onnx/graph.ts";
import { unfuseLayerNorms } from "../onnx/unfuse_layer_norm.ts";
import type { BlockValues } from "./blocks.ts";

/** A piece with its values in the order that its caller gives and takes them. */
export interface RowPiece extends Piece {
  /** For each input whether its rows form a matrix rather than a batch of one. */
  readonly flat: readonly boolean[];
}

/** The pieces of one block. */
export interface BlockPieces {
  /** Residual stream before the block, to q, k, v of all heads side by side: one piece, or q apart in the last block. */
  readonly project: readonly RowPiece[];
  /** Residual stream before the block and the heads' outputs side by side, to the residual stream after it. */
  readonly complete: RowPiece;
}

/** A piece as a model of its own, plain data that another thread can be handed. */
export interface RowModel {
  /** The ONNX model. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The name of the file that it was cut from, for messages. */
  readonly source: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** For each input whether its rows form a matrix rather than a batch of one. */
  readonly flat: readonly boolean[];
}

/** The pieces of one block as models. */
export interface BlockModels {
  readonly project: readonly RowModel[];
  readonly complete: RowModel;
}

/** Lets go of a block's bytes. */
export function freeModels({ project, complete }: BlockModels): void {
  for (const { bytes } of [...project, complete]) giveBack(bytes);
}

/**
 * Writes the pieces of one block after the other, with layer norm spelled out.
 *
 * @param graph The tower's graph.
 * @param blocks The values at its hook points.
 * @throws {TypeError} If a piece needs more than its rows.
 */
export function* blockModels(
  graph: Graph,
  blocks: readonly BlockValues[],
): Generator<BlockModels> {
  const spelledOut = unfuseLayerNorms(graph);
  const pieces = cutRowPieces(spelledOut, blocks);
  if (pieces === undefined) throw rowsInseparable(graph.source);
  const model = (piece: RowPiece): RowModel => {
    const { inputs, outputs, flat } = piece;
    return {
      bytes: encodePiece(spelledOut, piece),
      ...{ source: graph.source, inputs, outputs, flat },
    };
  };
  for (const { project, complete } of pieces) {
    yield { project: project.map(model), complete: model(complete) };
  }
}

/**
 * Cuts the pieces of all blocks.
 *
 * The last block has its queries apart, since only the end token needs one there.
 *
 * @param graph The tower's graph.
 * @param blocks The values at its hook points.
 * @returns One entry a block, or undefined where a piece needs more than its rows.
 */
export function cutRowPieces(
  graph: Graph,
  blocks: readonly BlockValues[],
): BlockPieces[] | undefined {
  const cut = (
    inputs: readonly (string | undefined)[],
    outputs: readonly (string | undefined)[],
  ): RowPiece | undefined => {
    if (!allKnown(inputs) || !allKnown(outputs)) return undefined;
    const piece = cutBetween(graph, inputs, outputs);
    return piece && { ...piece, flat: inputs.map((name) => readByGemm(graph, name)) };
  };
  const pieces = blocks.map((values, layer) => {
    const [q, k, v] = [values["attn.hook_q"], values["attn.hook_k"], values["attn.hook_v"]];
    const before = values.hook_resid_pre;
    const parts = layer + 1 < blocks.length ? [[q, k, v]] : [[q], [k, v]];
    const project = parts.map((outputs) => cut([before], outputs));
    const complete = cut([before, values["attn.hook_z"]], [values.hook_resid_post]);
    const whole = complete !== undefined && project.every((piece) => piece !== undefined);
    return whole ? { project, complete } : undefined;
  });
  return pieces.every((piece) => piece !== undefined) ? pieces : undefined;
}

function allKnown(names: readonly (string | undefined)[]): names is readonly string[] {
  return names.every((name) => name !== undefined);
}

/** A Gemm multiplies matrices only. */
function readByGemm(graph: Graph, name: string): boolean {
  return (graph.consumers.get(name) ?? []).some((index) => graph.nodes[index]!.opType === "Gemm");
}
