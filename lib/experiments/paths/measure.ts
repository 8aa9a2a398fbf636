/** What is measured for every row: its score with each node swapped, added at the end, and with each path patched. */

import type { Role } from "../../data/roles.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import { type GroupResult, oncePerGroup } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import { allNodes, type Node, type NodeSizes } from "../../tables/nodes.ts";
import { addNodes, type OutputWeights, outputWeights } from "../nodes/direct_effects.ts";
import { swapsByPosition } from "../nodes/swapped.ts";
import { patchPaths } from "./patch_paths.ts";
import { pathEdges } from "./path_edges.ts";

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

/** A row of the data with its scores and what was measured. */
export interface PathsInput {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredPaths;
}

export interface MeasurePathsOptions {
  /** The heads at which paths end, in the order layer, head. */
  readonly receivers: readonly NamedHead[];
  readonly images: Embeddings;
  /** Holds the scores of a row's nodes by its id. @default {nothing is kept} */
  readonly keptNodes?: KeptRows;
  /** Holds those of its paths. @default {nothing is kept} */
  readonly keptPaths?: KeptRows;
  /** Called with the number of runs done. @default {nothing} */
  readonly progress?: Progress;
  /** Runs that were done for another purpose before, with which progress begins. @default {0} */
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
  const shared = {
    groupOf: ({ aligned }: ScoredPair) => aligned,
    idOf: ({ scores }: ScoredPair) => scores.id,
    score: ({ scores }: ScoredPair, embedding: Float32Array) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
  };
  const ofRows = await oncePerGroup(rows, {
    ...shared,
    sizeOf: (pair) => nodeRuns(pair, nodes),
    run: (pairs) => runNodes(text, pairs, weights),
    kept: keptNodes,
    progress: report,
  });
  const patched = await oncePerGroup(rows, {
    ...shared,
    sizeOf: () => edges,
    run: (pairs) => patchPaths(text, pairs, { receivers }),
    kept: keptPaths,
    progress: (done) => report(runs.nodes + done),
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

/**
 * Adds and swaps the nodes of some pairs. Places are those of the added nodes, then of the swapped ones in the order node, position; all
 * results of a pair come together, so that an interrupted run loses no more than a part.
 */
async function* runNodes(
  text: TextTower,
  pairs: readonly AlignedPair[],
  weights: OutputWeights,
): AsyncGenerator<GroupResult[]> {
  const nodes = allNodes(text.tower.shape);
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const some = pairs.slice(first, first + PAIRS_AT_ONCE);
    const results = some.map((): GroupResult[] => []);
    for await (const batch of addNodes(text, some, weights)) {
      for (const { index, place, embedding } of batch) {
        results[index]!.push({ index: first + index, place, embedding });
      }
    }
    for await (const batch of runChanges(text, swapsByPosition(some, nodes))) {
      for (const { index, place, embedding } of batch) {
        results[index]!.push({ index: first + index, place: nodes.length + place, embedding });
      }
    }
    yield* results;
  }
}
