/** The parts of a tower that treat each row separately, those before and after a block's attention, as models of their own. */

import { NegscopeError } from "../../errors.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import { cutBetween, encodeSubgraph } from "../../onnx/rewrite/cut.ts";
import { unfuseLayerNorms } from "../../onnx/rewrite/unfuse.ts";
import { freeMemory } from "../../onnx/runtime/free_memory.ts";
import type { BlockValues } from "../find_hooks.ts";

/** A subgraph as a model: plain data that can be sent to another thread. Inputs and outputs are in its caller's order. */
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
  /** From the residual stream before the block to q, k, v of all heads side by side: one model, or two in the last block, one for q. */
  readonly project: readonly RowModel[];
  /**
   * From the residual stream before the block and the heads' outputs side by side to that between attention and MLP, and on to that after the block.
   */
  readonly complete: readonly RowModel[];
}

export function freeModels({ project, complete }: BlockModels): void {
  for (const { bytes } of [...project, ...complete]) freeMemory(bytes);
}

/**
 * Cuts and encodes the models block by block, with layer norm spelled out. In the last block the queries have a model of their own, since
 * only the end token needs one.
 */
export function* blockModels(
  graph: Graph,
  blocks: readonly BlockValues[],
): Generator<BlockModels> {
  const spelledOut = unfuseLayerNorms(graph);
  const model = (
    inputs: readonly (string | undefined)[],
    outputs: readonly (string | undefined)[],
  ): RowModel => {
    const subgraph = allKnown(inputs) && allKnown(outputs)
      ? cutBetween(spelledOut, inputs, outputs)
      : undefined;
    if (subgraph === undefined) throw rowsInseparable(graph.source);
    return {
      bytes: encodeSubgraph(spelledOut, subgraph),
      source: graph.source,
      inputs: subgraph.inputs,
      outputs: subgraph.outputs,
      flat: subgraph.inputs.map((name) => readByGemm(spelledOut, name)),
    };
  };
  for (const [layer, values] of blocks.entries()) {
    const [q, k, v] = [values["attn.hook_q"], values["attn.hook_k"], values["attn.hook_v"]];
    const [before, mid, after] = [
      values.hook_resid_pre,
      values.hook_resid_mid,
      values.hook_resid_post,
    ];
    const parts = layer + 1 < blocks.length ? [[q, k, v]] : [[q], [k, v]];
    yield {
      project: parts.map((outputs) => model([before], outputs)),
      complete: [model([before, values["attn.hook_z"]], [mid]), model([mid], [after])],
    };
  }
}

function allKnown(names: readonly (string | undefined)[]): names is readonly string[] {
  return names.every((name) => name !== undefined);
}

/** Whether a Gemm reads a value: it multiplies only matrices. */
function readByGemm(graph: Graph, name: string): boolean {
  return (graph.consumers.get(name) ?? []).some((index) => graph.nodes[index]!.opType === "Gemm");
}

/** The error for a graph whose blocks need more than single rows outside attention. */
export function rowsInseparable(source: string, cause?: unknown): NegscopeError {
  return new NegscopeError("sweep-not-fast", {
    problem: `Cannot sweep "${source}" by the fast schedule`,
    reason: "a block's projections or its MLP need more than the rows that they change",
    fix: "the general sweep is used, or take a plain export of CLIP",
    cause,
  });
}
