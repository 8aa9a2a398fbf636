/** Sets of nodes that are run one list after the other, each distinct set once. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../../study/embeddings.ts";
import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { deviation, roundingOf, type Unchanged, unchangedOf } from "../faithfulness.ts";
import { type NodeSet, SetNumbers } from "../node_sets.ts";
import { scoreSets } from "./scored_runs.ts";

export interface SetsOptions {
  readonly images: Embeddings;
  readonly work: Work;
}

export class SetRuns {
  readonly #text: TextTower;
  readonly #rows: readonly ScoredPair[];
  readonly #unchanged: readonly Unchanged[];
  /** The rounding error of a deviation. */
  readonly rounding: number;
  readonly #options: SetsOptions;
  #numbers: SetNumbers;
  /** The runs whose rows all sets are run on. */
  #on: SetRuns = this;
  readonly #sets: NodeSet[] = [];
  readonly #names = new Set<string>();
  #scores: number[][];

  constructor(text: TextTower, rows: readonly ScoredPair[], options: SetsOptions) {
    this.#text = text;
    this.#rows = rows;
    this.#unchanged = rows.map(({ scores }) => unchangedOf(scores));
    this.rounding = roundingOf(this.#unchanged);
    this.#options = options;
    this.#numbers = new SetNumbers(allNodes(text.tower.shape).length);
    this.#scores = rows.map(() => []);
  }

  /** All sets by different names, in the order in which they were first given. */
  get sets(): readonly NodeSet[] {
    return this.#sets;
  }

  /** For each row S with each distinct set, in the order of their first appearance. */
  get scores(): readonly (readonly number[])[] {
    return this.#scores;
  }

  async run(sets: readonly NodeSet[], kept: KeptRows): Promise<void> {
    for (const set of sets) {
      if (!this.#names.has(set.name)) this.#sets.push(set);
      this.#names.add(set.name);
    }
    const fresh = this.#numbers.add(sets);
    if (fresh.length === 0) return;
    const { images, work } = this.#options;
    const on = this.#on;
    const progress = work.begin(fresh.length * sentencePairs(on.#rows));
    const scores = await scoreSets(this.#text, on.#rows, fresh, { images, kept, progress });
    scores.forEach((numbers, row) => on.#scores[row]!.push(...numbers));
  }

  /** Goes on with some of the rows: what was run on all rows has its scores. */
  part(rows: readonly number[]): SetRuns {
    const part = new SetRuns(this.#text, rows.map((row) => this.#rows[row]!), this.#options);
    part.#numbers = this.#numbers.copy();
    part.#scores = rows.map((row) => [...this.#scores[row]!]);
    return part;
  }

  /** The same runs, on all rows, with the deviation of some of the rows. */
  within(rows: readonly number[]): SetRuns {
    const part = new SetRuns(this.#text, rows.map((row) => this.#rows[row]!), this.#options);
    part.#numbers = this.#numbers;
    part.#scores = rows.map((row) => this.#scores[row]!);
    part.#on = this;
    return part;
  }

  /** The largest |1 - faithfulness| of a set that was run, of all rows and of each negated side. */
  deviation(set: NodeSet): number {
    const scores = this.#unchanged.map((unchanged, row) =>
      this.#numbers.scoreOf(set, { ...unchanged, scores: this.#scores[row]! })
    );
    return deviation(this.#unchanged, scores);
  }
}

/** The number of distinct sentence pairs of some rows, each of which runs once. */
export function sentencePairs(rows: readonly ScoredPair[]): number {
  return new Set(rows.map(({ aligned }) => aligned)).size;
}

/** Work of several parts, of which later ones are only estimated: the total is corrected as each begins. */
export class Work {
  readonly #report: Progress;
  #before = 0;
  #current = 0;
  #later: number;

  constructor(report: Progress, estimate: number) {
    this.#report = report;
    this.#later = estimate;
  }

  begin(amount: number): Progress {
    this.#before += this.#current;
    this.#current = amount;
    this.#later = Math.max(0, this.#later - amount);
    const total = this.#before + amount + this.#later;
    return (done) => this.#report(this.#before + done, total);
  }

  /** Takes work off the estimate that turns out not to be needed. */
  remains(left: number): void {
    this.#later = Math.min(this.#later, left);
  }
}
