/** The gradients of a tower's cosines: one session of the whole graph and its backward graph, for the hook points that were asked for last. */

import { create } from "@bufbuild/protobuf";
import { TensorProto_DataType as Type, type ValueInfoProto, ValueInfoProtoSchema } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import { Backward } from "../../onnx/backward.ts";
import { makeNode } from "../../onnx/build.ts";
import { ancestors, cutBetween, type Subgraph } from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { GraphFile } from "../../onnx/graph_file.ts";
import type { OnnxValue, Runtime } from "../../onnx/runtime.ts";
import { unfuseActivations, unfuseLayerNorms } from "../../onnx/unfuse.ts";
import type { FoundTower } from "../graph/find_tower.ts";
import { graphFor, SubgraphSessions } from "../run/cut_plan.ts";

/** The most numbers of a run that are kept at a time until the way back needs them: 256 MB. */
const MOST_NUMBERS = 2 ** 26;

/** The graph's input for the targets, [rows, projection]. */
const TARGETS = "gradient targets";

/** Rows of a run, one after another. */
export interface GradientRows {
  /** The first of them. */
  readonly first: number;
  readonly count: number;
  /** Their embeddings as the graph makes them. */
  readonly embeddings: OnnxValue;
  /** By hook point. */
  readonly values: ReadonlyMap<string, OnnxValue>;
  readonly gradients: ReadonlyMap<string, OnnxValue>;
}

interface Opened {
  readonly key: string;
  readonly sessions: SubgraphSessions;
  readonly subgraph: Subgraph;
  /** The graph's values of each hook point and of its gradient. */
  readonly hooks: ReadonlyMap<string, { readonly value: string; readonly gradient: string }>;
  /** How many numbers a run keeps for each position of a row. */
  readonly numbers: number;
}

type Options = { readonly threads: number; readonly runtime: Runtime };

