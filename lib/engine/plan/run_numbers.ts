/** The numbers of a run, block by block. */

import { type BlockMade, type ByPosition, numberBlock, takeRows } from "./block_rows.ts";
import { NONE } from "./block_numbers.ts";
import type { PlannedRun } from "./changes.ts";
import type { Numbers } from "./numbers.ts";

export interface ChangedRunInput {
  readonly run: PlannedRun;
  readonly unchanged: RunNumbers;
  readonly numbersOf: (run: PlannedRun) => RunNumbers;
}

/** The numbers of all positions of a run; a block is numbered when something in it or after it is asked for. */
export class RunNumbers {
  readonly #numbers: Numbers;
  /** Absent for the unchanged run of a sentence. */
  readonly #changed: ChangedRunInput | undefined;
  /** The rows before each block, and after the last. */
  readonly #levels: ByPosition[];
  readonly #blocks: BlockMade[] = [];
  /** The first changed position so far; before it, all numbers are those of the unchanged run. */
  #first = 0;

  private constructor(numbers: Numbers, rows: ByPosition, changed?: ChangedRunInput) {
    [this.#numbers, this.#levels, this.#changed] = [numbers, [rows], changed];
  }

  /**
   * The unchanged run of a sentence, given its tokens. A row has the same number before every block but the first, and after the last: it
   * depends on nothing but the tokens up to its position. Its heads' outputs have the numbers of their chains.
   */
  static unchanged(numbers: Numbers, ids: readonly number[]): RunNumbers {
    const rows = ids.map((token, position) => numbers.rows[0]!.number(token, position, 0));
    return new RunNumbers(numbers, rows);
  }

  /** A changed run. Only positions from the first that is changed are numbered anew. */
  static changed(numbers: Numbers, input: ChangedRunInput): RunNumbers {
    const { run, unchanged, numbersOf } = input;
    const before = run.blocks[0]?.before;
    const rows = takeRows(unchanged.rows(0), before, (own) => numbersOf(own).rows(0));
    const made = new RunNumbers(numbers, rows, input);
    made.#first = rows.length;
    return made;
  }

  /** The rows before a block, or after the last. */
  rows(level: number): ByPosition {
    while (this.#blocks.length < level) this.#pass();
    return this.#levels[level]!;
  }

  outputs(block: number): ByPosition {
    return this.#block(block).outputs;
  }

  /** The rows after a block before any of them is changed there. */
  made(block: number): ByPosition {
    return this.#block(block).made;
  }

  vectors(block: number, part: "q" | "k" | "v"): ByPosition {
    return this.#block(block).vectors?.[part] ?? this.rows(block);
  }

  /** The row at the end token after the last block. */
  end(): number {
    return this.rows(this.#numbers.blocks.length).at(-1)!;
  }

  #block(block: number): BlockMade {
    this.rows(block + 1);
    return this.#blocks[block]!;
  }

  #pass(): void {
    const block = this.#blocks.length;
    const rows = this.#levels[block]!;
    const { run, unchanged, numbersOf } = this.#changed ?? {};
    const changes = run?.blocks[block];
    this.#first = Math.min(this.#first, changes?.first ?? Infinity);
    const first = this.#first;
    if (unchanged !== undefined && first >= rows.length) {
      this.#levels.push(unchanged.rows(block + 1));
      this.#blocks.push(unchanged.#block(block));
      return;
    }
    const outputs = unchanged === undefined ? [...rows] : [...unchanged.outputs(block)];
    const made = unchanged === undefined ? [...rows] : [...unchanged.made(block)];
    const chain = first === 0 ? NONE : outputs[first - 1]!;
    const input = { numbers: this.#numbers, block, rows, first, chain, changes, numbersOf };
    const vectors = numberBlock(input, { outputs, made });
    this.#blocks.push({ outputs, made, vectors });
    this.#levels.push(takeRows(made, changes?.after, (own) => numbersOf!(own).rows(block + 1)));
  }
}
