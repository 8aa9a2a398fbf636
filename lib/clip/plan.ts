/** Where a tower is cut for a run: the stages between which values are read and replaced. */

import { BLOCK_HOOKS, type BlockHook } from "../hooks/names.ts";
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
  /** Values that later pieces or the caller read. */
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
      const later = pieces.slice(i + 1).flatMap(({ inputs }) => inputs);
      return { piece, stations: stations[i] ?? [], needed: new Set([...later, ends.output]) };
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
  const first: Station = {
    value: blocks[0]!.hook_resid_pre,
    hooks: [`${ends.prefix}hook_embed`, name(0, "hook_resid_pre")],
  };
  const inBlocks = blocks.flatMap((values, layer) => {
    const station = (hook: BlockHook) => ({ value: values[hook], hooks: [name(layer, hook)] });
    const inner = INNER_STAGES
      .map((hooks) => hooks.filter((hook) => wanted.has(name(layer, hook))).map(station))
      .filter((stage) => stage.length > 0);
    const next = layer + 1 < blocks.length ? [name(layer + 1, BLOCK_HOOKS[0])] : [];
    const last: Station = {
      value: values.hook_resid_post,
      hooks: [name(layer, "hook_resid_post"), ...next],
    };
    return [...inner, [last]];
  });
  return [[first], ...inBlocks];
}
