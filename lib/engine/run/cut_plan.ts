/** Plans where a tower is cut for a run: values are read and replaced between its stages. */

import { TensorProto_DataType } from "onnx-buf";
import {
  ancestors,
  cutChain,
  encodeSubgraph,
  shapeFrontier,
  shapeOnlyValues,
  type Subgraph,
} from "../../onnx/cut.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { FoundHooks, TowerEnds } from "../graph/find_tower.ts";
import { hookPoint, namedPoints } from "../graph/hook_points.ts";
import { withAddedValues } from "../graph/block.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { elementType } from "../../onnx/weight_numbers.ts";
import { freeMemory, type OnnxValue, type Runtime, type Session } from "../../onnx/runtime.ts";

/** A value of the graph at which a run stops, with its hook points in order. */
export interface Stop {
  /** The value's name in the graph. */
  readonly value: string;
  /** One or more hook points: the end of a block is also the beginning of the next. */
  readonly hooks: readonly string[];
}

/** The parts that a run goes through, each with the stops at its end and the values known there that later subgraphs or the caller read. */
export interface CutPlan {
  readonly stages: readonly {
    readonly subgraph: Subgraph;
    readonly stops: readonly Stop[];
    readonly needed: ReadonlySet<string>;
  }[];
  /** Values that depend only on the number of rows and positions. */
  readonly shapeOnly: ReadonlySet<string>;
}

/** The graph that a run is cut from: the tower's, plus the wanted values that it lacks. */
export function graphFor(
  graph: Graph,
  { values, added }: Pick<FoundHooks, "values" | "added">,
  wanted: ReadonlySet<string>,
): Graph {
  const lacking = [...values].flatMap(([name, value]) =>
    wanted.has(name) ? added.get(value) ?? [] : []
  );
  return withAddedValues(graph, lacking);
}

/** Cuts a tower before its first block, at the end of every block, and at the wanted hook points. */
export function planCuts(
  graph: Graph,
  ends: TowerEnds,
  values: FoundHooks["values"],
  wanted: ReadonlySet<string>,
): CutPlan {
  const stops = stopsOf(ends, values, wanted);
  const targets = stops.map((stage) => stage.map(({ value }) => value));
  const subgraphs = cutChain(
    graph,
    [...targets, [ends.output]],
    shapeFrontier(graph, ends.input, ends.output),
  );
  const own = new Set(ancestors(graph, ends.output).flatMap((node) => graph.nodes[node]!.output));
  const shapeOnly = shapeOnlyValues(graph, ends.input);
  const stopped = new Set(targets.flat()); // data from there on, since a stop may change single rows
  return {
    stages: subgraphs.map((subgraph, i) => {
      const made = new Set(subgraphs.slice(0, i + 1).flatMap(({ outputs }) => outputs));
      const later = subgraphs.slice(i + 1).flatMap(({ inputs }) => inputs);
      const known = (name: string) => made.has(name) || name === ends.input;
      return {
        subgraph,
        stops: stops[i] ?? [],
        needed: new Set([...later, ends.output].filter(known)),
      };
    }),
    shapeOnly: new Set([...shapeOnly].filter((name) => own.has(name) && !stopped.has(name))),
  };
}

export function cutPlanKey(wanted: ReadonlySet<string>): string {
  return [...wanted].filter((name) => !hookPoint(name)?.always).sort().join(" ");
}

/** The stops of a run; those that are reached together share a list. */
function stopsOf(
  { layers, prefix }: TowerEnds,
  values: FoundHooks["values"],
  wanted: ReadonlySet<string>,
): Stop[][] {
  const stages: { readonly stage: string; stops: Stop[] }[] = [];
  for (const { name, layer, point } of namedPoints(layers, prefix)) {
    const value = values.get(name);
    if (value === undefined || !(point.always || wanted.has(name))) continue;
    const last = stages.at(-1);
    const before = last?.stops.at(-1);
    const stage = `${layer} ${point.stage ?? point.name}`;
    if (before?.value === value) { // the end of a block is the beginning of the next
      last!.stops = [...last!.stops.slice(0, -1), { value, hooks: [...before.hooks, name] }];
    } else if (last?.stage === stage) last.stops.push({ value, hooks: [name] });
    else stages.push({ stage, stops: [{ value, hooks: [name] }] });
  }
  return stages.map(({ stops }) => stops);
}

export type RunSize = { readonly rows: number; readonly positions: number };

export class SubgraphSessions {
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #sideInputs = new Map<string, { readonly wide: boolean; readonly source: string }>();

  constructor(private readonly options: { readonly threads: number; readonly runtime: Runtime }) {}

  async load(graph: Graph, subgraphs: readonly Subgraph[]): Promise<void> {
    for (const name of graph.inputs.keys()) {
      const wide = elementType(graph, name) !== TensorProto_DataType.INT32;
      this.#sideInputs.set(name, { wide, source: graph.source });
    }
    for (const subgraph of subgraphs) {
      const key = keyOf(subgraph);
      const session = this.#sessions.get(key) ?? this.#create(graph, subgraph);
      this.#sessions.set(key, session);
      try {
        await session; // one at a time: encoding holds a second copy of the subgraph's weights
      } catch (error) {
        this.#sessions.delete(key); // there is nothing to release
        throw error;
      }
    }
  }

  async run(
    subgraph: Subgraph,
    known: ReadonlyMap<string, OnnxValue>,
    size: RunSize,
  ): Promise<Map<string, OnnxValue>> {
    const session = await this.#sessions.get(keyOf(subgraph))!;
    const feeds = subgraph.inputs.map((name) =>
      [name, known.get(name) ?? this.#sideInput(name, size)] as const
    );
    return await session.run(new Map(feeds));
  }

  async release(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  async #create(graph: Graph, subgraph: Subgraph): Promise<Session> {
    const { runtime, threads } = this.options;
    const bytes = encodeSubgraph(graph, subgraph);
    try {
      return await runtime.create(bytes, graph.source, { threads });
    } finally {
      freeMemory(bytes);
    }
  }

  /** An input other than the data: the positions, or a mask of ones, since rows of one length are never padded. */
  #sideInput(name: string, { rows, positions }: RunSize): OnnxValue {
    const { wide, source } = this.#sideInputs.get(name)!;
    if (name !== "attention_mask" && name !== "position_ids") {
      throw new NegscopeError("onnx-unsupported", {
        problem: `Cannot feed input "${name}" of "${source}"`,
        expected: "input_ids, attention_mask, position_ids or pixel_values",
        fix: "export the plain CLIP towers",
      });
    }
    const valueAt = (i: number) => name === "attention_mask" ? 1 : i % positions;
    const values = Array.from({ length: rows * positions }, (_, i) => valueAt(i));
    const dims = [rows, positions];
    return wide
      ? { type: "int64", dims, data: BigInt64Array.from(values, BigInt) }
      : { type: "int32", dims, data: Int32Array.from(values) };
  }
}

function keyOf(subgraph: Subgraph): string {
  return JSON.stringify([subgraph.inputs, subgraph.outputs]); // names may hold any character
}
