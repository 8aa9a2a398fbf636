/** Places for some of many numbers; emptied at once. */

import { grown } from "./triple_table.ts";

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

  set(number: number, place: number): void {
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
