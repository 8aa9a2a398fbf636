/** The numbers of all values of a group of runs. */

import { BlockNumbers } from "./block_numbers.ts";
import { TripleTable } from "./triple_table.ts";

/** What the third integer of a row says: how its block made it. */
export const ROW = {
  /** From the row before the block and from heads' outputs. */
  whole: 0,
  /** From a row after the block, without its MLP's output, and the MLP's output of another such row. */
  mlp: 1,
} as const;

export class Numbers {
  /** The rows before each block, and after the last: a token and its position, or what {@linkcode ROW} says. */
  readonly rows: readonly TripleTable[];
  readonly blocks: readonly BlockNumbers[];

  constructor({ layers, heads }: { readonly layers: number; readonly heads: number }) {
    this.rows = Array.from({ length: layers + 1 }, () => new TripleTable());
    this.blocks = Array.from({ length: layers }, () => new BlockNumbers(heads));
  }

  /**
   * The row that has the MLP's output of another.
   *
   * @param level The block before which the rows are; the number of blocks for rows after the last.
   */
  rowWithMlp(level: number, row: number, source: number): number {
    const rows = this.rows[level]!;
    const own = rows.third(row) === ROW.mlp ? rows.first(row) : row;
    const output = rows.third(source) === ROW.mlp ? rows.second(source) : source;
    return own === output ? own : rows.number(own, output, ROW.mlp);
  }
}
