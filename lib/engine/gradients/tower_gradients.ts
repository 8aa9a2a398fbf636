/** The gradients of a tower's cosines: one session of the whole graph with its backward graph, for the hook points that were asked for last. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { checkOptions } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import { Backward } from "../../onnx/backward.ts";
import { makeNode } from "../../onnx/build.ts";
import { ancestors, cutBetween, valueInfo } from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { GraphFile } from "../../onnx/graph_file.ts";
import type { OnnxValue, Runtime } from "../../onnx/runtime.ts";
import { unfuseActivations, unfuseLayerNorms } from "../../onnx/unfuse.ts";
import type { FoundTower } from "../graph/find_tower.ts";
import { RunState } from "../rows/row_graphs.ts";
import { graphFor, SubgraphSessions } from "../run/cut_plan.ts";
import { checkRunList, isText, type RunBatch, unit } from "../run/hooked_run.ts";
import type { Tower } from "../run/tower.ts";

/** What gradients are of. */
export interface GradientOptions {
  /** A vector for each row, such as an image's embedding: [batch, projection], or a list. Their lengths do not matter. */
  readonly targets: Tensor | readonly ArrayLike<number>[];
  /** What the gradients are multiplied by, in CLIP 100 for those of S. @default {1} */
  readonly scale?: number;
}

/** The cosine of each row with its target, values on the way, and the gradients of the cosine with respect to these. */
export interface GradientRun {
  /** The cosine of each row's embedding and its target. */
  readonly scores: Float32Array;
  /** The value of each hook point. */
  readonly values: ActivationCache;
  /** How much each number of a value moves the cosine of its row, to first order; in the shape of the value. */
  readonly gradients: ActivationCache;
}

/** Runs rows and computes gradients. What users give is checked before anything runs. */
export async function runWithGradients(
  tower: Tower,
  hooks: readonly string[],
  { batches, rowNames, tokens, ...options }: GradientOptions & {
    readonly batches: readonly RunBatch[];
    readonly rowNames: readonly string[];
    readonly tokens?: readonly (readonly string[])[] | undefined;
  },
): Promise<GradientRun> {
  const { targets: given, scale = 1, ...others } = options;
  checkOptions(others, []);
  checkRunList(hooks, isText, "names of hook points");
  const names = expandHookNames(hooks, tower.hooks);
  const { projection: size } = tower.shape;
  const targets = targetRows(given, rowNames.length, size);
  const [values, gradients] = [0, 1].map(() => new ActivationCache(rowNames, tokens && { tokens }));
  const scores = new Float32Array(rowNames.length);
  for (const { rows, input } of batches) {
    const data = await input();
    await tower.gradientsAt(names).use(names, rowsOf(data, 0, 1), async (session) => {
      const numbers = session.numbers * data.data.length / rows.length;
      const most = Math.max(1, Math.floor(MOST_NUMBERS / numbers));
      for (let first = 0; first < rows.length; first += most) {
        const own = rows.slice(first, first + most);
        const scaled = own.flatMap((row) => Array.from(targets[row]!, (x) => scale * x));
        const made = await session.run(rowsOf(data, first, own.length), {
          type: "float32",
          dims: [own.length, size],
          data: Float32Array.from(scaled),
        });
        const state = new RunState(made, own.length);
        for (const [hook, { value, gradient }] of session.hooks) {
          values!.add(hook, tower.view({ value, hooks: [hook] }, state), own);
          gradients!.add(hook, tower.view({ value: gradient, hooks: [hook] }, state), own);
        }
        own.forEach((row, i) => {
          const e = unit(
            state.data(tower.gradientsAt(names).output).subarray(i * size, (i + 1) * size),
          );
          scores[row] = e.reduce((sum, x, k) => sum + x * targets[row]![k]!, 0);
        });
      }
    });
  }
  return { scores, values: values!, gradients: gradients! };
}

/** The most numbers of a run that are kept at a time until the way back needs them: 256 MB. */
const MOST_NUMBERS = 2 ** 26;

