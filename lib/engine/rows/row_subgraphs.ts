/** The subgraphs of a tower that treat each row separately: the parts before and after a block's attention. */

import { cutBetween, encodeSubgraph, type Subgraph } from "../../onnx/rewrite/cut.ts";
import { freeMemory } from "../../onnx/runtime/free_memory.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { unfuseLayerNorms } from "../../onnx/rewrite/unfuse_layer_norm.ts";
import type { BlockValues } from "../find_hooks.ts";
import { rowsInseparable } from "./rows_inseparable.ts";

/** A subgraph with inputs and outputs in its caller's order. */
export interface RowSubgraph extends Subgraph {
  /** For each input, whether its rows form a matrix rather than a batch of one. */
  readonly flat: readonly boolean[];
}

export interface BlockSubgraphs {
  /** From the residual stream before the block to q, k, v of all heads side by side: one subgraph, or two in the last block, one for q. */
  readonly project: readonly RowSubgraph[];
  /** From the residual stream before the block and the heads' outputs side by side to that between attention and MLP, and on to that after the block. */
  readonly complete: readonly RowSubgraph[];
}

/** A subgraph as a model of its own: plain data that can be sent to another thread. */
export interface RowModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The name of the file that it was cut from, for messages. */
  readonly source: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** For each input, whether its rows form a matrix rather than a batch of one. */
  readonly flat: readonly boolean[];
}

export interface BlockModels {
  readonly project: readonly RowModel[];
  readonly complete: readonly RowModel[];
}

/** Frees the bytes of a block's models. */
export function freeModels({ project, complete }: BlockModels): void {
  for (const { bytes } of [...project, ...complete]) freeMemory(bytes);
}

/** Encodes the subgraphs block by block, with layer norm spelled out. */
export function* blockModels(
  graph: Graph,
  blocks: readonly BlockValues[],
): Generator<BlockModels> {
  const spelledOut = unfuseLayerNorms(graph);
  const subgraphs = cutRowSubgraphs(spelledOut, blocks);
  if (subgraphs === undefined) throw rowsInseparable(graph.source);
  const model = (subgraph: RowSubgraph): RowModel => {
    const { inputs, outputs, flat } = subgraph;
    return {
      bytes: encodeSubgraph(spelledOut, subgraph),
      ...{ source: graph.source, inputs, outputs, flat },
    };
  };
  for (const { project, complete } of subgraphs) {
    yield { project: project.map(model), complete: complete.map(model) };
  }
}

/**
 * Cuts the subgraphs of all blocks.
 *
 * In the last block the queries have a subgraph of their own, since only the end token needs one. Returns one entry per block, or undefined
 * if a subgraph needs more than its rows.
 */
export function cutRowSubgraphs(
  graph: Graph,
  blocks: readonly BlockValues[],
): BlockSubgraphs[] | undefined {
  const cut = (
    inputs: readonly (string | undefined)[],
    outputs: readonly (string | undefined)[],
  ): RowSubgraph | undefined => {
    if (!allKnown(inputs) || !allKnown(outputs)) return undefined;
    const subgraph = cutBetween(graph, inputs, outputs);
    return subgraph && { ...subgraph, flat: inputs.map((name) => readByGemm(graph, name)) };
  };
  const subgraphs = blocks.map((values, layer) => {
    const [q, k, v] = [values["attn.hook_q"], values["attn.hook_k"], values["attn.hook_v"]];
    const before = values.hook_resid_pre;
    const parts = layer + 1 < blocks.length ? [[q, k, v]] : [[q], [k, v]];
    const project = parts.map((outputs) => cut([before], outputs));
    const [mid, after] = [values.hook_resid_mid, values.hook_resid_post];
    const attended = [before, values["attn.hook_z"]];
    const complete = [cut(attended, [mid]), cut([mid], [after])];
    return areCut(project) && areCut(complete) ? { project, complete } : undefined;
  });
  return subgraphs.every((subgraph) => subgraph !== undefined) ? subgraphs : undefined;
}

function areCut(subgraphs: readonly (RowSubgraph | undefined)[]): subgraphs is RowSubgraph[] {
  return subgraphs.every((subgraph) => subgraph !== undefined);
}

function allKnown(names: readonly (string | undefined)[]): names is readonly string[] {
  return names.every((name) => name !== undefined);
}

/** Whether a Gemm reads a value: it multiplies only matrices. */
function readByGemm(graph: Graph, name: string): boolean {
  return (graph.consumers.get(name) ?? []).some((index) => graph.nodes[index]!.opType === "Gemm");
}
