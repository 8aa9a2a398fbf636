/** Runs a group of runs with swapped nodes through the blocks: block by block, all sets together. */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import type { RowTower } from "../../../engine/rows/row_tower.ts";
import { type AttentionCall, attentionCalls } from "../fast/attention_calls.ts";
import type { RowRange } from "../fast/blocks.ts";
import { RowArrays } from "../fast/row_arrays.ts";
import type { SwapSchedule, SwapSet } from "./swap_schedule.ts";
import { SwappedValues } from "./swapped_values.ts";

/** What a group of runs with swapped nodes asks of the blocks. */
export interface SwapWork {
  /** The base rows' residual stream before the first block, [rows, width]. */
  readonly x: Float32Array;
  readonly schedule: Omit<SwapSchedule, "base">;
}

type Floats = Float32Array<ArrayBuffer>;

/** Memory that groups use one after the other. */
export class SwapArrays extends RowArrays {
  /** The residual stream between attention and MLP, of the base rows and of one set. */
  mid: Floats = new Float32Array();

  override grow(sizes: { readonly all: number; readonly baseAndSet: number }): void {
    super.grow(sizes);
    if (this.mid.length < sizes.baseAndSet) this.mid = new Float32Array(sizes.baseAndSet);
  }
}

/** Activations of the last block at end tokens, [run, width] each. */
interface Ends {
  readonly x: Floats;
  readonly z: Floats;
  readonly mid: Floats;
  readonly after: Floats;
}

/** A group of runs on its way through the blocks. */
export class SwapGroup {
  readonly #rows: RowTower;
  readonly #work: SwapWork;
  readonly #arrays: SwapArrays;
  readonly #width: number;
  readonly #values: SwappedValues;
  readonly #base: RowRange;
  /** Where each set lies in the residual stream. */
  readonly #places: readonly RowRange[];
  readonly #calls: { readonly base: AttentionCall[]; readonly sets: AttentionCall[][] };

  /**
   * @param rows The tower, row by row, its blocks cut between attention and MLP.
   * @param work The group.
   * @param arrays The memory to use.
   */
  constructor(rows: RowTower, work: SwapWork, arrays: SwapArrays) {
    const { width } = rows.shape;
    const { schedule: { sets, baseSequences } } = work;
    [this.#rows, this.#work, this.#arrays] = [rows, work, arrays];
    this.#width = width;
    this.#values = new SwappedValues(rows, work.schedule.swaps);
    this.#base = { from: 0, count: work.x.length / width };
    let from = this.#base.count;
    this.#places = sets.map(({ rows: { length: count } }) => {
      const place = { from, count };
      from += count;
      return place;
    });
    this.#calls = {
      base: attentionCalls(baseSequences, { ...rows.shape, first: 0 }),
      sets: sets.map(({ sequences }) =>
        attentionCalls(sequences, { ...rows.shape, first: this.#base.count })
      ),
    };
  }

  /**
   * Runs the group through all blocks.
   *
   * @returns Residual stream after the last block at the end token, [run, width].
   */
  async run(): Promise<Floats> {
    const { layers } = this.#rows.shape;
    const { schedule: { sets } } = this.#work;
    const arrays = this.#arrays;
    const { from, count } = this.#places.at(-1) ?? this.#base;
    const largest = Math.max(0, ...this.#places.map(({ count }) => count));
    arrays.grow({
      all: (from + count) * this.#width,
      baseAndSet: (this.#base.count + largest) * this.#width,
    });
    arrays.x.set(this.#work.x);
    for (let block = 0; block < layers - 1; block++) {
      await this.#project(block, this.#base, this.#base);
      await this.#attend(this.#calls.base);
      await this.#addAttention(block, this.#base, this.#base);
      await this.#rows.addMlp(
        block,
        this.#part(arrays.mid, this.#base),
        this.#part(arrays.next, this.#base),
      );
      for (const [i, set] of sets.entries()) {
        if (set.first <= block) await this.#passSet(block, set, i);
      }
      arrays.swap();
    }
    return await this.#passEnds(layers - 1);
  }

  /** Takes a set through a block that is not the last. */
  async #passSet(block: number, set: SwapSet, index: number): Promise<void> {
    const arrays = this.#arrays;
    const at = this.#places[index]!;
    const own = { from: this.#base.count, count: at.count };
    if (set.first === block) {
      set.rows.forEach(({ own: start }, i) => {
        this.#copy(arrays.x, start, arrays.x, at.from + i);
        this.#copy(arrays.z, start, arrays.z, own.from + i);
      });
    } else {
      await this.#project(block, at, own);
      await this.#attend(this.#calls.sets[index]!);
    }
    this.#values.swapHeads(block, set.rows, { to: this.#part(arrays.z, own), from: arrays.z });
    await this.#addAttention(block, at, own);
    await this.#values.addMlp(block, set.rows, {
      mid: this.#part(arrays.mid, own),
      after: this.#part(arrays.next, at),
      base: { mid: arrays.mid, after: arrays.next },
    });
  }

