/** Where a tower is cut for a run: the stages between which values are read and replaced. */

import { BLOCK_HOOKS, type BlockHook, hookNames } from "../../hooks/names.ts";
import { ancestors, shapeFrontier, shapeOnlyValues } from "../../onnx/graph/dependence.ts";
import { cutChain, type Subgraph } from "../../onnx/rewrite/cut.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import type { BlockValues, TowerEnds } from "../find_hooks.ts";

/** A graph value at which a run stops, with the hook points that stand there, in their order. */
export interface Stop {
  /** The value's name in the graph. */
  readonly value: string;
  /** One or more hook points: the end of a block is also the beginning of the next. */
  readonly hooks: readonly string[];
}

/** A subgraph and the stops at its end. */
export interface Stage {
  readonly subgraph: Subgraph;
  readonly stops: readonly Stop[];
  /** Values known by then that later subgraphs or the caller read. */
  readonly needed: ReadonlySet<string>;
}

/** A tower cut for a run. */
export interface CutPlan {
  readonly stages: readonly Stage[];
  /** Values that depend on the number of rows and positions alone. */
  readonly shapeOnly: ReadonlySet<string>;
}

/** Hook points inside a block that can be reached together. */
const INNER_STAGES: readonly (readonly BlockHook[])[] = [
  ["attn.hook_q", "attn.hook_k", "attn.hook_v"],
  ["attn.hook_pattern"],
  ["attn.hook_z"],
  ["hook_attn_out"],
  ["hook_resid_mid"],
  ["hook_mlp_out"],
];

/**
 * Cuts a tower at its embedding, at the end of every block, and inside a block at the wanted hook points alone.
 *
 * @param graph The tower's graph.
 * @param ends The tower's ends.
 * @param blocks The values at its hook points.
 * @param wanted Hook points that a run reads or changes.
 */
export function planCuts(
  graph: Graph,
  ends: TowerEnds,
  blocks: readonly BlockValues[],
  wanted: ReadonlySet<string>,
): CutPlan {
  const stops = stationsOf(ends, blocks, wanted);
  const targets = stops.map((stage) => stage.map(({ value }) => value));
  const subgraphs = cutChain(
    graph,
    [...targets, [ends.output]],
    shapeFrontier(graph, ends.input, ends.output),
  );
  const own = new Set(ancestors(graph, ends.output).flatMap((node) => graph.nodes[node]!.output));
  const shapeOnly = shapeOnlyValues(graph, ends.input);
  return {
    stages: subgraphs.map((subgraph, i) => {
      const made = new Set(subgraphs.slice(0, i + 1).flatMap(({ outputs }) => outputs));
      const later = subgraphs.slice(i + 1).flatMap(({ inputs }) => inputs);
      const needed = [...later, ends.output].filter((name) =>
        made.has(name) || name === ends.input
      );
      return { subgraph, stops: stops[i] ?? [], needed: new Set(needed) };
    }),
    shapeOnly: new Set([...shapeOnly].filter((name) => own.has(name))),
  };
}

/** A name for all plans that cut at the same places. */
export function cutPlanKey(wanted: ReadonlySet<string>): string {
  const outer = /hook_(embed|resid_pre|resid_post)$/;
  return [...wanted].filter((name) => !outer.test(name)).sort().join(" ");
}

function stationsOf(
  ends: TowerEnds,
  blocks: readonly BlockValues[],
  wanted: ReadonlySet<string>,
): Stop[][] {
  const name = (layer: number, hook: BlockHook) => `${ends.prefix}blocks.${layer}.${hook}`;
  const stop = (value: string | undefined, hooks: readonly string[]) =>
    value === undefined ? [] : [{ value, hooks }];
  const first = stop(blocks[0]?.hook_resid_pre, [
    `${ends.prefix}hook_embed`,
    name(0, "hook_resid_pre"),
  ]);
  const inBlocks = blocks.flatMap((values, layer) => {
    const inner = INNER_STAGES.map((hooks) =>
      hooks.filter((hook) => wanted.has(name(layer, hook)))
        .flatMap((hook) => stop(values[hook], [name(layer, hook)]))
    );
    const next = layer + 1 < blocks.length ? [name(layer + 1, BLOCK_HOOKS[0])] : [];
    return [...inner, stop(values.hook_resid_post, [name(layer, "hook_resid_post"), ...next])];
  });
  return [first, ...inBlocks].filter((stage) => stage.length > 0);
}

/**
 * The hook points of a tower that no value of its graph stands at.
 *
 * @param ends The tower's ends.
 * @param blocks What was found of its blocks.
 */
export function unreachableHooks(ends: TowerEnds, blocks: readonly BlockValues[]): Set<string> {
  const reachable = new Set(
    stationsOf(ends, blocks, new Set(hookNames(ends.layers, ends.prefix)))
      .flatMap((stage) => stage.flatMap(({ hooks }) => hooks)),
  );
  return new Set(hookNames(ends.layers, ends.prefix).filter((hook) => !reachable.has(hook)));
}
