/** Runs a group of pairs through the blocks by its schedule: block by block, all sets of rows together. */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import type { Projections, RowTower } from "../../../engine/rows/row_tower.ts";
import { type AttentionCall, attentionCalls } from "./attention_calls.ts";
import type { RowArrays } from "./row_arrays.ts";
import type { RowSchedule } from "./schedule.ts";

/** What a group asks of the blocks. */
export interface GroupWork {
  /** The base rows' residual stream before the first block, [rows, width]. */
  readonly x: Float32Array;
  readonly schedule: RowSchedule;
  /** The requested runs, each with its rows by position; neighbours of equal length attend together. */
  readonly runs: readonly { readonly rows: readonly number[] }[];
}

/** How a set of rows begins in a block, from the values of the unpatched runs there. */
export interface SetStart {
  /** The block in which the first set begins; one more set begins in each block after it. */
  readonly first: number;
  /**
   * Fills in x and z of the set that begins.
   *
   * @param group The group, whose unpatched rows have x, q, k, v and z.
   * @param at The set's rows of x; those of z are `group.set`.
   */
  begin(group: GroupRun, at: RowRange): Promise<void>;
  /**
   * Fills in x and z of the set that begins in the last block, only at the end tokens.
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

/** Activations at the end token of some runs, [run, width] each. */
export interface Ends {
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
  /** The rows of the set whose queries, keys, values and heads' outputs are in memory. */
  readonly set: RowRange;
  readonly #start: SetStart;
  readonly #sets: number;
  /** Activations of all sets in the last block, set by set. */
  readonly #ends: Ends;
  readonly #calls: Record<"base" | "set" | "ends", AttentionCall[]>;

  /**
   * @param rows The tower, row by row.
   * @param work The group.
   * @param arrays The memory to use.
   * @param start How sets begin.
   */
  constructor(rows: RowTower, work: GroupWork, arrays: RowArrays, start: SetStart) {
    const { layers, width } = rows.shape;
    const { schedule: { baseSequences, starts, sequences }, runs } = work;
    [this.rows, this.work, this.arrays, this.#start] = [rows, work, arrays, start];
    this.#sets = layers - start.first;
    this.unpatched = { from: 0, count: work.x.length / width };
    this.set = { from: this.unpatched.count, count: starts.length };
    this.#ends = this.newEnds(this.#sets);
    const atEnd = runs.map(({ rows }) => ({ rows, first: rows.length - 1 }));
    this.#calls = {
      base: attentionCalls(baseSequences, { ...rows.shape, first: 0 }),
      set: attentionCalls(sequences, { ...rows.shape, first: this.set.from }),
      ends: this.callsOfEnds(atEnd),
    };
  }

  /** The values of some rows. */
  part(data: Float32Array<ArrayBuffer>, { from, count }: RowRange): Float32Array<ArrayBuffer> {
    const { width } = this.rows.shape;
    return data.subarray(from * width, (from + count) * width);
  }

  /** The attention calls for the sequences' end tokens, one per run; their queries lie side by side. */
  callsOfEnds(sequences: readonly Sequence[]): AttentionCall[] {
    return attentionCalls(sequences, {
      ...this.rows.shape,
      first: 0,
      queryRow: (_, place) => place,
    });
  }

  /** Allocates memory for the end tokens of a number of sets. */
  newEnds(sets: number): Ends {
    const size = sets * this.work.runs.length * this.rows.shape.width;
    const [x, q, z] = Array.from({ length: 3 }, () => new Float32Array(size));
    return { x: x!, q: q!, z: z! };
  }

  /** The end tokens of a set. */
  endsOf(set: number): Ends {
    const { length } = this.work.runs;
    const part = (data: Float32Array<ArrayBuffer>) =>
      this.part(data, { from: set * length, count: length });
    const { x, q, z } = this.#ends;
    return { x: part(x), q: part(q), z: part(z) };
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
      await this.attend(this.#calls.base, arrays, arrays.z);
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
    for (let set = this.#sets - 1; set >= 0; set--) { // a set that begins here needs only the unpatched rows
      if (this.#start.first + set === last) await this.#start.beginEnds(this, set);
      else {
        await this.#projectKeys(last, this.rowsOfSet(set), this.set);
        await this.attendEnds(set);
      }
    }
    const { x, z } = this.#ends;
    const after = new Float32Array(x.length);
    await rows.complete(last, x, z, after);
    return after;
  }

  /**
   * Attends.
   *
   * @param calls Who attends to what.
   * @param projections Queries, keys and values.
   * @param z Where to write.
   */
  async attend(
    calls: readonly AttentionCall[],
    projections: Required<Projections>,
    z: Float32Array<ArrayBuffer>,
  ): Promise<void> {
    for (const { batch, ...computed } of calls) {
      await this.rows.attend(batch, projections, this.part(z, computed));
    }
  }

  /** Fills in z of the set from its q, k and v. */
  async attendSet(): Promise<void> {
    await this.attend(this.#calls.set, this.arrays, this.arrays.z);
  }

  /** Fills in a set's end tokens from its x, k and v. */
  async attendEnds(set: number): Promise<void> {
    const shift = this.rowsOfSet(set).from - this.unpatched.count;
    const last = this.work.runs.map(({ rows }) => rows.at(-1)! + shift);
    await this.#queryEnds(last, this.endsOf(set), this.#calls.ends);
  }

  /** Fills in the end tokens of some sequences, one per run, from the unpatched rows. */
  async attendUnpatchedEnds(sequences: readonly Sequence[], ends: Ends): Promise<void> {
    const last = sequences.map(({ rows }) => rows.at(-1)!);
    await this.#queryEnds(last, ends, this.callsOfEnds(sequences));
  }

  /**
   * Sets the set's rows to their starting values.
   *
   * @param at Where they lie in the residual stream.
   * @param others Other arrays that the rows copy from the base rows.
   */
  startSet(at: RowRange, others: readonly Float32Array[]): void {
    const { width } = this.rows.shape;
    this.work.schedule.starts.forEach((row, i) => {
      const [from, to] = [row * width, (row + 1) * width];
      this.arrays.x.copyWithin((at.from + i) * width, from, to);
      for (const data of others) data.copyWithin((this.set.from + i) * width, from, to);
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

  /** Fills in end tokens in the last block from the rows that hold their residual stream. */
  async #queryEnds(
    rows: readonly number[],
    { x, q, z }: Ends,
    calls: readonly AttentionCall[],
  ): Promise<void> {
    const { arrays } = this;
    rows.forEach((row, i) =>
      this.part(x, { from: i, count: 1 }).set(this.part(arrays.x, { from: row, count: 1 }))
    );
    await this.rows.project(this.rows.shape.layers - 1, x, { q });
    await this.attend(calls, { ...arrays, q }, z);
  }

  async #complete(layer: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, next, z } = this.arrays;
    await this.rows.complete(layer, this.part(x, at), this.part(z, own), this.part(next, at));
  }
}
