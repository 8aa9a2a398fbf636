/** The numbers of a run, block by block. */

import { NONE } from "./block_numbers.ts";
import {
  type ByPosition,
  type ChangedVectors,
  numberBlock,
  type TakenNumbers,
  takeRows,
} from "./block_rows.ts";
import type { PlannedRun } from "./changes.ts";
import type { Numbers } from "./numbers.ts";

/**
 * The numbers of a sentence's unchanged run. A row has the same number before every block but the first, and after the last: it depends on
 * nothing but the tokens up to its position.
 */
export class UnchangedNumbers implements TakenNumbers {
  readonly #levels: readonly ByPosition[];
  readonly #outputs: readonly ByPosition[];
  readonly chains: readonly ByPosition[];

  constructor(numbers: Numbers, ids: readonly number[]) {
    const numbersOf = () => this; // takes nothing
    const levels = [ids.map((token, position) => numbers.rows[0]!.number(token, position, 0))];
    const chains: ByPosition[] = [];
    numbers.blocks.forEach((_, block) => {
      const rows = levels[block]!;
      const into = { outputs: [...rows], made: [...rows], chains: [...rows] };
      const from = { numbers, block, rows, first: 0, chain: NONE, changes: undefined, numbersOf };
      numberBlock(from, into);
      levels.push(into.made);
      chains.push(into.chains);
    });
    [this.#levels, this.#outputs, this.chains] = [levels, chains, chains];
  }

  rows(level: number): ByPosition {
    return this.#levels[level]!;
  }

  outputs(block: number): ByPosition {
    return this.#outputs[block]!;
  }

  made(block: number): ByPosition {
    return this.#levels[block + 1]!;
  }

  vectors(block: number): ByPosition {
    return this.#levels[block]!;
  }

  /**
   * The row at the end token.
   *
   * @param level The block before which it is; the number of blocks for the row after the last.
   */
  end(level: number): number {
    return this.#levels[level]!.at(-1)!;
  }
}

export interface ChangedRunInput {
  readonly run: PlannedRun;
  /** The unchanged run of its sentence. */
  readonly unchanged: UnchangedNumbers;
  /** The numbers of runs whose values it takes. */
  readonly numbersOf: (run: PlannedRun) => TakenNumbers;
}

/** A changed run on its way through the blocks. Only positions from the first that is changed are numbered anew. */
export class RunWay {
  /** The rows before the block, from the first changed position on. */
  rows: ByPosition = [];
  /** The first changed position so far. */
  first = 0;
  /** The block that is numbered next. */
  block = 0;
  /** The heads' outputs in the block before. */
  readonly outputs: ByPosition = [];
  /** The rows after the block before any of them is changed there. */
  made: ByPosition = [];
  /** The vectors of the block before, if some are not those of their rows. */
  vectors: ChangedVectors | undefined;
  readonly #numbers: Numbers;
  #input: ChangedRunInput;

  constructor(numbers: Numbers, input: ChangedRunInput) {
    this.#numbers = numbers;
    this.#input = input;
    this.start(input);
  }

  /** Begins with another run; what is known of the last is lost. */
  start(input: ChangedRunInput): void {
    this.#input = input;
    const { length } = input.unchanged.rows(0);
    [this.first, this.block] = [length, 0];
    this.rows.length = this.made.length = this.outputs.length = length;
    const before = input.run.blocks[0]?.before;
    if (before === undefined) return;
    this.#startAt(input.run.blocks[0]!.first);
    takeRows(this.rows, before, (run) => input.numbersOf(run).rows(0));
  }

  /** Whether nothing has been changed so far. */
  get isUnchanged(): boolean {
    return this.first === this.rows.length;
  }

  /** Goes to the first block in which the run itself is changed. */
  begin(): void {
    const { blocks } = this.#input.run;
    while (this.block < blocks.length && blocks[this.block] === undefined) this.block += 1;
  }

  /** Numbers the block. The rows after it are then `made`, before any of them is changed there; {@linkcode leave} changes them. */
  pass(): void {
    const { run, unchanged, numbersOf } = this.#input;
    const { block } = this;
    const changes = run.blocks[block];
    if (changes !== undefined) this.#startAt(changes.first);
    this.vectors = undefined;
    if (this.isUnchanged) return;
    const { rows, first } = this;
    const chain = first === 0 ? NONE : unchanged.chains[block]![first - 1]!;
    const from = { numbers: this.#numbers, block, rows, first, chain, changes, numbersOf };
    this.vectors = numberBlock(from, this);
  }

  /** Goes on to the next block. */
  leave(): void {
    const { run, numbersOf } = this.#input;
    this.block += 1;
    const { block } = this;
    const changes = run.blocks[block - 1]?.after;
    if (changes !== undefined) takeRows(this.made, changes, (own) => numbersOf(own).rows(block));
    [this.rows, this.made] = [this.made, this.rows];
  }

  /**
   * The row at the end token.
   *
   * @param level The block before which it is; the number of blocks for the row after the last.
   */
  end(level: number): number {
    this.begin();
    while (this.block < level) {
      this.pass();
      this.leave();
    }
    return this.rows.at(-1)!;
  }

  /** Takes the unchanged rows from a position on as the run's own. */
  #startAt(position: number): void {
    const unchanged = this.#input.unchanged.rows(this.block);
    for (; this.first > position && this.first > 0; this.first--) {
      this.rows[this.first - 1] = unchanged[this.first - 1]!;
    }
  }
}

/** The numbers of a changed run whose values others take, as far as they are asked for. */
export class ChangedNumbers implements TakenNumbers {
  readonly #way: RunWay;
  readonly #unchanged: UnchangedNumbers;
  readonly #levels: ByPosition[];
  readonly #made: ByPosition[] = [];
  readonly #outputs: ByPosition[] = [];
  readonly #vectors: (ChangedVectors | undefined)[] = [];

  constructor(numbers: Numbers, input: ChangedRunInput) {
    this.#way = new RunWay(numbers, input);
    this.#unchanged = input.unchanged;
    this.#levels = [this.#whole(this.#way.rows, input.unchanged.rows(0))];
  }

  rows(level: number): ByPosition {
    this.#numberUpTo(level);
    return this.#levels[level]!;
  }

  outputs(block: number): ByPosition {
    this.#numberUpTo(block + 1);
    return this.#outputs[block]!;
  }

  made(block: number): ByPosition {
    this.#numberUpTo(block + 1);
    return this.#made[block]!;
  }

  vectors(block: number, part: "q" | "k" | "v"): ByPosition {
    this.#numberUpTo(block + 1);
    return this.#vectors[block]?.[part] ?? this.#levels[block]!;
  }

  #numberUpTo(level: number): void {
    const [way, unchanged] = [this.#way, this.#unchanged];
    while (way.block < level) {
      const { block } = way;
      way.pass();
      this.#outputs[block] = this.#whole(way.outputs, unchanged.outputs(block));
      this.#made[block] = this.#whole(way.made, unchanged.made(block));
      this.#vectors[block] = way.vectors && {
        q: this.#whole(way.vectors.q, unchanged.vectors(block)),
        k: this.#whole(way.vectors.k, unchanged.vectors(block)),
        v: this.#whole(way.vectors.v, unchanged.vectors(block)),
      };
      way.leave();
      this.#levels[block + 1] = this.#whole(way.rows, unchanged.rows(block + 1));
    }
  }

  /** Numbers of all positions. */
  #whole(changed: ByPosition, unchanged: ByPosition): ByPosition {
    const { first } = this.#way;
    if (first === unchanged.length) return unchanged;
    return unchanged.map((own, position) => position < first ? own : changed[position]!);
  }
}
