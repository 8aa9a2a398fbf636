/** The two ends of a tower for single rows: the parts before the first block and after the last. */

import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime/session.ts";
import type { FoundTower } from "../find_tower.ts";
import type { CutPlan } from "../run/cut_plan.ts";
import { carryState, RunState } from "../run/run_state.ts";
import type { SubgraphSessions } from "../run/subgraph_sessions.ts";

export interface RowEnds {
  /** The residual stream before the first block, [rows, positions, width], of token ids, [rows, positions]. */
  readonly embed: (input: OnnxValue) => Promise<Float32Array>;
  /**
   * Embeddings as the graph makes them, [rows, projection], of the residual stream after the last block at one position of each row,
   * [rows, width], and of the tokens there, [rows, 1].
   */
  readonly project: (x: Float32Array, input: OnnxValue) => Promise<Tensor>;
}

/**
 * The ends of a tower, or undefined if its end needs more than the token and the residual stream of a row.
 *
 * @param options Sizes, and the sessions of the plan's subgraphs, which the tower keeps owning.
 */
export function rowEnds(
  plan: CutPlan,
  { ends, blocks, limits }: FoundTower,
  { width, projection, sessions }: {
    readonly width: number;
    readonly projection: number;
    readonly sessions: SubgraphSessions;
  },
): RowEnds | undefined {
  const [first, last] = [blocks[0]!.hook_resid_pre, blocks.at(-1)!.hook_resid_post];
  if (limits !== undefined || first === undefined || last === undefined) return undefined;
  const [head, tail] = [plan.stages[0]!.subgraph, plan.stages.at(-1)!.subgraph];
  const atHand = new Set([ends.input, last, ...head.inputs, ...head.outputs]);
  if (!tail.inputs.every((name) => atHand.has(name))) return undefined;
  const begin = async (input: OnnxValue) => {
    const [rows, positions] = input.dims as [number, number];
    const state = new RunState(new Map([[ends.input, input]]), rows);
    const made = await sessions.run(head, new Map(state.entries()), { rows, positions });
    return carryState(plan, 0, { state, fixed: new Map(), made });
  };
  return {
    embed: async (input) => (await begin(input)).state.data(first),
    project: async (x, input) => {
      const { state, fixed } = await begin(input);
      const rows = input.dims[0]!;
      const end = { type: "float32" as const, data: x, dims: [rows, 1, width] };
      const known = new Map<string, OnnxValue>([...state.entries(), ...fixed, [last, end]]);
      const { data } = (await sessions.run(tail, known, { rows, positions: 1 })).get(ends.output)!;
      return new Tensor(data as Float32Array, [rows, projection], ["batch", "projection"]);
    },
  };
}
