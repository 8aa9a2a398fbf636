/** The numbers of the runs of a group. */

import type { PlannedRun } from "./changes.ts";
import { Numbers } from "./numbers.ts";
import { RunNumbers } from "./run_numbers.ts";

export interface GroupMember {
  readonly sentences: Readonly<Record<string, number>>;
  readonly runs: readonly PlannedRun[];
}

export interface NumberedGroup {
  readonly ids: readonly (readonly number[])[];
  readonly members: readonly GroupMember[];
}

/** Numbers the runs of a group: first the unchanged ones, then others as they are asked for. */
export class GroupNumbers {
  readonly numbers: Numbers;
  readonly unchanged: readonly RunNumbers[];
  readonly #members: readonly GroupMember[];
  /** The numbers of runs whose values others take, by member. */
  readonly #sources: readonly Map<PlannedRun, RunNumbers>[];

  constructor(
    shape: { readonly layers: number; readonly heads: number },
    { ids, members }: NumberedGroup,
  ) {
    const numbers = new Numbers(shape);
    [this.numbers, this.#members] = [numbers, members];
    this.unchanged = ids.map((own) => RunNumbers.unchanged(numbers, own));
    for (const run of this.unchanged) run.end();
    this.#sources = members.map(() => new Map());
  }

  /** The row at the end token of a member's run after the last block. */
  endOf(member: number, run: PlannedRun): number {
    return this.#numbersOf(member, run).end();
  }

  #numbersOf(member: number, run: PlannedRun): RunNumbers {
    const unchanged = this.unchanged[this.#members[member]!.sentences[run.of]!]!;
    if (run.begin === this.numbers.blocks.length) return unchanged;
    const sources = this.#sources[member]!;
    const numbersOf = (source: PlannedRun) => {
      const known = sources.get(source) ?? this.#numbersOf(member, source);
      sources.set(source, known);
      return known;
    };
    return sources.get(run) ?? RunNumbers.changed(this.numbers, { run, unchanged, numbersOf });
  }
}
