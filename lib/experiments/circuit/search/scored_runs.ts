/** The scores of runs with swapped nodes, once for every sentence pair. */

import { runChanges } from "../../../engine/changes/run_changes.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import {
  inParts,
  oncePerPair,
  type PairedRuns,
  placedFrom,
} from "../../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { addNodes, outputWeights } from "../../nodes/direct_effects.ts";
import { pairGroups, swappedRun } from "../../nodes/pair_runs.ts";
import type { NodeSet } from "../node_sets.ts";

/** How nodes can be ranked by a run for each. */
export type SingleRanking = "denoise" | "noise" | "direct";

/** What rows are scored with, and where results and progress go. */
type RunsOptions = Pick<PairedRuns, "images" | "kept" | "progress">;

const PAIRS_AT_ONCE = 32;

/** Scores every row with each set: the negated sentence runs, and each node outside the set has the values of the affirmative run. */
export async function scoreSets(
  text: TextTower,
  rows: readonly ScoredPair[],
  sets: readonly NodeSet[],
  options: RunsOptions,
): Promise<(readonly number[])[]> {
  const nodes = allNodes(text.tower.shape);
  const runs = sets.map((set) => {
    const kept = new Set(set.nodes);
    return swappedRun("negated", nodes.filter((_, place) => !kept.has(place)));
  });
  return await oncePerPair(rows, {
    ...options,
    text,
    sizeOf: () => runs.length,
    run: (pairs) => runChanges(text, pairGroups(pairs, () => runs)),
  });
}

/**
 * Scores every row with each single node changed, for each way of ranking nodes, `direct` as the last:
 * denoise: the affirmative sentence, in which the node has the values of the negated run, at all positions;
 * noise: the negated sentence, in which it has those of the affirmative run;
 * direct: the affirmative sentence, with what the node changes in the last residual vector at the end token.
 */
export async function scoreSingles(
  text: TextTower,
  rows: readonly ScoredPair[],
  rankings: readonly SingleRanking[],
  options: RunsOptions,
): Promise<(readonly number[])[]> {
  const nodes = allNodes(text.tower.shape);
  const runs = rankings.filter((ranking) => ranking !== "direct").flatMap((ranking) =>
    nodes.map((node) => swappedRun(ranking === "denoise" ? "affirmative" : "negated", [node]))
  );
  const weights = rankings.includes("direct") ? await outputWeights(text) : undefined;
  return await oncePerPair(rows, {
    ...options,
    text,
    sizeOf: () => rankings.length * nodes.length,
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        yield* runChanges(text, pairGroups(part, () => runs));
        if (weights) yield* placedFrom(runs.length, addNodes(text, part, weights));
      }),
  });
}
