/** A tower's runs: which pieces each needs, loaded once, and how they pass values on. */

import { embeddingSizeDiffers, embeddingTypeDiffers, rowsInseparable } from "../errors.ts";
import { Tensor } from "../hooks/tensor.ts";
import type { GraphFile } from "../onnx/graph_file.ts";
import type { OnnxValue } from "../onnx/session.ts";
import { carryOver } from "./carry_over.ts";
import type { FoundTower } from "./find_tower.ts";
import { type Entered, Frames } from "./frames.ts";
import { LiveValues } from "./live_values.ts";
import { PieceSessions } from "./piece_sessions.ts";
import { type Plan, planKey, planRun, type Station } from "./plan.ts";
import { RowEnds } from "./row_ends.ts";
import { type BlockModels, blockModels } from "./row_pieces.ts";
import { fitInput, type RunLimits } from "./run_limits.ts";

/** Called at every station of a run; may read, change and append to the live values. */
export type Visitor = (station: Station, live: LiveValues) => void;

/** Sizes of a tower's values, and threads inside an operator. */
export interface TowerRunsOptions {
  readonly width: number;
  readonly projection: number;
  readonly threads: number;
}

/** Plans and sessions of one tower. */
export class TowerRuns {
  readonly #file: GraphFile;
  readonly #found: FoundTower;
  readonly #options: TowerRunsOptions;
  readonly #plans = new Map<string, Promise<Plan>>();
  readonly #sessions: PieceSessions;
  readonly #frames: Frames;

  /**
   * @param file The tower's file.
   * @param found What was found of the tower in it.
   * @param options Sizes and threads.
   */
  constructor(file: GraphFile, found: FoundTower, options: TowerRunsOptions) {
    this.#file = file;
    this.#found = found;
    this.#options = options;
    this.#sessions = new PieceSessions(options);
    this.#frames = new Frames(this.#sessions);
  }

  /**
   * The plan for a run, with the sessions of all its pieces loaded.
   *
   * @param wanted Hook points to stop at, besides the ends of the blocks.
   */
  planFor(wanted: ReadonlySet<string>): Promise<Plan> {
    const key = planKey(wanted);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#makePlan(wanted);
    this.#plans.set(key, plan);
    plan.catch(() => this.#plans.delete(key)); // a file that cannot be read now may be readable later
    return plan;
  }

  /**
   * Runs a plan, in as many parts as the graph's limits ask for.
   *
   * @param plan The plan.
   * @param input The tower's input.
   * @param visit Called at every station; a graph with limits has none.
   * @returns The embeddings as the graph makes them, [rows, projection].
   */
  async run(plan: Plan, input: OnnxValue, visit?: Visitor): Promise<Tensor> {
    const { limits } = this.#found;
    return limits === undefined
      ? await this.#runPlan(plan, input, visit)
      : await this.#runInParts(plan, input, limits);
  }

  /**
   * What comes before the first block and after the last, for single rows.
   *
   * @throws {TypeError} If the graph cannot be cut so.
   */
  async rowEnds(): Promise<RowEnds> {
    const plan = await this.planFor(new Set());
    const ends = RowEnds.of(plan, this.#found, { ...this.#options, sessions: this.#sessions });
    if (ends === undefined) throw rowsInseparable(this.#file.path);
    return ends;
  }

  /**
   * The blocks between, one after the other, as models that treat every row alone.
   *
   * @throws {TypeError} If the graph cannot be cut so.
   */
  async *rowBlocks(): AsyncGenerator<BlockModels> {
    const graph = await this.#file.open();
    try {
      yield* blockModels(graph, this.#found.blocks);
    } finally {
      this.#file.close();
    }
  }

  /** Frees all sessions. */
  async release(): Promise<void> {
    await this.#sessions.release();
  }

  async #makePlan(wanted: ReadonlySet<string>): Promise<Plan> {
    const graph = await this.#file.open();
    try {
      const { ends, blocks } = this.#found;
      const plan = planRun(graph, ends, blocks, wanted);
      await this.#sessions.load(graph, plan.stages.map(({ piece }) => piece));
      return plan;
    } finally {
      this.#file.close();
    }
  }

  /** Runs as many rows at a time as the graph takes; it has no hook point to stop at. */
  async #runInParts(plan: Plan, input: OnnxValue, limits: RunLimits): Promise<Tensor> {
    const [rows] = input.dims as [number];
    const { projection } = this.#options;
    const embeddings = new Float32Array(rows * projection);
    for (let first = 0; first < rows; first += limits.rows) {
      const part = fitInput(input, limits, { first, source: this.#file.path });
      const { data } = await this.#runPlan(plan, part);
      const size = Math.min(limits.rows, rows - first) * projection;
      embeddings.set(data.subarray(0, size), first * projection);
    }
    return new Tensor(embeddings, [rows, projection], ["batch", "projection"]);
  }

  async #runPlan(plan: Plan, input: OnnxValue, visit?: Visitor): Promise<Tensor> {
    const positions = input.dims[1]!;
    let live = new LiveValues(new Map([[this.#found.ends.input, input]]), input.dims[0]!);
    let fixed = new Map<string, OnnxValue>();
    const entered: Entered[] = [];
    for (const [index, { piece, stations }] of plan.stages.entries()) {
      const { rows } = live;
      entered.push({ rows, values: new Map(live.entries()) });
      const made = await this.#sessions.run(piece, new Map([...live.entries(), ...fixed]), {
        rows,
        positions,
      });
      ({ live, fixed } = carryOver(plan, index, { live, fixed, made }));
      stations.forEach((station) => visit?.(station, live));
      if (live.rows === rows) continue;
      const size = { rows: live.rows, positions };
      fixed = await this.#frames.after(plan, index, { entered, size });
    }
    const { projection } = this.#options;
    const type = live.type(this.#found.ends.output);
    if (type !== "float32") {
      throw embeddingTypeDiffers(this.#file.path, this.#found.ends.output, type);
    }
    const data = live.data(this.#found.ends.output);
    if (data.length !== live.rows * projection) {
      throw embeddingSizeDiffers(this.#file.path, data.length / live.rows, projection);
    }
    return new Tensor(data, [live.rows, projection], ["batch", "projection"]);
  }
}
