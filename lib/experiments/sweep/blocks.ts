/** The blocks of a group of pairs, by its schedule: block after block, all sets of rows together. */

import type { Sequence } from "../../clip/attention_batch.ts";
import type { RowTower } from "../../clip/row_tower.ts";
import { type AttentionCall, attentionCalls } from "./attention_calls.ts";
import type { RowArrays } from "./row_arrays.ts";

/** What a group needs of its blocks. */
export interface GroupWork {
  /** Residual stream before the first block, of the base rows, [rows, width]. */
  readonly x: Float32Array;
  readonly schedule: {
    /** Which base rows attend to which. */
    readonly baseSequences: readonly Sequence[];
    /** For each row of a set the base row that it starts as. */
    readonly starts: readonly number[];
    /** Which rows of a set attend to which. */
    readonly sequences: readonly Sequence[];
  };
  /** The runs that are asked for, each with its rows by position; neighbours of one length attend together. */
  readonly runs: readonly { readonly rows: readonly number[] }[];
}

/** How a set of rows begins in a block, from what the unpatched runs have there. */
export interface SetStart {
  /** The block that the first set begins in; with each block after it one more begins. */
  readonly first: number;
  /**
   * Fills in x and z of the set that begins.
   *
   * @param group The group, whose unpatched rows have x, q, k, v and z.
   * @param at The set's rows of x; those of z are `group.set`.
   */
  begin(group: GroupRun, at: RowRange): Promise<void>;
  /**
   * Fills in x and z of the set that begins in the last block, at the end tokens alone.
   *
   * @param group The group, whose unpatched rows have x, k and v.
   * @param set The set's number.
   */
  beginEnds(group: GroupRun, set: number): Promise<void>;
}

/** Neighbouring rows of a matrix. */
export interface RowRange {
  readonly from: number;
  readonly count: number;
}

/** Activations at the end token of each run, [set, run, width] each. */
interface Ends {
  readonly x: Float32Array<ArrayBuffer>;
  readonly q: Float32Array<ArrayBuffer>;
  readonly z: Float32Array<ArrayBuffer>;
}

/** A group of pairs on its way through the blocks. */
export class GroupRun {
  readonly rows: RowTower;
  readonly work: GroupWork;
  readonly arrays: RowArrays;
  /** The rows of the unpatched runs. */
  readonly unpatched: RowRange;
  /** The rows of the one set that queries, keys, values and heads' outputs are of. */
  readonly set: RowRange;
  /** Activations at the end tokens, in the last block. */
  readonly ends: Ends;
  readonly #start: SetStart;
  readonly #sets: number;
  readonly #calls: Record<"base" | "set" | "ends", AttentionCall[]>;

