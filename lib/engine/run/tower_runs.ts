/** Runs a tower: loads the subgraphs that each run needs, once, and passes values from one to the next. */

import { type ErrorCode, NegscopeError } from "../../errors/errors.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { GraphFile } from "../../onnx/graph_file.ts";
import { type OnnxValue, type Runtime, zeros } from "../../onnx/runtime.ts";
import {
  type BlockModels,
  blockModels,
  carryState,
  type RowEnds,
  rowEnds,
  rowsInseparable,
  RunState,
} from "../rows/row_graphs.ts";
import { TowerGradients } from "../gradients/gradient_session.ts";
import type { FoundTower, RunLimits } from "../graph/find_tower.ts";
import type { TowerShape } from "../graph/hook_points.ts";
import {
  type CutPlan,
  cutPlanKey,
  graphFor,
  planCuts,
  type RunSize,
  type Stop,
  SubgraphSessions,
} from "./cut_plan.ts";

/** Called at every stop of a run; may read, change and append to the state values. */
export type Visitor = (stop: Stop, state: RunState) => void;

export class TowerRuns {
  /** Gradients, whose session is opened by the first run. */
  readonly gradients: TowerGradients;
  readonly #plans = new Map<string, Promise<CutPlan>>();
  readonly #sessions: SubgraphSessions;

  constructor(
    private readonly file: GraphFile,
    private readonly found: FoundTower,
    private readonly options: Pick<TowerShape, "width" | "projection"> & {
      readonly threads: number;
      readonly runtime: Runtime;
    },
  ) {
    this.#sessions = new SubgraphSessions(options);
    this.gradients = new TowerGradients(file, found, options);
  }

