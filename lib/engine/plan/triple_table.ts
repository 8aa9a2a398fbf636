/** Numbers for triples of integers, counted from 0: equal triples have one number. */

/** The multipliers of the hash: odd numbers without a pattern in their bits. */
const [A, B, C] = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];

/** A table of triples, which grows; each triple can be read back by its number. */
export class TripleTable {
  size = 0;
  #triples = new Int32Array(3 * 1024);
  /** The number of the triple at a place, plus 1; 0 where there is none. */
  #places = new Int32Array(2048);

  /** The number of a triple, which is new if no equal one has been numbered. */
  number(a: number, b: number, c: number): number {
    if (2 * this.size >= this.#places.length) this.#spread();
    const triples = this.#triples;
    const last = this.#places.length - 1;
    let place = hash(a, b, c) & last;
    for (;;) {
      const known = this.#places[place]! - 1;
      if (known < 0) break;
      const at = 3 * known;
      if (triples[at] === a && triples[at + 1] === b && triples[at + 2] === c) return known;
      place = (place + 1) & last;
    }
    this.#places[place] = this.size + 1;
    return this.append(a, b, c);
  }

  /** Gives a triple a new number, by which alone it will be found: {@linkcode number} does not know it. */
  append(a: number, b: number, c: number): number {
    const at = 3 * this.size;
    if (at === this.#triples.length) this.#triples = grown(this.#triples, 2 * at);
    this.#triples[at] = a;
    this.#triples[at + 1] = b;
    this.#triples[at + 2] = c;
    return this.size++;
  }

  first(number: number): number {
    return this.#triples[3 * number]!;
  }

  second(number: number): number {
    return this.#triples[3 * number + 1]!;
  }

  third(number: number): number {
    return this.#triples[3 * number + 2]!;
  }

  #spread(): void {
    const old = this.#places;
    const places = new Int32Array(2 * old.length);
    const last = places.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const number = entry - 1;
      let place = hash(this.first(number), this.second(number), this.third(number)) & last;
      while (places[place] !== 0) place = (place + 1) & last;
      places[place] = entry;
    }
    this.#places = places;
  }
}

export function grown(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(values);
  return longer;
}

function hash(a: number, b: number, c: number): number {
  const mixed = Math.imul(a, A) ^ Math.imul(b, B) ^ Math.imul(c, C);
  return mixed ^ mixed >>> 15;
}