  /**
   * @param rows The tower, row by row.
   * @param work The group.
   * @param arrays Memory to use.
   * @param start How sets begin.
   */
  constructor(rows: RowTower, work: GroupWork, arrays: RowArrays, start: SetStart) {
    const { layers, width } = rows.shape;
    const { schedule: { baseSequences, starts, sequences }, runs } = work;
    [this.rows, this.work, this.arrays, this.#start] = [rows, work, arrays, start];
    this.#sets = layers - start.first;
    this.unpatched = { from: 0, count: work.x.length / width };
    this.set = { from: this.unpatched.count, count: starts.length };
    const ends = () => new Float32Array(this.#sets * runs.length * width);
    this.ends = { x: ends(), q: ends(), z: ends() };
    const atEnd = runs.map(({ rows }) => ({ rows, first: rows.length - 1 }));
    this.#calls = {
      base: attentionCalls(baseSequences, { ...rows.shape, first: 0 }),
      set: attentionCalls(sequences, { ...rows.shape, first: this.set.from }),
      ends: this.callsOfEnds(atEnd),
    };
  }

  /** The values of some rows. */
  part(data: Float32Array, { from, count }: RowRange): Float32Array {
    const { width } = this.rows.shape;
    return data.subarray(from * width, (from + count) * width);
  }

  /** The attention of the end tokens of sequences, one a run, whose queries lie side by side. */
  callsOfEnds(sequences: readonly Sequence[]): AttentionCall[] {
    return attentionCalls(sequences, {
      ...this.rows.shape,
      first: 0,
      queryRow: (_, place) => place,
    });
  }

  /** Where a set's end tokens are. */
  endsOf(set: number): RowRange {
    const { length } = this.work.runs;
    return { from: set * length, count: length };
  }

  /**
   * Runs the group through all blocks.
   *
   * @returns Residual stream after the last block at the end token, [set, run, width].
   */
  async run(): Promise<Float32Array<ArrayBuffer>> {
    const { rows, work, arrays, unpatched } = this;
    const { layers, width } = rows.shape;
    const last = layers - 1;
    arrays.grow({
      all: this.rowsOfSet(this.#sets).from * width,
      baseAndSet: (unpatched.count + this.set.count) * width,
    });
    arrays.x.set(work.x);
    for (let layer = 0; layer < last; layer++) {
      await this.#project(layer, unpatched, unpatched);
      await this.#attend(this.#calls.base);
      await this.#complete(layer, unpatched, unpatched);
      for (let set = 0; this.#start.first + set <= layer; set++) {
        const at = this.rowsOfSet(set);
        if (this.#start.first + set === layer) await this.#start.begin(this, at);
        else {
          await this.#project(layer, at, this.set);
          await this.attendSet();
        }
        await this.#complete(layer, at, this.set);
      }
      arrays.swap();
    }
    await this.#projectKeys(last, unpatched, unpatched);
    for (let set = this.#sets - 1; set >= 0; set--) { // what begins needs no more than the unpatched rows
      if (this.#start.first + set === last) await this.#start.beginEnds(this, set);
      else {
        await this.#projectKeys(last, this.rowsOfSet(set), this.set);
        await this.attendEnds(set);
      }
    }
    const after = new Float32Array(this.ends.x.length);
    await rows.complete(last, this.ends.x, this.ends.z, after);
    return after;
  }

  /** Fills in z of the set from its q, k and v. */
  async attendSet(): Promise<void> {
    await this.#attend(this.#calls.set);
  }

  /** Fills in x and z at a set's end tokens, from its x, k and v. */
  async attendEnds(set: number): Promise<void> {
    const shift = this.rowsOfSet(set).from - this.unpatched.count;
    const last = this.work.runs.map(({ rows }) => rows.at(-1)! + shift);
    this.gather(last, this.part(this.ends.x, this.endsOf(set)));
    await this.queryEnds(set, this.#calls.ends);
  }

  /** Fills in q and z at a set's end tokens. */
  async queryEnds(set: number, calls: readonly AttentionCall[]): Promise<void> {
    const own = this.endsOf(set);
    const [x, q, z] = [this.ends.x, this.ends.q, this.ends.z].map((data) => this.part(data, own));
    await this.query(x!, { q: q!, z: z! }, calls);
  }

  /**
   * Computes queries and heads' outputs in the last block, of any rows.
   *
   * @param x Their residual stream.
   * @param into Where to write.
   * @param calls What they attend to.
   */
  async query(
    x: Float32Array,
    { q, z }: { readonly q: Float32Array; readonly z: Float32Array },
    calls: readonly AttentionCall[],
  ): Promise<void> {
    const { rows, arrays: { k, v } } = this;
    await rows.project(rows.shape.layers - 1, x, { q });
    for (const { batch, ...computed } of calls) {
      await rows.attend(batch, { q, k, v }, this.part(z, computed));
    }
  }

  /**
   * Copies rows of the residual stream before the block.
   *
   * @param rows Their numbers.
   * @param into Where to write, side by side.
   */
  gather(rows: readonly number[], into: Float32Array): void {
    rows.forEach((row, i) => {
      this.part(into, { from: i, count: 1 }).set(this.part(this.arrays.x, { from: row, count: 1 }));
    });
  }

  /** Where a set lies in the residual stream. */
  rowsOfSet(set: number): RowRange {
    return { from: this.set.from + set * this.set.count, count: this.set.count };
  }

  async #project(layer: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, q, k, v } = this.arrays;
    const into = { q: this.part(q, own), k: this.part(k, own), v: this.part(v, own) };
    await this.rows.project(layer, this.part(x, at), into);
  }

  async #projectKeys(layer: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, k, v } = this.arrays;
    await this.rows.project(layer, this.part(x, at), {
      k: this.part(k, own),
      v: this.part(v, own),
    });
  }

  async #attend(calls: readonly AttentionCall[]): Promise<void> {
    const { q, k, v, z } = this.arrays;
    for (const { batch, ...computed } of calls) {
      await this.rows.attend(batch, { q, k, v }, this.part(z, computed));
    }
  }

  async #complete(layer: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, next, z } = this.arrays;
    await this.rows.complete(layer, this.part(x, at), this.part(z, own), this.part(next, at));
  }
}
