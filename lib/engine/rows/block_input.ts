/** The values of a group's unchanged runs, which all its other runs begin with and take values from. */

import { type AtHand, type BlockNeeds, type Slots, USE } from "../plan/needs.ts";
import type { BlockNumbers, TripleTable } from "../plan/block_numbers.ts";
import type { RowTower } from "./row_tower.ts";

export type Floats = Float32Array<ArrayBuffer>; // values of float32 whose memory is not shared

export const NOTHING: Floats = new Float32Array();

/** Memory by name that grows with the largest use, and is used again for the next. */
export class RowMemory {
  readonly #arrays = new Map<string, Floats>();

  /** Memory for a number of values; its former values are lost, and it is lost with the next call for the same name. */
  take(name: string, size: number): Floats {
    let array = this.#arrays.get(name);
    if (array === undefined || array.length < size) {
      this.#arrays.set(name, array = new Float32Array(size));
    }
    return array.subarray(0, size);
  }
}

/** Two matrices: the rows of the first have numbers from 0, those of the second are the numbers turned over (`~0`, `~1`, …). */
type TwoMatrices = { readonly own: Floats; readonly kept: Floats };

/** Rows of two matrices in a given order: a view where they are neighbours in the first, otherwise a copy. */
export function gathered(
  from: TwoMatrices,
  rows: ArrayLike<number>,
  { width, copy }: { readonly width: number; readonly copy: (size: number) => Floats },
): Floats {
  const count = rows.length;
  const first = rows[0] ?? 0;
  if (first >= 0 && runLength(rows, 0) === count) {
    return from.own.subarray(first * width, (first + count) * width);
  }
  const into = copy(count * width);
  copyRows(from, rows, into, width);
  return into;
}

export function copyRows(
  { own, kept }: TwoMatrices,
  rows: ArrayLike<number>,
  into: Floats,
  width: number,
): void {
  for (let i = 0; i < rows.length;) {
    const row = rows[i]!;
    const run = row < 0 ? 1 : runLength(rows, i);
    const [from, first] = row < 0 ? [kept, ~row] : [own, row];
    into.set(from.subarray(first * width, (first + run) * width), i * width);
    i += run;
  }
}

function runLength(rows: ArrayLike<number>, from: number): number {
  const first = rows[from]!;
  let run = 1;
  while (from + run < rows.length && rows[from + run] === first + run) run++;
  return run;
}

export type WaveRows = { readonly x: Floats; readonly places: Slots; readonly count: number };

/** A block with the rows of a wave that pass through it. */
export interface BlockPass {
  readonly tower: RowTower;
  readonly block: number;
  readonly numbers: BlockNumbers; // its numbers, and those of the rows after it
  readonly after: TripleTable;
  readonly vectors: readonly ArrayLike<number>[]; // those that are added to rows
  readonly needs: BlockNeeds;
  readonly kept: KeptValues;
  readonly rows: WaveRows;
  readonly outputPlaces: Slots; // where the heads' outputs will lie, by chain, and the rows after the block
  readonly places: Slots;
  readonly memory: RowMemory;
}

/** Queries, keys and values, [rows, width] each: first of the kept rows, then of the wave's, then those with heads from elsewhere. */
export class BlockInput {
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  readonly #before: number;
  readonly #queries = new Map<number, number>(); // where queries and keys with heads from elsewhere lie
  readonly #keys = new Map<number, number>();

  private constructor(private readonly pass: BlockPass) {
    const { tower: { shape: { width } }, rows, needs, memory } = pass;
    const kept = pass.kept.blocks[pass.block]; // none while they are made
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
    await input.#project();
    input.#putTogether();
    return input;
  }

  placeOf(row: number): number {
    const own = this.pass.rows.places.get(row);
    return own < 0 ? row : this.#before + own;
  }

  keyRow(key: number): number {
    return key < 0 ? this.#keys.get(key)! : this.placeOf(key);
  }

