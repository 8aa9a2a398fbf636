/** The numbers of the runs of a group. */

import type { TakenNumbers } from "./block_rows.ts";
import type { PlannedRun } from "./changes.ts";
import { Numbers } from "./numbers.ts";
import { ChangedNumbers, type ChangedRunInput, RunWay, UnchangedNumbers } from "./run_numbers.ts";

/** Sentences that belong together, and their runs. */
export interface GroupMember {
  /** The number of each sentence by its name. */
  readonly sentences: Readonly<Record<string, number>>;
  readonly runs: readonly PlannedRun[];
}

/** Sentences, and the runs of those that belong together. */
export interface NumberedGroup {
  /** The tokens of each sentence. */
  readonly ids: readonly (readonly number[])[];
  readonly members: readonly GroupMember[];
}

/** Numbers the runs of a group: first the unchanged ones, then others as they are asked for. */
export class GroupNumbers {
  readonly numbers: Numbers;
  /** The unchanged run of each sentence. */
  readonly unchanged: readonly UnchangedNumbers[];
  readonly #members: readonly GroupMember[];
  /** The numbers of runs whose values others take, by member. */
  readonly #sources: readonly Map<PlannedRun, TakenNumbers>[];
  readonly #numbersOf: readonly ChangedRunInput["numbersOf"][];
  /** The last run that was numbered to its end. */
  #way: RunWay | undefined;

  constructor(
    shape: { readonly layers: number; readonly heads: number },
    { ids, members }: NumberedGroup,
  ) {
    const numbers = new Numbers(shape);
    [this.numbers, this.#members] = [numbers, members];
    this.unchanged = ids.map((own) => new UnchangedNumbers(numbers, own));
    this.#sources = members.map(() => new Map());
    this.#numbersOf = members.map((_, member) => (run) => this.#taken(member, run));
  }

  /**
   * The row at the end token.
   *
   * @param level The block before which the row is. @default {after the last block}
   */
  endOf(member: number, run: PlannedRun, level = this.numbers.blocks.length): number {
    const input = this.#inputOf(member, run);
    if (run.last < 0) return input.unchanged.end(level);
    if (this.#way === undefined) this.#way = new RunWay(this.numbers, input);
    else this.#way.start(input);
    return this.#way.end(level);
  }

  #taken(member: number, run: PlannedRun): TakenNumbers {
    const input = this.#inputOf(member, run);
    if (run.last < 0) return input.unchanged;
    const known = this.#sources[member]!.get(run) ?? new ChangedNumbers(this.numbers, input);
    this.#sources[member]!.set(run, known);
    return known;
  }

  #inputOf(member: number, run: PlannedRun): ChangedRunInput {
    return {
      run,
      unchanged: this.unchanged[this.#members[member]!.sentences[run.of]!]!,
      numbersOf: this.#numbersOf[member]!,
    };
  }
}
