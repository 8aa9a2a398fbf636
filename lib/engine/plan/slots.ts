/** Places for some of many numbers; emptied at once. */

import { grown } from "./triple_table.ts";

/** A place, from 0, for each number that has one. */
export class Slots {
  #places = new Int32Array(64);
  /** The round in which a number got its place. */
  #rounds = new Int32Array(64);
  #round = 1;

  /** Takes all places away. */
  clear(): void {
    this.#round += 1;
  }

  /** Gives a number a place. */
  set(number: number, place: number): void {
    if (number >= this.#places.length) {
      const length = Math.max(number + 1, 2 * this.#places.length);
      [this.#places, this.#rounds] = [grown(this.#places, length), grown(this.#rounds, length)];
    }
    this.#places[number] = place;
    this.#rounds[number] = this.#round;
  }

  /** The place of a number; -1 if it has none. */
  get(number: number): number {
    return this.#rounds[number] === this.#round ? this.#places[number]! : -1;
  }

  /** Whether a number has a place. */
  has(number: number): boolean {
    return this.#rounds[number] === this.#round;
  }
}