  queryRow(vector: number): number {
    return vector < 0 ? this.#queries.get(vector)! : this.placeOf(vector);
  }

  async #project(): Promise<void> {
    const { tower, tower: { shape: { width, layers } }, block, needs, memory } = this.pass;
    const { rows: { x: all, places: placeOf, count } } = this.pass;
    const part = (data: Floats, from: number, size: number) =>
      data.subarray(from * width, (from + size) * width);
    const own = (data: Floats) => part(data, this.#before, count);
    const [q, k, v] = [own(this.q), own(this.k), own(this.v)];
    const used = (use: number) => {
      const found = needs.rows.filter((row) => (needs.uses.get(row) & use) !== 0);
      if (found.length === count) return undefined; // all of them, as they lie
      return Int32Array.from(found, (row) => placeOf.get(row)).sort();
    };
    const pass = async (use: number, into: Partial<Record<"q" | "k" | "v", Floats>>) => {
      const places = used(use);
      if (places === undefined) return await tower.project(block, all, into);
      if (places.length === 0) return;
      const size = places.length * width;
      const x = memory.take("projected x", size);
      copyRows({ own: all, kept: NOTHING }, places, x, width);
      const made = Object.fromEntries(
        Object.keys(into).map((part) => [part, memory.take(`projected ${part}`, size)]),
      );
      await tower.project(block, x, made);
      for (const [name, data] of Object.entries(into)) {
        places.forEach((place, i) => data.set(part(made[name]!, i, 1), place * width));
      }
    };
    if (count === 0) return;
    if (block + 1 < layers) return await pass(USE.key | USE.query, { q, k, v });
    await pass(USE.key, { k, v });
    await pass(USE.query, { q });
  }

  #putTogether(): void {
    const { needs: { queries, keys }, numbers, rows } = this.pass;
    const first = this.#before + rows.count;
    queries.forEach((vector, i) => {
      this.#queries.set(vector, first + i);
      this.#write(this.q, vector, first + i);
    });
    keys.forEach((key, i) => {
      this.#keys.set(key, first + i);
      this.#write(this.k, numbers.keys.first(~key), first + i);
      this.#write(this.v, numbers.keys.second(~key), first + i);
    });
  }

  #write(data: Floats, vector: number, place: number): void {
    const { numbers: { vectors }, tower: { shape: { width, heads } } } = this.pass;
    const size = width / heads;
    const root = this.placeOf(vectors.rootOf(vector)) * width;
    data.copyWithin(place * width, root, root + width);
    vectors.eachLink(vector, (head, row) => {
      const from = this.placeOf(row) * width + head * size;
      data.copyWithin(place * width + head * size, from, from + size);
    });
  }
}

/** Values of one block, [row or chain, width] each, by their numbers. */
interface BlockValues {
  readonly x: Floats;
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  readonly z: Floats; // Heads' outputs, by the chain of their last row
  readonly mid: Floats; // residual stream between attention and MLP, by the row after the block
}

/** Kept values: in the last block, outputs and rows after it are kept at the end tokens alone. */
export class KeptValues implements AtHand {
  readonly blocks: BlockValues[] = [];
  after: Floats = new Float32Array(); // residual stream after the last block, by row
  isComplete = false;

  /**
   * `rows`: how many there are before each block, and after the last. `ends`: the end tokens' rows after the last block, which have the
   * numbers of their chains in it.
   */
  constructor(
    private readonly rows: readonly number[],
    private readonly ends: ReadonlySet<number>,
  ) {}

  hasRow(level: number, row: number): boolean {
    const isLast = level + 1 === this.rows.length;
    return this.isComplete && (isLast ? this.ends.has(row) : row < this.rows[level]!);
  }

  hasKeys(block: number, chain: number): boolean {
    return this.isComplete && chain < this.rows[block + 1]!;
  }

  hasOutputs(block: number, chain: number): boolean {
    return this.hasRow(block + 1, chain);
  }
}
