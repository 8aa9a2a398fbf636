import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue, Runtime } from "../../onnx/runtime.ts";
import { onesLike, takesAnySize, TowerRuns, type Visitor } from "./tower_runs.ts";
import type { TowerGradients } from "../gradients/gradient_session.ts";
import { NegscopeError } from "../../errors/errors.ts";
import {
  axesText,
  foldBlocks,
  hookAxes,
  hookNames,
  hookPoint,
  hookShape,
  type TowerShape,
  type TowerTextOptions,
} from "../graph/hook_points.ts";
import { expandHookNames } from "../../hooks/cache.ts";
import { GraphFile, type GraphOrigin } from "../../onnx/graph_file.ts";
import {
  findLogitScale,
  findTower,
  type FoundTower,
  type GraphEnds,
  type LogitScale,
} from "../graph/find_tower.ts";
import type { RunState } from "../rows/row_graphs.ts";
import type { CutPlan, Stop } from "./cut_plan.ts";
import { type ChangedWeight, withWeightsOf } from "../weights/changed_weights.ts";
import { Weights } from "../weights/weights.ts";

/** An edit of activations that belongs to a tower, and so is in all of its runs. */
export interface BaseEdit {
  /** Where it changes values. */
  readonly hooks: readonly string[];
  /** Changes the value of one row at a hook point in place; the value has no axis `batch`, and the ids are those of the row's tokens. */
  readonly apply: (hook: string, row: Tensor, ids: readonly number[]) => void;
}

/** A visitor that makes the base edit of a tower at every stop, and then calls another. */
function editingVisitor(
  tower: Tower,
  { hooks, apply }: BaseEdit,
  { dims: [, positions = 0], data }: OnnxValue,
  visit: Visitor | undefined,
): Visitor {
  const idsOf = (row: number) =>
    Array.from(data.subarray(row * positions, (row + 1) * positions), Number);
  return (stop, state) => {
    for (const hook of stop.hooks) {
      if (!hooks.includes(hook)) continue;
      const value = tower.view(stop, state);
      for (let row = 0; row < state.rows; row++) {
        apply(hook, value.row(row), idsOf(state.sources[row]!));
      }
    }
    visit?.(stop, state);
  };
}

/** Checks a tower on two rows: one of zeros, and one of ones. Reads the residual stream and the first block's heads on the way. */
async function checkTower(tower: Tower, example: OnnxValue, edit?: string): Promise<void> {
  const pattern = tower.hooks.find((name) =>
    hookPoint(name)?.weights && !tower.unreachable.has(name)
  );
  const first = await tower.run(example, {
    wanted: new Set(pattern === undefined ? [] : [pattern]),
    visit: (stop, state) => void tower.view(stop, state),
  });
  const second = await tower.run(onesLike(example));
  const from = { file: tower.path, edit };
  checkEmbedding(first.data, from);
  checkEmbedding(second.data, from);
  if (first.data.every((x, i) => x === second.data[i])) {
    throw embeddingWrong(from, "its embedding is the same for different inputs");
  }
}

export function checkEmbedding(
  embedding: Float32Array,
  { input, ...from }: Origin & { readonly input?: string },
): void {
  const of = input === undefined ? "" : ` of ${JSON.stringify(input)}`;
  const [isFinite, isZero] = [embedding.every(Number.isFinite), embedding.every((x) => x === 0)];
  if (!isFinite) throw embeddingWrong(from, `its embedding${of} is not finite`);
  if (isZero) throw embeddingWrong(from, `its embedding${of} holds nothing but zeros`);
}

type Origin = { readonly file: string; readonly edit?: string | undefined };

function embeddingWrong({ file, edit }: Origin, reason: string): NegscopeError {
  return new NegscopeError("weights-not-finite", {
    problem: edit === undefined ? `Cannot use "${file}"` : `Cannot use the edit "${edit}"`,
    reason: edit === undefined ? reason : reason.replace("its", "with it, the model's"),
    fix: edit === undefined ? "export or download it again" : "correct its numbers or its strength",
  });
}

export function towerReleased(tower: "text" | "image"): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: `Cannot run the ${tower} tower`,
    subject: tower,
    reason: "it was released",
    fix: "load the model again",
  });
}

/** Which tower, and how it computes. */
export interface TowerOptions {
  /** Which tower. */
  readonly kind: "text" | "image";
  /** The tower's sizes. */
  readonly shape: TowerShape;
  /** Names of the graph's input and output, and the prefix of its hook points' names. */
  readonly ends: GraphEnds;
  /** Whether each position depends only on itself and earlier ones. @default {false} */
  readonly causal?: boolean;
  /** What runs it. */
  readonly runtime: Runtime;
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
  /** A small input of zeros that is run at loading, to check the sizes and the embedding. */
  readonly example?: OnnxValue;
  /** Decides random weights that replace the tower's own. @default {its own weights} */
  readonly randomWeights?: number | undefined;
  /** Other numbers for some of its weights. @default {none} */
  readonly changedWeights?: readonly ChangedWeight[] | undefined;
  /** The name of the edit that these are of. @default {none} */
  readonly edit?: string;
}