  /** Takes the end tokens of all runs through the last block. */
  async #passEnds(block: number): Promise<Floats> {
    const { schedule: { sets, baseEnds, runs } } = this.#work;
    const arrays = this.#arrays;
    await this.#projectKeys(block, this.#base, this.#base);
    const base = await this.#attendedEnds(block, baseEnds, 0);
    await this.#rows.addAttention(block, base.x, base.z, base.mid);
    await this.#rows.addMlp(block, base.mid, base.after);
    const after = new Float32Array(runs * this.#width);
    for (const [i, { first, ends }] of sets.entries()) {
      const at = this.#places[i]!;
      let own: Ends;
      if (first === block) {
        own = this.#newEnds(ends.length);
        ends.forEach(({ own: start }, run) => {
          this.#copy(base.x, start, own.x, run);
          this.#copy(base.z, start, own.z, run);
        });
      } else {
        await this.#projectKeys(block, at, { from: this.#base.count, count: at.count });
        const sequences = ends.map(({ rows }) => ({ rows, first: rows.length - 1 }));
        own = await this.#attendedEnds(block, sequences, at.from - this.#base.count);
      }
      this.#values.swapHeads(block, ends, { to: own.z, from: base.z });
      await this.#rows.addAttention(block, own.x, own.z, own.mid);
      await this.#values.addMlp(block, ends, { ...own, base });
      ends.forEach(({ run }, i) => this.#copy(own.after, i, after, run));
    }
    arrays.swap();
    return after;
  }

  /** The residual stream and the heads' outputs at the end tokens of some sequences, whose keys and values are in memory. */
  async #attendedEnds(block: number, sequences: readonly Sequence[], shift: number): Promise<Ends> {
    const { x, k, v } = this.#arrays;
    const ends = this.#newEnds(sequences.length);
    sequences.forEach(({ rows }, i) => {
      const row = rows.at(-1)!;
      this.#copy(x, row < this.#base.count ? row : row + shift, ends.x, i);
    });
    const q = new Float32Array(ends.x.length);
    await this.#rows.project(block, ends.x, { q });
    const calls = attentionCalls(sequences, {
      ...this.#rows.shape,
      first: 0,
      queryRow: (_, place) => place,
    });
    for (const { batch, ...computed } of calls) {
      await this.#rows.attend(batch, { q, k, v }, this.#part(ends.z, computed));
    }
    return ends;
  }

  async #project(block: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, q, k, v } = this.#arrays;
    const into = { q: this.#part(q, own), k: this.#part(k, own), v: this.#part(v, own) };
    await this.#rows.project(block, this.#part(x, at), into);
  }

  async #projectKeys(block: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, k, v } = this.#arrays;
    const into = { k: this.#part(k, own), v: this.#part(v, own) };
    await this.#rows.project(block, this.#part(x, at), into);
  }

  async #attend(calls: readonly AttentionCall[]): Promise<void> {
    const { q, k, v, z } = this.#arrays;
    for (const { batch, ...computed } of calls) {
      await this.#rows.attend(batch, { q, k, v }, this.#part(z, computed));
    }
  }

  async #addAttention(block: number, at: RowRange, own: RowRange): Promise<void> {
    const { x, z, mid } = this.#arrays;
    await this.#rows.addAttention(
      block,
      this.#part(x, at),
      this.#part(z, own),
      this.#part(mid, own),
    );
  }

  #newEnds(runs: number): Ends {
    const [x, z, mid, after] = Array.from(
      { length: 4 },
      () => new Float32Array(runs * this.#width),
    );
    return { x: x!, z: z!, mid: mid!, after: after! };
  }

  #part(data: Floats, { from, count }: RowRange): Floats {
    return data.subarray(from * this.#width, (from + count) * this.#width);
  }

  #copy(from: Floats, row: number, to: Floats, at: number): void {
    const start = row * this.#width;
    to.set(from.subarray(start, start + this.#width), at * this.#width);
  }
}