/** The targets in length 1. */
function targetRows(
  given: GradientOptions["targets"],
  count: number,
  size: number,
): Float32Array[] {
  const rows = given instanceof Tensor
    ? Array.from({ length: given.shape[0] ?? 0 }, (_, row) => given.row(row).data)
    : Array.from(given ?? [], (vector) => Float32Array.from(vector));
  const units = rows.map(unit);
  const fits = units.every((row) => row.length === size && row.every(Number.isFinite));
  if (fits && rows.length === count) return units;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot compute gradients with ${rows.length} targets`,
    subject: rows.length,
    expected: `${count}, one for each row, of ${size} finite numbers that are not all 0`,
    fix: "take embeddings of images or sentences",
  });
}

function rowsOf({ type, dims, data }: OnnxValue, first: number, count: number): OnnxValue {
  const size = data.length / dims[0]!;
  const part = data.subarray(first * size, (first + count) * size);
  return { type, dims: [count, ...dims.slice(1)], data: part } as OnnxValue;
}

interface GradientSession {
  /** The graph's values of each hook point and of its gradient. */
  readonly hooks: ReadonlyMap<string, { readonly value: string; readonly gradient: string }>;
  /** How many numbers a run keeps for each number of its input. */
  readonly numbers: number;
  readonly run: Run;
  readonly release: () => Promise<void>;
}

type Run = (input: OnnxValue, targets?: OnnxValue) => Promise<Map<string, OnnxValue>>;

/** The graph's input for the targets, [rows, projection]. */
const TARGETS = "gradient targets";

export class TowerGradients {
  #opened: { readonly key: string; readonly session: GradientSession } | undefined;
  #last: Promise<void> = Promise.resolve();

  /** Reads nothing yet. */
  constructor(
    private readonly file: GraphFile,
    private readonly found: FoundTower,
    private readonly options: { readonly threads: number; readonly runtime: Runtime },
  ) {}

  /** The graph's value of the embedding. */
  get output(): string {
    return this.found.ends.output;
  }

  /** Lends the session for some hook points; one for others is released. `row`: one row of the data. */
  use(
    hooks: readonly string[],
    row: OnnxValue,
    run: (session: GradientSession) => Promise<void>,
  ): Promise<void> {
    const done = this.#last.then(async () => await run(await this.#open(hooks, row)));
    this.#last = done.catch(() => undefined); // the next may replace the session
    return done;
  }

  async release(): Promise<void> {
    await this.#last;
    await this.#opened?.session.release();
    this.#opened = undefined;
  }

  async #open(hooks: readonly string[], row: OnnxValue): Promise<GradientSession> {
    const key = hooks.join(" ");
    if (this.#opened?.key === key) return this.#opened.session;
    await this.#opened?.session.release();
    this.#opened = undefined;
    const stored = await this.file.open();
    try {
      const added = graphFor(stored, this.found, new Set(hooks));
      const graph = unfuseActivations(unfuseLayerNorms(added)); // what these are made of has rules
      const shapes = await this.#shapes(graph, row);
      const { nodes, names } = this.#backward(graph, hooks, shapes);
      const targets = [valueInfo(TARGETS, Type.FLOAT)];
      const whole = graph.withNodes([...graph.nodes, ...nodes], undefined, targets);
      const outputs = [...names.values()].flatMap(({ value, gradient }) => [value, gradient]);
      const loaded = await this.#load(whole, [this.output, ...outputs]);
      const kept = [...shapes.values()].map((dims) => dims.reduce((size, n) => size * n, 1));
      const numbers = kept.reduce((sum, size) => sum + size, 0) / row.data.length;
      this.#opened = { key, session: { ...loaded, hooks: names, numbers } };
      return this.#opened.session;
    } finally {
      this.file.close();
    }
  }

  /** Writes the way back from the embedding to the graph's own values, and to each added value from what changes to it change. */
  #backward(graph: Graph, hooks: readonly string[], shapes: Map<string, readonly number[]>) {
    const { values, added } = this.found;
    const backward = new Backward(graph, shapes);
    const wanted = hooks.map((hook) => values.get(hook)!);
    const changes = new Map(wanted.flatMap((value) => {
      const own = added.get(value);
      return own && "change" in own.by ? [[value, { ...own, ...own.by }] as const] : [];
    }));
    const found = new Map(backward.run(this.output, this.#seed(backward), {
      to: wanted.map((value) => changes.get(value)?.reaches ?? value),
      held: [...changes.values()].map(({ change }) => change),
    }));
    for (const [value, { change, reaches }] of changes) {
      const gradient = found.get(reaches)!;
      found.set(value, backward.run(change, gradient, { to: [value] }).get(value)!);
    }
    const none = (value: string) =>
      // the embedding does not depend on it
      backward.op("ConstantOfShape", [backward.op("Shape", [value])]);
    const names = new Map(hooks.map((hook, i) => {
      const value = wanted[i]!;
      return [hook, { value, gradient: found.get(value) ?? none(value) }];
    }));
    return { nodes: backward.nodes, names };
  }

  /** The gradient of t e / |e| with respect to the embedding e: what t has beside e, divided by |e|. */
  #seed(backward: Backward): string {
    const { output: e } = this;
    const square = backward.sum(backward.op("Mul", [e, e]), 1);
    const product = backward.sum(backward.op("Mul", [e, TARGETS]), 1);
    const along = backward.op("Mul", [e, backward.op("Div", [product, square])]);
    const beside = backward.op("Sub", [TARGETS, along]);
    return backward.op("Div", [beside, backward.op("Sqrt", [square])]);
  }

  /** The shapes of the values that lead to the embedding, in a run of one row. */
  async #shapes(graph: Graph, row: OnnxValue): Promise<Map<string, readonly number[]>> {
    const names = ancestors(graph, this.output).flatMap((node) => graph.nodes[node]!.output)
      .filter((name) => name !== "" && !graph.isConstant(name));
    const shapeOf = (name: string) => `gradient shape of ${name}`;
    const nodes = names.map((name) => makeNode("Shape", [name], shapeOf(name)));
    const asking = graph.withNodes([...graph.nodes, ...nodes]);
    const { run, release } = await this.#load(asking, names.map(shapeOf));
    try {
      const made = await run(row);
      return new Map(
        names.map((name) => [name, Array.from(made.get(shapeOf(name))!.data, Number)]),
      );
    } finally {
      await release();
    }
  }

  async #load(graph: Graph, outputs: readonly string[]) {
    const all = cutBetween(graph, [...graph.inputs.keys()], [...new Set(outputs)])!;
    const read = new Set(all.nodes.flatMap((node) => graph.reads[node]!));
    const subgraph = { ...all, inputs: all.inputs.filter((name) => read.has(name)) };
    const sessions = new SubgraphSessions(this.options);
    await sessions.load(graph, [subgraph]);
    const run: Run = async (input, targets) => {
      const feeds = new Map([[this.found.ends.input, input]]);
      if (targets !== undefined) feeds.set(TARGETS, targets);
      const [rows, positions] = input.dims as [number, number];
      return await sessions.run(subgraph, feeds, { rows, positions });
    };
    return { run, release: () => sessions.release() };
  }
}
