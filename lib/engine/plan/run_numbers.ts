/** The numbers of all values of a run, block by block, as far as they are asked for. */

import { BlockNumbers, NONE, ROOT } from "./block_numbers.ts";
import type { BlockChanges, PlannedRun, Taken, Unseen } from "./changes.ts";
import { TripleTable } from "./triple_table.ts";

/** What the third integer of a row says: how its block made it. */
export const ROW = {
  /** From the row before the block and from heads' outputs. */
  whole: 0,
  /** From a row after the block, without its MLP's output, and the MLP's output of another such row. */
  mlp: 1,
} as const;

/** The numbers of a group of runs. */
export class Numbers {
  /** The rows before each block, and after the last: a token and its position, or what {@linkcode ROW} says. */
  readonly rows: readonly TripleTable[];
  /** The values within each block. */
  readonly blocks: readonly BlockNumbers[];

  /** @param shape The number of blocks, and of heads in each. */
  constructor({ layers, heads }: { readonly layers: number; readonly heads: number }) {
    this.rows = Array.from({ length: layers + 1 }, () => new TripleTable());
    this.blocks = Array.from({ length: layers }, () => new BlockNumbers(heads));
  }

  /** The row that has the MLP's output of another. */
  rowWithMlp(level: number, row: number, source: number): number {
    const rows = this.rows[level]!;
    const own = rows.third(row) === ROW.mlp ? rows.first(row) : row;
    const output = rows.third(source) === ROW.mlp ? rows.second(source) : source;
    return own === output ? own : rows.number(own, output, ROW.mlp);
  }
}

/** The values of a block that a changed run has in place of its rows' own. */
interface BlockValues {
  readonly q: Int32Array;
  readonly k: Int32Array;
  readonly v: Int32Array;
}

/** A run's numbers. */
export class RunNumbers {
  readonly #numbers: Numbers;
  readonly #run: PlannedRun;
  /** The unchanged run of the sentence; undefined if this is it. */
  readonly #unchanged: RunNumbers | undefined;
  readonly #numbersOf: (run: PlannedRun) => RunNumbers;
  /** The rows before each block. */
  readonly #levels: Int32Array[];
  /** The rows after each block before any of them is changed there. */
  readonly #made: Int32Array[] = [];
  readonly #outputs: Int32Array[] = [];
  readonly #vectors: (BlockValues | undefined)[] = [];
  /** Chains; only an unchanged run keeps them. */
  readonly #chains: Int32Array[] = [];

  /**
   * @param numbers The numbers of the group.
   * @param run The run.
   * @param options The sentence's tokens, or its unchanged run, and a function for the numbers of a run whose values are taken.
   */
  constructor(numbers: Numbers, run: PlannedRun, { from, numbersOf }: {
    readonly from: readonly number[] | RunNumbers;
    readonly numbersOf: (run: PlannedRun) => RunNumbers;
  }) {
    [this.#numbers, this.#run, this.#numbersOf] = [numbers, run, numbersOf];
    if (from instanceof RunNumbers) {
      this.#unchanged = from;
      const rows = from.rows(0);
      this.#levels = [this.#changed(rows, run.blocks[0]?.before, (own) => own.rows(0))];
    } else {
      const rows = numbers.rows[0]!;
      this.#levels = [Int32Array.from(from, (token, position) => rows.number(token, position, 0))];
    }
  }

  /** The rows before a block, or after the last. */
  rows(level: number): Int32Array {
    this.#numberUpTo(level);
    return this.#levels[level]!;
  }

  /** The heads' outputs in a block, by position. */
  outputs(block: number): Int32Array {
    this.#numberUpTo(block + 1);
    return this.#outputs[block]!;
  }

  /** The row at the end token after the last block. */
  end(): number {
    return this.rows(this.#numbers.blocks.length).at(-1)!;
  }

  /** The vectors of a part in a block. */
  #part(block: number, part: keyof BlockValues): Int32Array {
    this.#numberUpTo(block + 1);
    return this.#vectors[block]?.[part] ?? this.#levels[block]!;
  }

  /** The rows after a block before any of them is changed there. */
  #madeBy(block: number): Int32Array {
    this.#numberUpTo(block + 1);
    return this.#made[block]!;
  }

  #numberUpTo(level: number): void {
    while (this.#levels.length <= level) this.#numberBlock(this.#levels.length - 1);
  }

