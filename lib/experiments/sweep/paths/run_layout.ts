/** Where the rows of many runs lie whose rows attend alike: sequences of equal size lie together, so that they share attention calls. */

import { paddedSize, type Sequence } from "../../../engine/rows/attention_batch.ts";

/** Neighbouring rows of one run that are computed by sequences of equal size. */
interface SizeGroup {
  readonly from: number;
  readonly count: number;
  readonly sequences: readonly Sequence[];
}

/** The layout of a number of runs; each size group has the rows of all runs, run by run. */
export class RunLayout {
  /** The sequences of all runs, in the order of the rows that they compute. */
  readonly sequences: readonly Sequence[];
  readonly #base: number;
  readonly #runs: number;
  /** The group of each row of a run. */
  readonly #groupOf: readonly SizeGroup[];

  /**
   * @param sequences The sequences of one run, sorted by size; its rows are numbered after the base rows.
   * @param options The number of base rows, and of runs.
   */
  constructor(
    sequences: readonly Sequence[],
    { base, runs }: { readonly base: number; readonly runs: number },
  ) {
    [this.#base, this.#runs] = [base, runs];
    const groups: SizeGroup[] = [];
    for (const [, own] of Map.groupBy(sequences, sizeOf)) {
      const from = groups.reduce((sum, { count }) => sum + count, 0);
      const count = own.reduce((sum, { rows, first }) => sum + rows.length - first, 0);
      groups.push({ from, count, sequences: own });
    }
    this.#groupOf = groups.flatMap((group) => new Array<SizeGroup>(group.count).fill(group));
    this.sequences = groups.flatMap(({ sequences: own }) =>
      Array.from(
        { length: runs },
        (_, run) => own.map((sequence) => this.sequenceOf(sequence, run)),
      )
        .flat()
    );
  }

  /**
   * Where a row of a run lies among the rows of all runs.
   *
   * @param row The row's number in a run, without the base rows.
   * @param run The run.
   */
  place(row: number, run: number): number {
    const { from, count } = this.#groupOf[row]!;
    return this.#runs * from + run * count + row - from;
  }

  /** A sequence of one run, with the numbers of its rows in the layout. */
  sequenceOf({ rows, first }: Sequence, run: number): Sequence {
    return {
      rows: rows.map((row) =>
        row < this.#base ? row : this.#base + this.place(row - this.#base, run)
      ),
      first,
    };
  }
}

function sizeOf(sequence: Sequence): string {
  const { queries, keys } = paddedSize(sequence);
  return `${queries},${keys}`;
}
