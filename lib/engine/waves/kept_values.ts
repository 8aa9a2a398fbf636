/** The values of a group's unchanged runs, which all its other runs begin with and take values from. */

import type { AtHand } from "../plan/needs.ts";
import type { Floats, RowMemory } from "./row_values.ts";

/** Values of one block, [row or chain, width] each, by their numbers. */
export interface BlockValues {
  readonly x: Floats;
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  /** Heads' outputs, by the chain of their last row. */
  readonly z: Floats;
  /** The residual stream between attention and MLP, by the row after the block. */
  readonly mid: Floats;
}

/** Kept values: in the last block, outputs and rows after it are kept at the end tokens alone. */
export class KeptValues implements AtHand {
  readonly blocks: BlockValues[] = [];
  /** The residual stream after the last block, by row. */
  after: Floats = new Float32Array();
  isComplete = false;
  /** The number of rows before each block, and after the last. */
  readonly #rows: readonly number[];
  /** The end tokens' rows after the last block, which have the numbers of their chains in it. */
  readonly #ends: ReadonlySet<number>;

  constructor(rows: readonly number[], ends: Iterable<number>) {
    [this.#rows, this.#ends] = [rows, new Set(ends)];
  }

  hasRow(level: number, row: number): boolean {
    const isLast = level + 1 === this.#rows.length;
    return this.isComplete && (isLast ? this.#ends.has(row) : row < this.#rows[level]!);
  }

  hasKeys(block: number, chain: number): boolean {
    return this.isComplete && chain < this.#rows[block + 1]!;
  }

  hasOutputs(block: number, chain: number): boolean {
    return this.hasRow(block + 1, chain);
  }

  take(memory: RowMemory, name: string, level: number, width: number): Floats {
    return memory.take(`kept ${name} ${level}`, this.#rows[level]! * width);
  }
}
