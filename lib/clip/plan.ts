/** Where a tower is cut for a run: the stages between which values are read and replaced. */

import { BLOCK_HOOKS, type BlockHook, hookNames } from "../hooks/names.ts";
import { ancestors, shapeFrontier, shapeOnlyValues } from "../onnx/dependence.ts";
import { cutChain, type Piece } from "../onnx/cut.ts";
import type { Graph } from "../onnx/graph.ts";
import type { BlockValues, TowerEnds } from "./blocks.ts";

/** A graph value at which a run stops, with the hook points that stand there, in their order. */
export interface Station {
  /** The value's name in the graph. */
  readonly value: string;
  /** One or more hook points: the end of a block is also the beginning of the next. */
  readonly hooks: readonly string[];
}

/** A piece and the stations at its end. */
export interface Stage {
  readonly piece: Piece;
  readonly stations: readonly Station[];
  /** Values known by then that later pieces or the caller read. */
  readonly needed: ReadonlySet<string>;
}

/** A tower cut for a run. */
export interface Plan {
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
export function planRun(
  graph: Graph,
  ends: TowerEnds,
  blocks: readonly BlockValues[],
  wanted: ReadonlySet<string>,
): Plan {
  const stations = stationsOf(ends, blocks, wanted);
  const targets = stations.map((stage) => stage.map(({ value }) => value));
  const pieces = cutChain(
    graph,
    [...targets, [ends.output]],
    shapeFrontier(graph, ends.input, ends.output),
  );
  const own = new Set(ancestors(graph, ends.output).flatMap((node) => graph.nodes[node]!.output));
  const shapeOnly = shapeOnlyValues(graph, ends.input);
  return {
    stages: pieces.map((piece, i) => {
      const made = new Set(pieces.slice(0, i + 1).flatMap(({ outputs }) => outputs));
      const later = pieces.slice(i + 1).flatMap(({ inputs }) => inputs);
      const needed = [...later, ends.output].filter((name) =>
        made.has(name) || name === ends.input
      );
      return { piece, stations: stations[i] ?? [], needed: new Set(needed) };
    }),
    shapeOnly: new Set([...shapeOnly].filter((name) => own.has(name))),
  };
}

/** A name for all plans that cut at the same places. */
export function planKey(wanted: ReadonlySet<string>): string {
  const outer = /hook_(embed|resid_pre|resid_post)$/;
  return [...wanted].filter((name) => !outer.test(name)).sort().join(" ");
}

function stationsOf(
  ends: TowerEnds,
  blocks: readonly BlockValues[],
  wanted: ReadonlySet<string>,
): Station[][] {
  const name = (layer: number, hook: BlockHook) => `${ends.prefix}blocks.${layer}.${hook}`;
  const station = (value: string | undefined, hooks: readonly string[]) =>
    value === undefined ? [] : [{ value, hooks }];
  const first = station(blocks[0]?.hook_resid_pre, [
    `${ends.prefix}hook_embed`,
    name(0, "hook_resid_pre"),
  ]);
  const inBlocks = blocks.flatMap((values, layer) => {
    const inner = INNER_STAGES.map((hooks) =>
      hooks.filter((hook) => wanted.has(name(layer, hook)))
        .flatMap((hook) => station(values[hook], [name(layer, hook)]))
    );
    const next = layer + 1 < blocks.length ? [name(layer + 1, BLOCK_HOOKS[0])] : [];
    return [...inner, station(values.hook_resid_post, [name(layer, "hook_resid_post"), ...next])];
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
