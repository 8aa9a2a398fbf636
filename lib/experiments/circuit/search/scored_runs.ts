/** The scores of runs with swapped nodes, once for every sentence pair. */

import { runChanges } from "../../../engine/changes/run_changes.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../../study/embeddings/embed.ts";
import type { KeptRows } from "../../../study/rows/kept_rows.ts";
import { type GroupResult, oncePerGroup } from "../../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { addNodes, outputWeights } from "../../nodes/direct_effects.ts";
import { pairGroups } from "../../nodes/pair_groups.ts";
import { swappedRun } from "../../nodes/swapped.ts";
import type { NodeSet } from "../node_sets.ts";

/** How nodes can be ranked by a run for each. */
export type SingleRanking = "denoise" | "noise" | "direct";

/** What rows are scored with, and where results and progress go. */
export interface RunsOptions {
  readonly images: Embeddings;
  /** Holds the scores of a row by its id; new ones are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
}

/** The pairs that run with single nodes at once, so that an interrupted run loses no more than these. */
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
  return await scoredRuns(
    text,
    rows,
    runs.length,
    options,
    (pairs) => runChanges(text, pairGroups(pairs, () => runs)),
  );
}

/**
 * Scores every row with each single node changed, for each way of ranking nodes:
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
  const swapped = rankings.filter((ranking) => ranking !== "direct");
  const runs = swapped.flatMap((ranking) =>
    nodes.map((node) => swappedRun(ranking === "denoise" ? "affirmative" : "negated", [node]))
  );
  const first = (ranking: SingleRanking) => rankings.indexOf(ranking) * nodes.length;
  const size = rankings.length * nodes.length;
  const weights = rankings.includes("direct") ? await outputWeights(text) : undefined;
  return await scoredRuns(text, rows, size, options, async function* (pairs) {
    for (let start = 0; start < pairs.length; start += PAIRS_AT_ONCE) {
      const batch = pairs.slice(start, start + PAIRS_AT_ONCE);
      for await (const results of runChanges(text, pairGroups(batch, () => runs))) {
        yield results.map(({ index, place, embedding }) => {
          const ranking = swapped[Math.floor(place / nodes.length)]!;
          return { index: start + index, place: first(ranking) + place % nodes.length, embedding };
        });
      }
      if (weights === undefined) continue;
      for await (const results of addNodes(text, batch, weights)) {
        yield results.map(({ index, place, embedding }) => (
          { index: start + index, place: first("direct") + place, embedding }
        ));
      }
    }
  });
}

/** Runs every sentence pair once, and scores each of its rows. */
async function scoredRuns(
  text: TextTower,
  rows: readonly ScoredPair[],
  size: number,
  { images, kept, progress }: RunsOptions,
  run: (pairs: readonly AlignedPair[]) => AsyncIterable<readonly GroupResult[]>,
): Promise<(readonly number[])[]> {
  return await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: () => size,
    run,
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
}
