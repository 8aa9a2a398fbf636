/** Sets of nodes that are run one list after the other, each distinct set once. */

import { runChanges } from "../../../engine/changes/run_changes.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Phase } from "../../../study/experiment/experiment.ts";
import { inParts, oncePerPair, placedFrom } from "../../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { addNodes, outputWeights, pairGroups, swappedRun } from "../../nodes/pair_runs.ts";
import { type NodeSet, SetScores } from "../circuit_tests.ts";
import type { Embeddings, Progress } from "../../../study/embeddings.ts";
import { deviation, roundingOf } from "../faithfulness.ts";
import type { RankingName, SingleScores } from "./search.ts";

/** What rows are scored with, and where results and progress go. */
export interface RunContext {
  readonly text: TextTower;
  readonly images: Embeddings;
  readonly keptOf: Phase["keptOf"];
  readonly work: Work;
}

const PAIRS_AT_ONCE = 32;

/**
 * Scores every row with each single node changed, for each way of ranking nodes, `direct` as the last:
 * denoise: the affirmative sentence, in which the node has the values of the negated run, at all positions;
 * noise: the negated sentence, in which it has those of the affirmative run;
 * direct: the affirmative sentence, with what the node changes in the last residual vector at the end token.
 */
export async function scoreSingles(
  rows: readonly ScoredPair[],
  rankings: readonly RankingName[],
  { text, images, keptOf, work }: RunContext,
): Promise<SingleScores[]> {
  const nodes = allNodes(text.tower.shape);
  const runs = rankings.filter((ranking) => ranking !== "direct").flatMap((ranking) =>
    nodes.map((node) => swappedRun(ranking === "denoise" ? "affirmative" : "negated", [node]))
  );
  const weights = rankings.includes("direct") ? await outputWeights(text) : undefined;
  const count = rankings.length * nodes.length;
  const made = await oncePerPair(rows, {
    ...{ text, images, kept: keptOf(""), progress: work.begin(count * sentencePairs(rows)) },
    sizeOf: () => count,
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        yield* runChanges(text, pairGroups(part, () => runs));
        if (weights) yield* placedFrom(runs.length, addNodes(text, part, weights));
      }),
  });
  return made.map((scores) =>
    Object.fromEntries(rankings.map((name, i) => {
      const start = i * nodes.length;
      return [name, scores.slice(start, start + nodes.length)];
    }))
  );
}

export class SetRuns {
  readonly #rows: readonly ScoredPair[];
  readonly #context: RunContext;
  /** The rounding error of a deviation. */
  readonly rounding: number;
  readonly #sets = new Map<string, NodeSet>();
  #scores: SetScores;

  constructor(rows: readonly ScoredPair[], context: RunContext) {
    this.#rows = rows;
    this.#context = context;
    const scores = rows.map(({ scores }) => scores);
    this.rounding = roundingOf(scores);
    this.#scores = new SetScores(scores, allNodes(context.text.tower.shape).length);
  }

  /** All sets by different names, in the order in which they were first given. */
  get sets(): readonly NodeSet[] {
    return [...this.#sets.values()];
  }

  /** For each row S with each distinct set, in the order of their first appearance. */
  get scores(): readonly (readonly number[])[] {
    return this.#scores.byRow;
  }

  /** Scores every row with each set: the negated sentence runs, and each node outside the set has the values of the affirmative run. */
  async run(sets: readonly NodeSet[], part: string): Promise<void> {
    for (const set of sets) this.#sets.getOrInsert(set.name, set);
    const fresh = this.#scores.missing(sets);
    if (fresh.length === 0) return;
    const { text, images, keptOf, work } = this.#context;
    const nodes = allNodes(text.tower.shape);
    const runs = fresh.map((set) => {
      const kept = new Set(set.nodes);
      return swappedRun("negated", nodes.filter((_, place) => !kept.has(place)));
    });
    const made = await oncePerPair(this.#rows, {
      ...{ text, images, kept: keptOf(part) },
      progress: work.begin(runs.length * sentencePairs(this.#rows)),
      sizeOf: () => runs.length,
      run: (pairs) => runChanges(text, pairGroups(pairs, () => runs)),
    });
    fresh.forEach((set, i) => this.#scores.add(set, made.map((ofRow) => ofRow[i]!)));
  }

  /** Goes on with some of the rows: what was run on all rows has its scores. */
  part(places: readonly number[], context: RunContext): SetRuns {
    const part = new SetRuns(places.map((row) => this.#rows[row]!), context);
    part.#scores = this.#scores.only(places);
    return part;
  }

  /** S of each row with a set that was run. */
  scoresOf(set: NodeSet): readonly number[] {
    return this.#scores.of(set);
  }

  /** The largest |1 - faithfulness| of a set that was run, of all rows and of each negated side. */
  deviation(set: NodeSet): number {
    return deviation(this.#rows.map(({ scores }) => scores), this.scoresOf(set));
  }

  /** The first of the sets whose deviation is the least but for rounding. */
  nearest(sets: readonly NodeSet[]): NodeSet | undefined {
    const distances = sets.map((set) => this.deviation(set));
    const least = Math.min(...distances) + this.rounding;
    return sets[distances.findIndex((distance) => distance <= least)];
  }
}

/** The number of distinct sentence pairs of some rows, each of which runs once. */
export function sentencePairs(rows: readonly ScoredPair[]): number {
  return new Set(rows.map(({ aligned }) => aligned)).size;
}

/** Work of several parts, whose total is estimated and grows where they take more. */
export class Work {
  readonly #report: Progress;
  readonly #estimate: number;
  #begun = 0;

  constructor(report: Progress, estimate: number) {
    this.#report = report;
    this.#estimate = estimate;
  }

  begin(amount: number): Progress {
    const before = this.#begun;
    this.#begun += amount;
    const total = Math.max(this.#estimate, this.#begun);
    return (done) => this.#report(before + done, total);
  }
}
