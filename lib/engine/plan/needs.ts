/** What must be computed for some results: backwards from the rows after the last block, without what is at hand. */

import { type BlockNumbers, grown, NONE, ROOT } from "./block_numbers.ts";
import { type Numbers, ROW } from "./group_numbers.ts";

/** The bits of an entry that hold the place; the others hold the round in which it was given. */
const PLACE_BITS = 20;
const MOST_PLACES = 2 ** PLACE_BITS;
const MOST_ROUNDS = 2 ** (31 - PLACE_BITS);

/** A place, from 0 and below a million, for each number that has one. */
export class Slots {
  #entries = new Int32Array(1024);
  #round = 1;

  clear(): void {
    this.#round += 1;
    if (this.#round < MOST_ROUNDS) return;
    this.#entries.fill(0);
    this.#round = 1;
  }

  set(number: number, place = 0): void {
    if (number >= this.#entries.length) {
      this.#entries = grown(this.#entries, Math.max(number + 1, 2 * this.#entries.length));
    }
    this.#entries[number] = this.#round << PLACE_BITS | place;
  }

  /** The place of a number; -1 if it has none. */
  get(number: number): number {
    const entry = this.#entries[number] ?? 0;
    return entry >> PLACE_BITS === this.#round ? entry & MOST_PLACES - 1 : -1;
  }

  has(number: number): boolean {
    return (this.#entries[number] ?? 0) >> PLACE_BITS === this.#round;
  }
}

/** What rows before a block are needed for; several add up. */
export const USE = { row: 1, key: 2, query: 4 } as const;

export class BlockNeeds {
  readonly whole: number[] = [];
  readonly mid: number[] = []; // rows after the block of which only the residual stream before the MLP is needed
  readonly mlp: number[] = []; // rows after the block with the MLP's output of another
  readonly added: number[] = []; // rows after the block with a vector added, each after the row that it is added to
  readonly roots: number[] = [];
  readonly keys: number[] = []; // Keys whose vectors are not both a row's own
  readonly queries: number[] = [];
  readonly rows: number[] = []; // rows before the block, in any order
  queriesAtHand = false; // whether a row at hand is a query

  /** `uses`: what each of the rows is needed for, as a sum of `USE`, by the row. */
  constructor(readonly uses: Slots) {}
}

export interface AtHand {
  hasRow(level: number, row: number): boolean; // whether a row before a block, or after the last, is at hand
  hasKeys(block: number, chain: number): boolean;
  hasOutputs(block: number, chain: number): boolean;
}

export class NeedsFinder {
  readonly #searches: readonly Search[];

  constructor(numbers: Numbers, private readonly atHand: AtHand) {
    this.#searches = numbers.blocks.map((_, block) => new Search(numbers, block, atHand));
  }

  /** What rows after the last block need of each block, from the first in which anything is computed. Valid until the next call. */
  find(ends: Iterable<number>): { readonly block: number; readonly needs: BlockNeeds }[] {
    const { length } = this.#searches;
    const found = [];
    let wanted = [...new Set(ends)].filter((row) => !this.atHand.hasRow(length, row));
    for (let block = length - 1; block >= 0 && wanted.length > 0; block--) {
      const needs = this.#searches[block]!.needs(wanted);
      found.push({ block, needs });
      wanted = needs.rows;
    }
    return found.reverse();
  }
}

class Search {
  readonly #numbers: BlockNumbers;
  readonly #after: Numbers["rows"][number];
  readonly #uses = new Slots();
  #needs = new BlockNeeds(this.#uses);
  /** Rows after the block, roots, chains, keys and vectors that have been found. */
  readonly #found = {
    after: new Slots(),
    roots: new Slots(),
    chains: new Slots(),
    keys: new Slots(),
    vectors: { q: new Slots(), k: new Slots(), v: new Slots() },
  };

  constructor(
    numbers: Numbers,
    private readonly block: number,
    private readonly atHand: AtHand,
  ) {
    this.#numbers = numbers.blocks[block]!;
    this.#after = numbers.rows[block + 1]!;
  }

  needs(wanted: readonly number[]): BlockNeeds {
    const { vectors, ...others } = this.#found;
    for (const slots of [this.#uses, ...Object.values(others), ...Object.values(vectors)]) {
      slots.clear();
    }
    this.#needs = new BlockNeeds(this.#uses);
    const { whole, mid, mlp } = this.#needs;
    const { outputs } = this.#numbers;
    const found = this.#found.after;
    const after = this.#after;
    for (const row of wanted) this.#addRow(row);
    for (const row of mlp) this.#addWhole(after.second(row));
    for (const row of mlp) {
      const own = after.first(row);
      if (found.has(own) || this.atHand.hasRow(this.block + 1, own)) continue;
      found.set(own);
      mid.push(own);
    }
    for (const rows of [whole, mid]) {
      for (const row of rows) {
        this.#needRow(after.first(row), USE.row);
        const output = after.second(row);
        outputs.eachLink(output, (_, from) => this.#needRoot(from));
        this.#needRoot(outputs.rootOf(output));
      }
    }
    return this.#needs;
  }

  #addRow(row: number): void {
    const third = this.#after.third(row);
    if (third === ROW.whole) return this.#addWhole(row);
    if (this.#found.after.has(row)) return;
    if (third === ROW.added) this.#addRow(this.#after.first(row));
    this.#found.after.set(row);
    this.#needs[third === ROW.mlp ? "mlp" : "added"].push(row);
  }

  #addWhole(row: number): void {
    const found = this.#found.after;
    if (found.has(row) || this.atHand.hasRow(this.block + 1, row)) return;
    found.set(row);
    this.#needs.whole.push(row);
  }

  #needRow(row: number, use: number): void {
    if (this.atHand.hasRow(this.block, row)) {
      if (use === USE.query) this.#needs.queriesAtHand = true;
      return;
    }
    const { rows, uses } = this.#needs;
    const known = uses.get(row);
    if (known < 0) rows.push(row);
    uses.set(row, known < 0 ? use : known | use);
  }

  #needRoot(root: number): void {
    const numbers = this.#numbers;
    const isMade = numbers.isMade(root);
    if (!isMade && this.atHand.hasOutputs(this.block, root)) return;
    const found = this.#found.roots;
    const place = numbers.rootNumber(root);
    if (found.has(place)) return;
    found.set(place);
    this.#needs.roots.push(root);
    if (isMade && numbers.kindOf(root) === ROOT.less) this.#needRoot(numbers.originOf(root));
    this.#needVector("q", numbers.queryOf(root));
    this.#needChain(numbers.chainOf(root));
  }

  #needChain(chain: number): void {
    const { chains } = this.#numbers;
    const found = this.#found.chains;
    for (let at = chain; at !== NONE && !found.has(at); at = chains.first(at)) {
      if (this.atHand.hasKeys(this.block, at)) return;
      found.set(at);
      this.#needKey(chains.second(at));
    }
  }

  #needKey(key: number): void {
    if (key >= 0) return this.#needRow(key, USE.key);
    const found = this.#found.keys;
    if (found.has(~key)) return;
    found.set(~key);
    this.#needs.keys.push(key);
    this.#needVector("k", this.#numbers.keys.first(~key));
    this.#needVector("v", this.#numbers.keys.second(~key));
  }

  #needVector(part: "q" | "k" | "v", vector: number): void {
    const { vectors } = this.#numbers;
    const use = part === "q" ? USE.query : USE.key;
    if (!vectors.isLink(vector)) return this.#needRow(vector, use);
    const found = this.#found.vectors[part];
    if (found.has(~vector)) return;
    found.set(~vector);
    if (part === "q") this.#needs.queries.push(vector);
    vectors.eachLink(vector, (_, from) => this.#needRow(from, use));
    this.#needRow(vectors.rootOf(vector), use);
  }
}
