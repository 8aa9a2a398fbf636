/** What enters a block: rows of a wave beside the kept ones, with the queries, keys and values that the block needs of them. */

import { type BlockNeeds, USE } from "../plan/needs.ts";
import type { BlockNumbers } from "../plan/block_numbers.ts";
import type { Slots } from "../plan/slots.ts";
import type { TripleTable } from "../plan/triple_table.ts";
import type { RowTower } from "../rows/row_tower.ts";
import type { KeptValues } from "./kept_values.ts";
import { copyRows, type Floats, type RowMemory } from "./row_values.ts";

export interface WaveRows {
  readonly x: Floats;
  readonly places: Slots;
  readonly count: number;
}

/** A block with the rows of a wave that pass through it. */
export interface BlockPass {
  readonly tower: RowTower;
  readonly block: number;
  /** Its numbers, and those of the rows after it. */
  readonly numbers: BlockNumbers;
  readonly after: TripleTable;
  readonly needs: BlockNeeds;
  readonly kept: KeptValues;
  readonly rows: WaveRows;
  /** Where the heads' outputs will lie, by chain, and the rows after the block. */
  readonly outputPlaces: Slots;
  readonly places: Slots;
  readonly memory: RowMemory;
}

/** Queries, keys and values, [rows, width] each: first of the kept rows, then of the wave's, then those with heads from elsewhere. */
export class BlockInput {
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  readonly #numbers: BlockNumbers;
  readonly #rows: WaveRows;
  readonly #before: number;
  /** Where queries and keys with heads from elsewhere lie. */
  readonly #queries = new Map<number, number>();
  readonly #keys = new Map<number, number>();
  readonly #width: number;
  readonly #headWidth: number;

  private constructor(pass: BlockPass) {
    const { tower: { shape: { width, heads } }, numbers, rows, needs, memory } = pass;
    const kept = pass.kept.blocks[pass.block]; // none while they are made
    [this.#numbers, this.#rows] = [numbers, rows];
    [this.#width, this.#headWidth] = [width, width / heads];
    this.#before = kept === undefined ? 0 : kept.x.length / width;
    const made = Math.max(needs.queries.length, needs.keys.length);
    const size = (this.#before + rows.count + made) * width;
    const take = (part: "q" | "k" | "v") => memory.take(part, size);
    [this.q, this.k, this.v] = [take("q"), take("k"), take("v")];
    if (kept === undefined) return;
    this.k.set(kept.k);
    this.v.set(kept.v);
    if (needs.queriesAtHand) this.q.set(kept.q);
  }

  /** Projects the rows that are needed as queries, keys or values, and puts together those with heads from elsewhere. */
  static async of(pass: BlockPass): Promise<BlockInput> {
    const input = new BlockInput(pass);
    await input.#project(pass);
    input.#putTogether(pass.needs);
    return input;
  }

  placeOf(row: number): number {
    const own = this.#rows.places.get(row);
    return own < 0 ? row : this.#before + own;
  }

  keyRow(key: number): number {
    return key < 0 ? this.#keys.get(key)! : this.placeOf(key);
  }

  queryRow(vector: number): number {
    return vector < 0 ? this.#queries.get(vector)! : this.placeOf(vector);
  }

  async #project({ tower, block, needs, memory }: BlockPass): Promise<void> {
    const { count } = this.#rows;
    const own = (data: Floats) => this.#part(data, this.#before, count);
    const [q, k, v] = [own(this.q), own(this.k), own(this.v)];
    const isLast = block + 1 === tower.shape.layers;
    const used = (use: number) => {
      const found = needs.rows.filter((row) => (needs.uses.get(row) & use) !== 0);
      if (found.length === count) return undefined; // all of them, as they lie
      return Int32Array.from(found, (row) => this.#rows.places.get(row)).sort();
    };
    const pass = async (use: number, into: Partial<Record<"q" | "k" | "v", Floats>>) => {
      const places = used(use);
      if (places === undefined) return await tower.project(block, this.#rows.x, into);
      if (places.length === 0) return;
      const size = places.length * this.#width;
      const x = memory.take("projected x", size);
      copyRows({ own: this.#rows.x, kept: x }, places, x, this.#width);
      const made = Object.fromEntries(
        Object.keys(into).map((part) => [part, memory.take(`projected ${part}`, size)]),
      );
      await tower.project(block, x, made);
      for (const part of ["q", "k", "v"] as const) {
        if (into[part] === undefined) continue;
        places.forEach((place, i) => {
          into[part]!.set(this.#part(made[part]!, i, 1), place * this.#width);
        });
      }
    };
    if (count === 0) return;
    if (!isLast) return await pass(USE.key | USE.query, { q, k, v });
    await pass(USE.key, { k, v });
    await pass(USE.query, { q });
  }

  #putTogether({ queries, keys }: BlockNeeds): void {
    const first = this.#before + this.#rows.count;
    queries.forEach((vector, i) => {
      this.#queries.set(vector, first + i);
      this.#write(this.q, vector, first + i);
    });
    keys.forEach((key, i) => {
      this.#keys.set(key, first + i);
      this.#write(this.k, this.#numbers.keys.first(~key), first + i);
      this.#write(this.v, this.#numbers.keys.second(~key), first + i);
    });
  }

  #write(data: Floats, vector: number, place: number): void {
    const { vectors } = this.#numbers;
    const [width, size] = [this.#width, this.#headWidth];
    const root = this.placeOf(vectors.rootOf(vector)) * width;
    data.copyWithin(place * width, root, root + width);
    vectors.eachLink(vector, (head, row) => {
      const from = this.placeOf(row) * width + head * size;
      data.copyWithin(place * width + head * size, from, from + size);
    });
  }

  #part(data: Floats, from: number, count: number): Floats {
    return data.subarray(from * this.#width, (from + count) * this.#width);
  }
}
