/** The subgraphs that run single rows: blocks without attention, and both ends of a tower. */

import { NegscopeError } from "../../errors/errors.ts";
import type { Graph } from "../../onnx/graph.ts";
import { cutBetween, encodeSubgraph } from "../../onnx/cut.ts";
import { unfuseLayerNorms } from "../../onnx/simplify.ts";
import { freeMemory, type OnnxValue, zeros } from "../../onnx/runtime.ts";
import type { BlockValues, FoundTower } from "../graph/find_tower.ts";
import type { CutPlan, SubgraphSessions } from "../run/cut_plan.ts";
import { Tensor } from "../../hooks/tensor.ts";

/** A subgraph as a model: plain data that can be sent to another thread. Inputs and outputs are in its caller's order. */
export interface RowModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly source: string; // name of the file that it was cut from, for messages
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** For each input, whether its rows form a matrix rather than a batch of one. */
  readonly flat: readonly boolean[];
}

export interface BlockModels {
  /** From the residual stream before the block to q, k, v of all heads side by side: one model, or two in the last block, one for q. */
  readonly project: readonly RowModel[];
  /** From the residual stream before the block and the heads' outputs to that between attention and MLP, and on to that after the block. */
  readonly complete: readonly RowModel[];
}

export function freeModels({ project, complete }: BlockModels): void {
  for (const { bytes } of [...project, ...complete]) freeMemory(bytes);
}

/** Cuts and encodes the models block by block. In the last block queries have a model of their own: only the end token needs one. */
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
      flat: subgraph.inputs.map((name) =>
        spelledOut.readersOf(name).some(({ opType }) => opType === "Gemm")
      ),
    };
  };
  for (const [layer, values] of blocks.entries()) {
    const [q, k, v] = [values["attn.hook_q"], values["attn.hook_k"], values["attn.hook_v"]];
    const { hook_resid_pre: before, hook_resid_mid: mid, hook_resid_post: after } = values;
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

/** The error for a graph whose blocks need more than single rows outside attention. */
export function rowsInseparable(source: string, cause?: unknown): NegscopeError {
  return new NegscopeError("sweep-not-fast", {
    problem: `Cannot sweep "${source}" by the fast engine`,
    reason: "a block's projections or its MLP need more than the rows that they change",
    fix: "the general sweep is used, or take a plain export of CLIP",
    cause,
  });
}

/** Values by graph name; the first axis of each counts the rows, or the rows times their heads or positions. */
export class RunState {
  /** The row of the input that each row began as. */
  readonly sources: number[];
  readonly #values: Map<string, OnnxValue>;

  /** Wraps values, without a copy. `rows`: how many there are, or the row of the input that each began as. */
  constructor(values: Map<string, OnnxValue>, rows: number | readonly number[]) {
    this.#values = values;
    this.sources = typeof rows === "number" ? Array.from({ length: rows }, (_, i) => i) : [...rows];
  }

  /** The number of rows. */
  get rows(): number {
    return this.sources.length;
  }

  /** The floating-point storage of a value; writing into it changes the run. */
  data(name: string): Float32Array {
    const data = this.#values.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw new NegscopeError("change-unfit", {
      problem: `Cannot change "${name}"`,
      reason: "the run holds no float32 value of this name at this stop",
      fix: "ask for its hook point",
    });
  }

  /** The element type of a value. */
  type(name: string): OnnxValue["type"] | undefined {
    return this.#values.get(name)?.type;
  }

  /** The shape of a value in the graph. */
  dims(name: string): readonly number[] {
    return this.#values.get(name)?.dims ?? [];
  }

  /** Appends copies of rows to every value, and returns the number of the first new row. */
  append(sources: readonly number[]): number {
    const first = this.rows;
    if (sources.length === 0) return first;
    this.sources.push(...sources.map((source) => this.sources[source]!));
    for (const [name, value] of this.#values) {
      this.#values.set(name, withCopies(value, sources, { from: first, to: this.rows }));
    }
    return first;
  }

  /** The values by name. */
  entries(): IterableIterator<[string, OnnxValue]> {
    return this.#values.entries();
  }
}

function withCopies(
  { type, dims, data }: OnnxValue,
  sources: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): OnnxValue {
  const grown = zeros(type, [dims[0]! / from * to, ...dims.slice(1)]);
  const bytes = new Uint8Array(grown.data.buffer);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const size = data.byteLength / from;
  sources.forEach((source, i) =>
    bytes.copyWithin((from + i) * size, source * size, (source + 1) * size)
  );
  return grown;
}

/** Keeps the values that later stages read, with data and shape-only values separate. */
export function carryState(plan: CutPlan, stage: number, { state, fixed, made }: {
  readonly state: RunState;
  readonly fixed: ReadonlyMap<string, OnnxValue>;
  readonly made: ReadonlyMap<string, OnnxValue>;
}): { state: RunState; fixed: Map<string, OnnxValue> } {
  const { needed } = plan.stages[stage]!;
  const all = [...state.entries(), ...fixed, ...made].filter(([name]) => needed.has(name));
  return {
    state: new RunState(new Map(all.filter(([name]) => !plan.shapeOnly.has(name))), state.sources),
    fixed: new Map(all.filter(([name]) => plan.shapeOnly.has(name))),
  };
}

export interface RowEnds {
  /** The residual stream before the first block, [rows, positions, width], of token ids, [rows, positions]. */
  readonly embed: (input: OnnxValue) => Promise<Float32Array>;
  /** Embeddings as the graph makes them, [rows, projection], of the stream after the last block, [rows, width], and tokens, [rows, 1]. */
  readonly project: (x: Float32Array, input: OnnxValue) => Promise<Tensor>;
}

/** The ends of a tower, or undefined if its end needs more than the token and the residual stream of a row. */
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
