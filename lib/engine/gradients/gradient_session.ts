/** One session of a tower's whole graph with its backward graph, for the hook points that were asked for last. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { Backward } from "../../onnx/backward.ts";
import { makeNode } from "../../onnx/build.ts";
import { ancestors, cutBetween, valueInfo } from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { GraphFile } from "../../onnx/graph_file.ts";
import type { OnnxValue, Runtime } from "../../onnx/runtime.ts";
import { unfuseActivations, unfuseLayerNorms } from "../../onnx/simplify.ts";
import type { FoundTower } from "../graph/find_tower.ts";
import { graphFor, SubgraphSessions } from "../run/cut_plan.ts";

interface GradientSession {
  /** The graph's values of each hook point and of its gradient. */
  readonly hooks: ReadonlyMap<string, { readonly value: string; readonly gradient: string }>;
  readonly output: string; // that of the embedding
  readonly numbers: number; // how many numbers a run keeps for each number of its input
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
      const { output } = this.found.ends;
      const loaded = await this.#load(whole, [output, ...outputs]);
      const kept = [...shapes.values()].map((dims) => dims.reduce((size, n) => size * n, 1));
      const numbers = kept.reduce((sum, size) => sum + size, 0) / row.data.length;
      this.#opened = { key, session: { ...loaded, hooks: names, output, numbers } };
      return this.#opened.session;
    } finally {
      this.file.close();
    }
  }

  /** Writes the way back from the embedding to the graph's own values, and to each added value from what changes to it change. */
  #backward(graph: Graph, hooks: readonly string[], shapes: Map<string, readonly number[]>) {
    const { values, added, ends: { output } } = this.found;
    const backward = new Backward(graph, shapes);
    const wanted = hooks.map((hook) => values.get(hook)!);
    const changes = new Map(wanted.flatMap((value) => {
      const own = added.get(value);
      return own && "change" in own.by ? [[value, { ...own, ...own.by }] as const] : [];
    }));
    const found = new Map(backward.run(output, cosineGradient(backward, output), {
      to: wanted.map((value) => changes.get(value)?.reaches ?? value),
      held: [...changes.values()].map(({ change }) => change),
    }));
    for (const [value, { change, reaches }] of changes) {
      const gradient = found.get(reaches)!;
      found.set(value, backward.run(change, gradient, { to: [value] }).get(value)!);
    }
    const gradientOf = (value: string) =>
      // 0 where the embedding does not depend on it
      found.get(value) ?? backward.op("ConstantOfShape", [backward.op("Shape", [value])]);
    const names = hooks.map((hook, i) =>
      [hook, { value: wanted[i]!, gradient: gradientOf(wanted[i]!) }] as const
    );
    return { nodes: backward.nodes, names: new Map(names) };
  }

  /** The shapes of the values that lead to the embedding, in a run of one row. */
  async #shapes(graph: Graph, row: OnnxValue): Promise<Map<string, readonly number[]>> {
    const names = ancestors(graph, this.found.ends.output).flatMap((node) =>
      graph.nodes[node]!.output
    )
      .filter((name) => name !== "" && !graph.isConstant(name));
    const shapeOf = (name: string) => `gradient shape of ${name}`;
    const nodes = names.map((name) => makeNode("Shape", [name], shapeOf(name)));
    const asking = graph.withNodes([...graph.nodes, ...nodes]);
    const { run, release } = await this.#load(asking, names.map(shapeOf));
    try {
      const made = await run(row);
      return new Map(names.map((name) => [name, [...made.get(shapeOf(name))!.data].map(Number)]));
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

/** The gradient of t e / |e| with respect to the embedding e: what the target t has beside e, divided by |e|. */
function cosineGradient(backward: Backward, e: string): string {
  const square = backward.sum(backward.op("Mul", [e, e]), 1);
  const product = backward.sum(backward.op("Mul", [e, TARGETS]), 1);
  const along = backward.op("Mul", [e, backward.op("Div", [product, square])]);
  const beside = backward.op("Sub", [TARGETS, along]);
  return backward.op("Div", [beside, backward.op("Sqrt", [square])]);
}