  #numberBlock(block: number): void {
    const rows = this.#levels[block]!;
    const changes = this.#run.blocks[block];
    const unchanged = this.#unchanged;
    if (unchanged === undefined) return this.#numberRows(block, rows, 0, undefined);
    const own = unchanged.rows(block);
    let first = 0;
    const until = Math.min(changes?.first ?? rows.length, rows.length);
    if (rows === own) first = until;
    else while (first < until && rows[first] === own[first]) first++;
    if (first < rows.length) return this.#numberRows(block, rows, first, changes);
    this.#outputs[block] = unchanged.outputs(block);
    this.#made[block] = unchanged.#madeBy(block);
    this.#levels[block + 1] = unchanged.rows(block + 1);
  }

  /** Numbers what a block makes from a position on; before it, the run equals the unchanged one. */
  #numberRows(
    block: number,
    rows: Int32Array,
    first: number,
    changes: BlockChanges | undefined,
  ): void {
    const numbers = this.#numbers.blocks[block]!;
    const after = this.#numbers.rows[block + 1]!;
    const unchanged = this.#unchanged;
    const [outputs, made] = unchanged === undefined
      ? [new Int32Array(rows.length), new Int32Array(rows.length)]
      : [unchanged.outputs(block).slice(), unchanged.#madeBy(block).slice()];
    const chains = unchanged === undefined ? new Int32Array(rows.length) : undefined;
    const q = this.#vectorsWith(block, rows, changes?.q, "q");
    const k = this.#vectorsWith(block, rows, changes?.k, "k");
    const v = this.#vectorsWith(block, rows, changes?.v, "v");
    if (q !== rows || k !== rows || v !== rows) this.#vectors[block] = { q, k, v };
    let chain = first === 0 ? NONE : unchanged!.#chains[block]![first - 1]!;
    let query = NONE;
    for (let position = first; position < rows.length; position++) {
      const row = rows[position]!;
      const key = numbers.key(row, k[position]!, v[position]!);
      chain = numbers.chains.number(chain, key, 0);
      if (chains !== undefined) chains[position] = chain;
      const isOwn = key === row && q[position] === row;
      query = isOwn ? NONE : numbers.query(q[position]!, chain, query);
      outputs[position] = isOwn ? chain : query;
    }
    for (const unseen of changes?.unseen ?? []) blind(numbers, outputs, unseen);
    this.#outputsWith(block, outputs, changes?.z ?? [], first);
    for (let position = first; position < rows.length; position++) {
      const [row, output] = [rows[position]!, outputs[position]!];
      made[position] = output >= 0 && numbers.chains.second(output) === row
        ? numbers.rowAfter(row, output, after)
        : after.number(row, output, ROW.whole);
    }
    this.#outputs[block] = outputs;
    if (chains !== undefined) this.#chains[block] = chains;
    const level = block + 1;
    for (const { positions, from } of changes?.mlp ?? []) {
      const others = this.#numbersOf(from).#madeBy(block);
      forEachOf(positions, rows.length, (at) => {
        made[at] = this.#numbers.rowWithMlp(level, made[at]!, others[at]!);
      });
    }
    this.#made[block] = made;
    this.#levels[level] = this.#changed(made, changes?.after, (own) => own.rows(level));
  }

  /** Rows of which some are those of other runs. */
  #changed(
    rows: Int32Array,
    changes: readonly Taken[] | undefined,
    valuesOf: (run: RunNumbers) => Int32Array,
  ): Int32Array {
    if (changes === undefined) return rows;
    const changed = rows.slice();
    for (const { positions, from } of changes) {
      const others = valuesOf(this.#numbersOf(from));
      forEachOf(positions, rows.length, (at) => changed[at] = others[at]!);
    }
    return changed;
  }

  /** Queries, keys or values of which some heads are those of other runs. */
  #vectorsWith(
    block: number,
    rows: Int32Array,
    changes: readonly Taken[] | undefined,
    part: keyof BlockValues,
  ): Int32Array {
    if (changes === undefined) return rows;
    const { vectors } = this.#numbers.blocks[block]!;
    const changed = rows.slice();
    for (const { heads, positions, from } of changes) {
      const others = this.#numbersOf(from).#part(block, part);
      forEachOf(positions, rows.length, (at) => {
        const other = others[at]!;
        changed[at] = vectors.with(changed[at]!, heads!, (head) => vectors.headOf(other, head));
      });
    }
    return changed;
  }

  /** Heads' outputs of which some heads are those of other runs. */
  #outputsWith(block: number, made: Int32Array, changes: readonly Taken[], first: number): void {
    const { outputs } = this.#numbers.blocks[block]!;
    for (const { heads, positions, from } of changes) {
      const others = this.#numbersOf(from).outputs(block);
      forEachOf(positions, made.length, (at) => {
        if (at < first) return; // equal in both runs
        const other = others[at]!;
        made[at] = outputs.with(made[at]!, heads!, (head) => outputs.headOf(other, head));
      });
    }
  }
}

/** Takes a key away from some heads' outputs. */
function blind(
  numbers: BlockNumbers,
  made: Int32Array,
  { heads, key, queries, renormalize }: Unseen,
): void {
  const kind = renormalize ? ROOT.without : ROOT.less;
  let before = NONE;
  forEachOf(queries, made.length, (at) => {
    if (at < key) return;
    const { outputs } = numbers;
    const root = numbers.blind(kind, outputs.rootOf(made[at]!), key, before);
    made[at] = outputs.with(made[at]!, heads, () => root);
    before = root;
  });
}

/** Calls `visit` with each position, or with all if none are given. */
function forEachOf(
  positions: readonly number[] | undefined,
  length: number,
  visit: (position: number) => void,
): void {
  if (positions !== undefined) return positions.forEach(visit);
  for (let position = 0; position < length; position++) visit(position);
}
