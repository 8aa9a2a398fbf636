/** Plans where a tower is cut for a run: values are read and replaced between its stages. */

import { ancestors, shapeFrontier, shapeOnlyValues } from "../../onnx/graph/dependence.ts";
import { cutChain, type Subgraph } from "../../onnx/rewrite/cut.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import type { FoundHooks, TowerEnds } from "../find_hooks.ts";
import { hookPoint, namedPoints } from "../hook_names.ts";
import { withAddedValues } from "../parts/added_value.ts";

/** A value of the graph at which a run stops, with its hook points in order. */
export interface Stop {
  /** The value's name in the graph. */
  readonly value: string;
  /** One or more hook points: the end of a block is also the beginning of the next. */
  readonly hooks: readonly string[];
}

export interface Stage {
  readonly subgraph: Subgraph;
  readonly stops: readonly Stop[];
  /** Values known at its end that later subgraphs or the caller read. */
  readonly needed: ReadonlySet<string>;
}

export interface CutPlan {
  readonly stages: readonly Stage[];
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
      const needed = [...later, ends.output].filter((name) =>
        made.has(name) || name === ends.input
      );
      return { subgraph, stops: stops[i] ?? [], needed: new Set(needed) };
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