/** Something that holds memory outside the JavaScript engine. */
export interface Releasable {
  /** Frees the memory; a second call does nothing. */
  release(): Promise<void>;
}

/** One tower, cut at its hook points. */
export class Tower {
  /** `"text"` or `"image"`. */
  readonly kind: "text" | "image";
  /** The tower's sizes. */
  readonly shape: TowerShape;
  /** What runs it. */
  readonly runtime: Runtime;
  /** Threads inside an operator. */
  readonly threads: number;
  /** All hook points in the order of computation. */
  readonly hooks: readonly string[];
  /** The hook points that the graph has no value for, because its parts are fused, quantised, or bound to one size. */
  readonly unreachable: ReadonlySet<string>;
  /** The weights by name, read on request. */
  readonly weights: Weights;
  /** The scale and bias of the model's own logits, if the graph ends in these or has them as properties. */
  readonly logitScale: LogitScale | undefined;
  readonly #found: FoundTower;
  readonly #runs: TowerRuns;
  #base: BaseEdit | undefined;
  readonly #owned: Releasable[] = [];
  #shared: ReadonlySet<string> = new Set();
  #holdsFile = false;
  #released = false;

  private constructor(
    private readonly file: GraphFile,
    private readonly options: TowerOptions,
    { found, weights, logitScale, runs }: {
      readonly found: FoundTower;
      readonly weights: Weights;
      readonly logitScale: LogitScale | undefined;
      readonly runs?: TowerRuns;
    },
  ) {
    this.kind = options.kind;
    this.shape = options.shape;
    this.hooks = hookNames(options.shape.layers, found.ends.prefix);
    this.weights = weights;
    this.logitScale = logitScale;
    this.#found = found;
    this.unreachable = new Set(this.hooks.filter((name) => !found.values.has(name)));
    this.runtime = options.runtime;
    this.threads = options.threads ?? 1;
    const { runtime, threads } = this;
    this.#runs = runs ?? new TowerRuns(file, found, { ...options.shape, threads, runtime });
  }

  /**
   * Opens a tower: finds its hook points, cuts it at every block, and loads the subgraphs. `from`: the origin of the graph, which may hold the
   * other tower too; for an ONNX file see `onnxOrigin`.
   */
  static async load(from: GraphOrigin, options: TowerOptions): Promise<Tower> {
    const file = new GraphFile(from, (graph) => withWeightsOf(graph, options));
    const graph = await file.open(); // stays open for the plans of the first runs
    try {
      const { example } = options;
      const { found, bound } = findTower(graph, options);
      const weights = new Weights(file, graph, { ...options, ...found });
      const logitScale = findLogitScale(graph);
      const tower = new Tower(file, options, { found, weights, logitScale });
      const run = async (input: OnnxValue) => (await tower.run(input)).data;
      if (bound === undefined || example === undefined || await takesAnySize(run, example)) {
        return await tower.#checked(example);
      }
      await tower.release();
      const whole = new Tower(file, options, { found: bound, weights, logitScale });
      return await whole.#checked(example);
    } finally {
      file.close();
    }
  }

