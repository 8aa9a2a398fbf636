/** The two ends of a tower for single rows: the parts before the first block and after the last. */

import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime/session.ts";
import { carryState, RunState } from "../run/run_state.ts";
import type { FoundTower } from "../find_tower.ts";
import type { SubgraphSessions } from "../run/subgraph_sessions.ts";
import type { CutPlan } from "../run/cut_plan.ts";

export interface RowEndsOptions {
  readonly width: number;
  readonly projection: number;
  /** Sessions of the plan's subgraphs; the tower keeps owning them. */
  readonly sessions: SubgraphSessions;
}

/** The values at which the ends meet the blocks. */
interface EndNames {
  readonly input: string;
  readonly first: string;
  readonly last: string;
  readonly output: string;
}

export class RowEnds {
  readonly #plan: CutPlan;
  readonly #names: EndNames;
  readonly #options: RowEndsOptions;

  private constructor(plan: CutPlan, names: EndNames, options: RowEndsOptions) {
    this.#plan = plan;
    this.#names = names;
    this.#options = options;
  }

  /** The ends of a tower, or undefined if its end needs more than the token and the residual stream of a row. */
  static of(
    plan: CutPlan,
    { ends, blocks, limits }: FoundTower,
    options: RowEndsOptions,
  ): RowEnds | undefined {
    const first = blocks[0]!.hook_resid_pre;
    const last = blocks.at(-1)!.hook_resid_post;
    if (limits !== undefined || first === undefined || last === undefined) return undefined;
    const [head, tail] = [plan.stages[0]!.subgraph, plan.stages.at(-1)!.subgraph];
    const atHand = new Set([ends.input, last, ...head.inputs, ...head.outputs]);
    return tail.inputs.every((name) => atHand.has(name))
      ? new RowEnds(plan, { input: ends.input, first, last, output: ends.output }, options)
      : undefined;
  }

  /**
   * The residual stream before the first block.
   *
   * @param input Token ids, [rows, positions].
   * @returns [rows, positions, width]
   */
  async embed(input: OnnxValue): Promise<Float32Array> {
    const { state } = await this.#begin(input);
    return state.data(this.#names.first);
  }

  /**
   * Embeddings from the residual stream after the last block, one position per row.
   *
   * @param x The residual stream, [rows, width].
   * @param input The token at that position, [rows, 1].
   * @returns The embeddings as the graph makes them, [rows, projection].
   */
  async project(x: Float32Array, input: OnnxValue): Promise<Tensor> {
    const { state, fixed } = await this.#begin(input);
    const { last, output } = this.#names;
    const { width, projection, sessions } = this.#options;
    const rows = input.dims[0]!;
    const end = { type: "float32" as const, data: x, dims: [rows, 1, width] };
    const known = new Map<string, OnnxValue>([...state.entries(), ...fixed, [last, end]]);
    const made = await sessions.run(this.#plan.stages.at(-1)!.subgraph, known, {
      rows,
      positions: 1,
    });
    const { data } = made.get(output)!;
    return new Tensor(data as Float32Array, [rows, projection], ["batch", "projection"]);
  }

  async #begin(input: OnnxValue) {
    const [rows, positions] = input.dims as [number, number];
    const state = new RunState(new Map([[this.#names.input, input]]), rows);
    const size = { rows, positions };
    const subgraph = this.#plan.stages[0]!.subgraph;
    const made = await this.#options.sessions.run(subgraph, new Map(state.entries()), size);
    return carryState(this.#plan, 0, { state, fixed: new Map(), made });
  }
}
