/** What is measured for every row: its score with each node swapped, added at the end, and with each path patched. */

import type { Role } from "../../data/align.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import {
  inParts,
  type KeptRows,
  oncePerPair,
  placedFrom,
} from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import { allNodes, type NamedHead, type Node, type NodeSizes } from "../../tables/nodes.ts";
import { addNodes, outputWeights } from "../nodes/direct_effects.ts";
import { swapsByPosition } from "../nodes/pair_runs.ts";
import { patchPaths, pathEdges } from "./patch_paths.ts";

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredPaths {
  readonly sizes: NodeSizes;
  readonly negator: number;
  /** The roles of the positions from the negator on. */
  readonly roles: readonly Role[];
  /** S of the affirmative sentence with each node's change added at the end token's last residual, in the order of `allNodes`. */
  readonly direct: readonly number[];
  /** S of the affirmative sentence with each node swapped at one position, in the order node, position from the negator on. */
  readonly swapped: readonly number[];
  readonly receivers: readonly NamedHead[];
  /** S of the affirmative sentence with each path patched, in the order of `pathEdges`. */
  readonly patched: readonly number[];
}

export interface PathsInput {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredPaths;
}

export interface MeasurePathsOptions {
  /** The heads at which paths end, in the order layer, head. */
  readonly receivers: readonly NamedHead[];
  readonly images: Embeddings;
  /** Holds the scores of a row's nodes by its id. */
  readonly keptNodes?: KeptRows;
  /** Holds those of its paths. */
  readonly keptPaths?: KeptRows;
  /** Called with the number of runs done, which begins with those before. */
  readonly progress?: Progress;
  readonly before?: number;
}

/** The pairs whose embeddings are in memory at once: 25 MB in ViT-B/32 size. */
const PAIRS_AT_ONCE = 16;

/** Measures every row; the runs of a sentence pair are made once. */
export async function measurePaths(
  text: TextTower,
  rows: readonly ScoredPair[],
  { receivers, images, keptNodes, keptPaths, progress = () => {}, before = 0 }: MeasurePathsOptions,
): Promise<MeasuredPaths[]> {
  const { layers, heads } = text.tower.shape;
  const nodes = allNodes({ layers, heads });
  const edges = pathEdges(receivers, heads).length;
  const weights = await outputWeights(text);
  const runs = countRuns(rows, { layers, heads, receivers });
  const report = (done: number) => progress(before + done, before + runs.nodes + runs.paths);
  const ofRows = await oncePerPair(rows, {
    ...{ text, images, kept: keptNodes, progress: report },
    sizeOf: (pair) => nodeRuns(pair, nodes),
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        yield* addNodes(text, part, weights);
        yield* placedFrom(nodes.length, runChanges(text, swapsByPosition(part, nodes)));
      }),
  });
  const patched = await oncePerPair(rows, {
    ...{ text, images, kept: keptPaths, progress: (done) => report(runs.nodes + done) },
    sizeOf: () => edges,
    run: (pairs) => patchPaths(text, pairs, receivers),
  });
  return rows.map(({ aligned }, row): MeasuredPaths => ({
    ...{ sizes: { layers, heads }, negator: aligned.negator, receivers },
    roles: aligned.roles.slice(aligned.negator),
    direct: ofRows[row]!.slice(0, nodes.length),
    swapped: ofRows[row]!.slice(nodes.length),
    patched: patched[row]!,
  }));
}

/** The number of runs of all rows, in which progress counts. */
export function countRuns(
  rows: readonly ScoredPair[],
  { receivers, ...sizes }: NodeSizes & { readonly receivers: readonly NamedHead[] },
): { readonly nodes: number; readonly paths: number } {
  const nodes = allNodes(sizes);
  const distinct = [...new Set(rows.map(({ aligned }) => aligned))];
  return {
    nodes: distinct.reduce((sum, pair) => sum + nodeRuns(pair, nodes), 0),
    paths: distinct.length * pathEdges(receivers, sizes.heads).length,
  };
}

/** The runs of a pair in which nodes are added, or swapped at each position from the negator on. */
function nodeRuns(pair: AlignedPair, { length }: readonly Node[]): number {
  return length * (1 + pair.affirmative.ids.length - pair.negator);
}