export class TowerGradients {
  readonly #file: GraphFile;
  readonly #found: FoundTower;
  readonly #options: Options;
  #opened: Opened | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: GraphFile, found: FoundTower, options: Options) {
    this.#file = file;
    this.#found = found;
    this.#options = options;
  }

  /**
   * Computes the gradients of each row's cosine, in parts that bound the memory.
   *
   * @param hooks Hook points that the tower has.
   * @param batch The data, rows first; how many positions a row has; and a target for each row, of the length by which its cosine is scaled.
   */
  run(
    hooks: readonly string[],
    batch: {
      readonly input: OnnxValue;
      readonly positions: number;
      readonly targets: Float32Array;
    },
  ): Promise<GradientRows[]> {
    const result = this.#last.then(() => this.#run(hooks, batch)); // the session may be replaced only between runs
    this.#last = result.catch(() => undefined);
    return result;
  }

  async release(): Promise<void> {
    await this.#last;
    await this.#opened?.sessions.release();
    this.#opened = undefined;
  }

  async #run(
    hooks: readonly string[],
    { input, positions, targets }: Parameters<TowerGradients["run"]>[1],
  ): Promise<GradientRows[]> {
    const rows = input.dims[0]!;
    const { sessions, subgraph, numbers, hooks: names } = await this.#open(hooks, input, positions);
    const most = Math.max(1, Math.floor(MOST_NUMBERS / (numbers * positions)));
    const parts: GradientRows[] = [];
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      const own = rowsOf(input, first, count);
      const size = targets.length / rows;
      const data = targets.subarray(first * size, (first + count) * size);
      const made = await sessions.run(
        subgraph,
        new Map([[this.#found.ends.input, own], [TARGETS, {
          type: "float32",
          dims: [count, size],
          data,
        }]]),
        { rows: count, positions: own.dims[1]! },
      );
      const ofEach = (which: "value" | "gradient") =>
        new Map([...names].map(([hook, name]) => [hook, made.get(name[which])!]));
      parts.push({
        first,
        count,
        embeddings: made.get(this.#found.ends.output)!,
        values: ofEach("value"),
        gradients: ofEach("gradient"),
      });
    }
    return parts;
  }

  /** The session for some hook points; one for others is released. */
  async #open(hooks: readonly string[], input: OnnxValue, positions: number): Promise<Opened> {
    const key = hooks.join(" ");
    if (this.#opened?.key === key) return this.#opened;
    await this.#opened?.sessions.release();
    this.#opened = undefined;
    const stored = await this.#file.open();
    try {
      const graph = spelledOut(graphFor(stored, this.#found, new Set(hooks)));
      const shapes = await this.#shapes(graph, rowsOf(input, 0, 1));
      const { backward, gradients } = this.#backward(graph, hooks, shapes);
      const whole = graph.withNodes(
        [...graph.nodes, ...backward.nodes],
        graph.model.graph!.valueInfo,
        [targetsInfo()],
      );
      const outputs = [
        this.#found.ends.output,
        ...[...gradients.values()].flatMap(({ value, gradient }) => [value, gradient]),
      ];
      const { sessions, subgraph } = await this.#load(whole, [...new Set(outputs)]);
      const kept = [...shapes.values()].reduce((sum, dims) => sum + sizeOf(dims), 0);
      const numbers = kept / positions;
      return this.#opened = { key, sessions, subgraph, hooks: gradients, numbers };
    } finally {
      this.#file.close();
    }
  }

  /** Writes the way back from the embedding, and then from what each added value changes to that value. */
  #backward(
    graph: Graph,
    hooks: readonly string[],
    shapes: ReadonlyMap<string, readonly number[]>,
  ) {
    const { ends: { output }, values, added } = this.#found;
    const backward = new Backward(graph, shapes);
    const changing = hooks.flatMap((hook) => {
      const own = added.get(values.get(hook)!);
      return own !== undefined && "change" in own.by ? [{ ...own, change: own.by.change }] : [];
    });
    const beside = new Set(changing.map(({ value }) => value));
    const main = hooks.map((hook) => values.get(hook)!).filter((value) => !beside.has(value));
    const found = new Map(backward.run({
      of: output,
      gradient: cosineGradient(backward, output),
      from: [...main, ...changing.map(({ reaches }) => reaches)],
      held: new Set(changing.map(({ change }) => change)),
    }));
    for (const { value, change, reaches } of changing) {
      const gradient = found.get(reaches);
      if (gradient === undefined) continue;
      const own = backward.run({ of: change, gradient, from: [value] }).get(value);
      if (own !== undefined) found.set(value, own);
    }
    const gradients = new Map(hooks.map((hook) => {
      const value = values.get(hook)!;
      const gradient = found.get(value);
      if (gradient === undefined) throw withoutGradient(hook, this.#file.path);
      return [hook, { value, gradient }];
    }));
    return { backward, gradients };
  }

  /** The shapes of the values that lead to the embedding, in a run of one row. */
  async #shapes(graph: Graph, input: OnnxValue): Promise<Map<string, readonly number[]>> {
    const { ends } = this.#found;
    const names = ancestors(graph, ends.output)
      .flatMap((node) => graph.nodes[node]!.output)
      .filter((name) => name !== "" && !graph.isConstant(name));
    const shapeOf = (name: string) => `gradient shape of ${name}`;
    const nodes = names.map((name) => makeNode("Shape", [name], shapeOf(name)));
    const asking = graph.withNodes([...graph.nodes, ...nodes]);
    const { sessions, subgraph } = await this.#load(asking, names.map(shapeOf));
    try {
      const size = { rows: 1, positions: input.dims[1]! };
      const made = await sessions.run(subgraph, new Map([[ends.input, input]]), size);
      return new Map(
        names.map((name) => [name, Array.from(made.get(shapeOf(name))!.data, Number)]),
      );
    } finally {
      await sessions.release();
    }
  }

  async #load(graph: Graph, outputs: readonly string[]) {
    const all = cutBetween(graph, [...graph.inputs.keys()], outputs)!;
    const read = new Set(all.nodes.flatMap((node) => graph.reads[node]!));
    const subgraph = { ...all, inputs: all.inputs.filter((name) => read.has(name)) };
    const sessions = new SubgraphSessions(this.#options);
    await sessions.load(graph, [subgraph]);
    return { sessions, subgraph };
  }
}

/** The graph with all its fused functions spelled out, whose operators have rules. */
function spelledOut(graph: Graph): Graph {
  return unfuseActivations(unfuseLayerNorms(graph));
}

/** The gradient of t · e / |e| with respect to the embedding e: what t has beside e, divided by |e|. */
function cosineGradient(backward: Backward, e: string): string {
  const square = backward.sum(backward.op("Mul", [e, e]), 1);
  const product = backward.sum(backward.op("Mul", [e, TARGETS]), 1);
  const along = backward.op("Mul", [e, backward.op("Div", [product, square])]);
  return backward.op("Div", [
    backward.op("Sub", [TARGETS, along]),
    backward.op("Sqrt", [square]),
  ]);
}

function targetsInfo(): ValueInfoProto {
  const value = { case: "tensorType" as const, value: { elemType: Type.FLOAT } };
  return create(ValueInfoProtoSchema, { name: TARGETS, type: { value } });
}

function rowsOf({ type, dims, data }: OnnxValue, first: number, count: number): OnnxValue {
  const size = data.length / dims[0]!;
  const part = data.subarray(first * size, (first + count) * size);
  return { type, dims: [count, ...dims.slice(1)], data: part } as OnnxValue;
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, length) => product * length, 1);
}

function withoutGradient(hook: string, file: string): NegscopeError {
  return new NegscopeError("hook-unreachable", {
    problem: `Cannot compute the gradient of hook point "${hook}" in "${file}"`,
    reason: "the embedding does not depend on its value there",
    fix: "leave it out",
  });
}