  /** The plan for a run, with the sessions of all its subgraphs loaded. */
  planFor(wanted: ReadonlySet<string>): Promise<CutPlan> {
    const key = cutPlanKey(wanted);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#makePlan(wanted);
    this.#plans.set(key, plan);
    plan.catch(() => this.#plans.delete(key)); // a file that cannot be read now may be readable later
    return plan;
  }

  /** Runs a plan, in as many parts as the graph's limits require. Returns the embeddings as the graph makes them, [rows, projection]. */
  async run(plan: CutPlan, input: OnnxValue, visit?: Visitor): Promise<Tensor> {
    const { limits } = this.found;
    return await (limits
      ? this.#runInParts(plan, input, limits)
      : this.#runPlan(plan, input, visit));
  }

  /** The parts before the first block and after the last, for single rows. */
  async rowEnds(): Promise<RowEnds> {
    const plan = await this.planFor(new Set());
    const ends = rowEnds(plan, this.found, { ...this.options, sessions: this.#sessions });
    if (ends === undefined) throw rowsInseparable(this.file.path);
    return ends;
  }

  async *rowBlocks(): AsyncGenerator<BlockModels> {
    const graph = await this.file.open();
    try {
      yield* blockModels(graph, this.found.blocks);
    } finally {
      this.file.close();
    }
  }

  async release(): Promise<void> {
    await this.gradients.release();
    await this.#sessions.release();
  }

  async #makePlan(wanted: ReadonlySet<string>): Promise<CutPlan> {
    const stored = await this.file.open();
    try {
      const { ends, values } = this.found;
      const graph = graphFor(stored, this.found, wanted);
      const plan = planCuts(graph, ends, values, wanted);
      await this.#sessions.load(graph, plan.stages.map(({ subgraph }) => subgraph));
      return plan;
    } finally {
      this.file.close();
    }
  }

  /** Runs as many rows at a time as the graph takes; it has no hook points to stop at. */
  async #runInParts(plan: CutPlan, input: OnnxValue, limits: RunLimits): Promise<Tensor> {
    const [rows] = input.dims as [number];
    const { projection } = this.options;
    const embeddings = new Float32Array(rows * projection);
    for (let first = 0; first < rows; first += limits.rows) {
      const { causal } = this.found;
      const part = fitInput(input, limits, { first, causal, source: this.file.path });
      const { data } = await this.#runPlan(plan, part);
      const size = Math.min(limits.rows, rows - first) * projection;
      embeddings.set(data.subarray(0, size), first * projection);
    }
    return new Tensor(embeddings, [rows, projection], ["batch", "projection"]);
  }

  async #runPlan(plan: CutPlan, input: OnnxValue, visit?: Visitor): Promise<Tensor> {
    const positions = input.dims[1]!;
    let state = new RunState(new Map([[this.found.ends.input, input]]), input.dims[0]!);
    let fixed = new Map<string, OnnxValue>();
    const entered: Entered[] = [];
    for (const [index, { subgraph, stops }] of plan.stages.entries()) {
      const { rows } = state;
      entered.push({ rows, values: new Map(state.entries()) });
      const known = new Map([...state.entries(), ...fixed]);
      const made = await this.#sessions.run(subgraph, known, { rows, positions });
      ({ state, fixed } = carryState(plan, index, { state, fixed, made }));
      stops.forEach((stop) => visit?.(stop, state));
      if (state.rows === rows) continue;
      const size = { rows: state.rows, positions };
      fixed = await shapeOnlyAfter(this.#sessions, plan, index, { entered, size });
    }
    return this.#embeddings(state);
  }

  /** The embeddings of a finished run, [rows, projection]. */
  #embeddings(state: RunState): Tensor {
    const { ends: { output } } = this.found;
    const problem = `Cannot use "${this.file.path}"`;
    const { projection } = this.options;
    const type = state.type(output) ?? "no known type";
    if (type !== "float32") {
      throw new NegscopeError("onnx-type-unknown", {
        problem,
        reason: `its output "${output}" must be of float32, but it is of ${type}`,
        fix: "export the plain CLIP towers",
      });
    }
    const data = state.data(output);
    const size = data.length / state.rows;
    if (size !== projection) {
      throw new NegscopeError("model-files-differ", {
        problem,
        reason: `its embeddings have ${size} values where config.json asks for ${projection}`,
        fix: "check that the file and config.json belong together",
      });
    }
    return new Tensor(data, [state.rows, projection], ["batch", "projection"]);
  }
}

interface Entered {
  readonly rows: number;
  readonly values: ReadonlyMap<string, Pick<OnnxValue, "type" | "dims">>;
}

const MOST_KNOWN = 256; // entries of a plan
/** Shape-only values by plan, stage and size; each is computed once, from zeros. */
const KNOWN = new WeakMap<CutPlan, Map<string, Map<string, OnnxValue>>>();

/** The shape-only values that are read after a stage, for a new number of rows. Runs only the subgraphs that make them, on zeros. */
async function shapeOnlyAfter(
  sessions: SubgraphSessions,
  plan: CutPlan,
  stage: number,
  { entered, size }: { readonly entered: readonly Entered[]; readonly size: RunSize },
): Promise<Map<string, OnnxValue>> {
  const ofPlan = KNOWN.get(plan) ?? new Map<string, Map<string, OnnxValue>>();
  KNOWN.set(plan, ofPlan);
  const key = `${stage}:${size.rows}x${size.positions}`;
  const known = ofPlan.get(key);
  if (known !== undefined) return known;
  const values = new Map<string, OnnxValue>();
  for (const index of makersOf(plan, stage)) {
    const { subgraph } = plan.stages[index]!;
    const { rows, values: given } = entered[index]!;
    const inputs = [...given].map(([name, { type, dims: [first = 0, ...axes] }]) =>
      [name, zeros(type, [first / rows * size.rows, ...axes])] as const // whole at each step, unlike size.rows / rows
    );
    const made = await sessions.run(subgraph, new Map([...inputs, ...values]), size);
    for (const [name, value] of made) {
      if (plan.shapeOnly.has(name)) values.set(name, value);
    }
  }
  if (ofPlan.size >= MOST_KNOWN) ofPlan.clear();
  ofPlan.set(key, values);
  return values;
}

/** Of the stages up to a given one, those that make the shape-only values read after it or by one another. */
function makersOf(plan: CutPlan, stage: number): number[] {
  const { stages, shapeOnly } = plan;
  const needed = new Set([...stages[stage]!.needed].filter((name) => shapeOnly.has(name)));
  const makers: number[] = [];
  for (let index = stage; index >= 0; index--) {
    const { subgraph } = stages[index]!;
    if (!subgraph.outputs.some((name) => needed.has(name))) continue;
    makers.unshift(index);
    subgraph.inputs.filter((name) => shapeOnly.has(name)).forEach((name) => needed.add(name));
  }
  return makers;
}

/** How a graph fails at a size that it is not made for: in the runtime, or with embeddings of too few rows. */
const BOUND: readonly ErrorCode[] = ["session-run-failed", "model-files-differ"];

/**
 * The part of an input that starts at a given row, in the size that a graph takes: the last row and the last token of each row are repeated
 * as needed. In a causal tower no position depends on later ones, so no embedding changes; in other towers no token may be added.
 */
export function fitInput(
  input: OnnxValue,
  limits: RunLimits,
  { first, causal, source }: Readonly<{ first: number; causal: boolean; source: string }>,
): OnnxValue {
  const [count, length, ...rest] = input.dims as [number, number, ...number[]];
  const positions = limits.positions ?? length;
  if (length > positions || length < positions && !causal) {
    throw new NegscopeError("input-size-fixed", {
      problem: `Cannot run a sentence of ${length} tokens`,
      subject: length,
      reason: length > positions
        ? `"${source}" is bound to ${positions}`
        : `"${source}" takes exactly ${positions}, and without a causal mask further tokens would change the embedding`,
      fix: "use an export with dynamic axes",
    });
  }
  const fitted = zeros(input.type, [limits.rows, positions, ...rest]);
  const size = rest.reduce((product, axis) => product * axis, 1);
  for (let row = 0; row < limits.rows; row++) {
    const from = Math.min(first + row, count - 1) * length;
    for (let position = 0; position < positions; position++) {
      const source = (from + Math.min(position, length - 1)) * size;
      for (let i = 0; i < size; i++) {
        fitted.data[(row * positions + position) * size + i] = input.data[source + i]!;
      }
    }
  }
  return fitted;
}

export function onesLike({ type, dims }: OnnxValue): OnnxValue {
  const ones = zeros(type, dims);
  ones.data.fill((type === "int64" ? 1n : 1) as never);
  return ones;
}

/** Whether a graph gives two rows the same embeddings together as alone. */
export async function takesAnySize(
  run: (input: OnnxValue) => Promise<Float32Array>,
  example: OnnxValue,
): Promise<boolean> {
  const [rows, ...axes] = example.dims as [number, ...number[]];
  const one = onesLike(example);
  const both = zeros(example.type, [2 * rows, ...axes]);
  one.data.forEach((x, i) => both.data[one.data.length + i] = x);
  try {
    const together = await run(both);
    const alone = [...await run(example), ...await run(one)];
    return alone.length === together.length && alone.every((x, i) => x === together[i]);
  } catch (error) {
    if (error instanceof NegscopeError && BOUND.includes(error.code)) return false;
    throw error;
  }
}