  /** Loads what every run needs and runs it, to detect a wrong config.json and damaged weights. */
  async #checked(example: OnnxValue | undefined): Promise<Tower> {
    try {
      await this.prepare();
      if (example !== undefined) await checkTower(this, example, this.options.edit);
    } catch (error) {
      await this.release();
      throw error;
    }
    if (this.options.randomWeights !== undefined) {
      await this.file.open(); // so that random weights are drawn once for all plans before the first run
      this.#holdsFile = true;
    }
    return this;
  }

  #closeFile(): void {
    if (this.#holdsFile) this.file.close();
    this.#holdsFile = false;
  }

  /** The file that its graph comes from: an ONNX file, or a file of weights. */
  get path(): string {
    return this.file.path;
  }

  /**
   * Loads the sessions of all runs that stop at these hook points, so that later runs do not need the file.
   *
   * @param hooks Names of hook points; `*` stands for any part.
   */
  async prepare(hooks: readonly string[] = []): Promise<void> {
    await this.#planFor(new Set(expandHookNames(hooks, this.hooks)));
  }

  /**
   * Makes every run that stops within blocks stop at all of these hook points, where the graph has them: runs with different changes then
   * share their sessions, and memory does not grow with the changes that are tried.
   *
   * @param hooks Names of hook points; `*` stands for any part.
   * @internal
   */
  shareStops(hooks: readonly string[]): void {
    const names = expandHookNames(hooks, this.hooks).filter((name) => !this.unreachable.has(name));
    this.#shared = new Set(names);
  }

  /** The files that determine its numbers: the file of its graph and those that hold its weights. */
  get files(): readonly string[] {
    return this.file.files;
  }

  /**
   * Runs the tower once, stopping at its embedding, at the end of every block and at the wanted hook points; `visit` is called at every stop.
   * `input`: rows first: token ids [rows, positions] or pixels [rows, channels, height, width]. Returns the embeddings as the graph makes them,
   * [rows, projection].
   */
  async run(
    input: OnnxValue,
    { wanted = new Set(), visit }: Readonly<{ wanted?: ReadonlySet<string>; visit?: Visitor }> = {},
  ): Promise<Tensor> {
    const base = this.#base;
    const plan = await this.#planFor(wanted.union(new Set(base?.hooks)));
    this.#closeFile();
    const editing = base && editingVisitor(this, base, input, visit);
    return await this.#runs.run(plan, input, editing ?? visit);
  }

  /** @internal Its gradients, if some hook points can be reached and no edit changes activations. */
  gradientsAt(hooks: readonly string[]): TowerGradients {
    if (this.#released) throw towerReleased(this.kind);
    hooks.forEach((hook) => this.#checkReachable(hook));
    if (this.#base === undefined) return this.#runs.gradients;
    throw new NegscopeError("change-unfit", {
      problem: `Cannot compute gradients of "${this.path}" with an edit of activations`,
      reason: "the graph does not have what the edit does",
      fix: "leave the edit out, or save the edited model and open that",
    });
  }

  /** @internal Its ends and its blocks for single rows. */
  get rows(): Pick<TowerRuns, "rowEnds" | "rowBlocks"> {
    return this.#runs;
  }

  /** @internal The change of activations that every run has. */
  get base(): BaseEdit | undefined {
    return this.#base;
  }

  /**
   * The same tower with another change of activations in every run, before the changes of its own. It shares the memory of this one, which is
   * the one to release.
   *
   * @internal
   */
  withBase(base: BaseEdit | undefined): Tower {
    for (const hook of base?.hooks ?? []) this.#checkReachable(hook);
    const { logitScale, weights } = this;
    const own = { found: this.#found, weights, logitScale, runs: this.#runs };
    const made = new Tower(this.file, this.options, own);
    made.#base = base;
    return made;
  }

  /** @internal Registers a resource that is released with the tower. */
  own(resource: Releasable): void {
    this.#owned.push(resource);
  }

  /** A state value as users see it, without a copy. */
  view(stop: Stop, state: RunState): Tensor {
    const data = state.data(stop.value);
    const hook = stop.hooks[0]!;
    const axes = hookAxes(hook, this.shape.parts);
    const last = state.dims(stop.value).at(-1)!; // the keys, or all values of a position
    const shape = hookShape(this.shape, hook, {
      rows: state.rows,
      positions: axes.includes("key") ? last : data.length / (state.rows * last),
    });
    const size = shape.reduce((product, length) => product * length, 1);
    if (size === data.length) return new Tensor(data, shape, axes);
    throw new NegscopeError("model-files-differ", {
      problem: `Cannot use "${this.path}"`,
      reason: `hook point "${hook}" holds ${data.length} values where config.json asks for [${
        shape.join(", ")
      }]`,
      fix: "check that the file and config.json belong together",
    });
  }

  /** The hook points with axes and sizes. */
  describe({ all }: TowerTextOptions = {}): string {
    const { kind, shape, hooks, unreachable } = this;
    const { layers, heads, width, projection } = shape;
    const gone = (hook: string) => unreachable.has(hook) ? "  cannot be reached" : "";
    const shown = all ? hooks.map((name) => ({ name, names: [name] })) : foldBlocks(hooks, gone);
    return [
      `${kind} tower: ${layers} blocks, ${heads} heads, width ${width}, projection ${projection}`,
      ...shown.map(({ name, names: [hook] }) =>
        `  ${name}  [${axesText(shape, hook!)}]${gone(hook!)}`
      ),
      ...unreachable.size > 0 ? [`  ${this.#found.advice}`] : [],
    ].join("\n");
  }

  /** The hook points with axes and sizes, those of all blocks in one line. */
  toString(): string {
    return this.describe();
  }

  /** Frees all sessions. A released tower cannot run. */
  async release(): Promise<void> {
    this.#released = true;
    this.#closeFile();
    for (const resource of this.#owned.splice(0)) await resource.release();
    await this.#runs.release();
  }

  /** The plan for a run, with the sessions of all its subgraphs loaded. */
  #planFor(wanted: ReadonlySet<string>): Promise<CutPlan> {
    if (this.#released) throw towerReleased(this.kind);
    for (const hook of wanted) this.#checkReachable(hook);
    const stopsWithin = [...wanted].some((hook) => !hookPoint(hook)?.always);
    return this.#runs.planFor(stopsWithin ? wanted.union(this.#shared) : wanted);
  }

  #checkReachable(hook: string): void {
    if (!this.unreachable.has(hook)) return;
    throw new NegscopeError("hook-unreachable", {
      problem: `Cannot reach hook point "${hook}" in "${this.path}"`,
      reason: this.#found.advice,
    });
  }
}
