/**
 * Numbers for the values of one block, such that values that must be equal have one number, without computing any. A vector of the residual
 * stream is a row. Under a causal mask, a head's output depends on the query's vector and on the chain of keys and values up to it, and
 * nothing else: so each chain has a number, made of that of the chain before its last position and of that position's key. To change a
 * value is to give a place another number.
 */

/** The multipliers of the hash: odd numbers without a pattern in their bits. */
const [A, B, C] = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];

/** A table of triples, which grows; each triple can be read back by its number. */
export class TripleTable {
  size = 0;
  #triples = new Int32Array(3 * 1024);
  #places = new Int32Array(2048); // number of the triple at a place, plus 1; 0 where there is none

  /** The number of a triple, which is new if no equal one has been numbered. */
  number(a: number, b: number, c = 0): number {
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
  append(a: number, b: number, c = 0): number {
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

/** What a root of heads' outputs is, unless it is a chain: the query of its last row, which attends to it. */
export const ROOT = {
  query: 0, // query that attends to a chain of which it is not the last row
  without: 1, // attention to all keys of the chain but one
  less: 2, // output less one key's part of it, its weight times its value
} as const;

const KINDS = 3; // first integer of a root is its kind and this many times the key's position

export const NONE = -(2 ** 31);

export class BlockNumbers {
  readonly chains = new TripleTable(); // chains of keys: the chain before, or `NONE`, and the key
  /** Keys whose two vectors are not those of one row: the vector of keys and that of values. Other keys have the row's number. */
  readonly keys = new TripleTable();
  readonly vectors: HeadLinks;
  readonly outputs: HeadLinks; // Heads' outputs with heads from other roots
  readonly roots = new TripleTable(); // roots that are not chains
  /** For each of them, the root of the same run at the position before, or {@linkcode NONE}: they can be computed together. */
  #before = new Int32Array(64);
  #after = new Int32Array(1024); // for each chain, the row after the block, plus 1; 0 if it has no number yet
  /** For each row, the first chain that ended in it, plus 1; most rows have no other, so that only others need the table's search. */
  #ending = new Int32Array(1024);

  constructor(heads: number) {
    this.vectors = new HeadLinks(heads);
    this.outputs = new HeadLinks(heads);
  }

  /** The key with the given vectors of keys and of values: the row's number if both are those of one row. */
  key(k: number, v: number): number {
    return k === v && !this.vectors.isLink(k) ? k : ~this.keys.number(k, v);
  }

  chain(before: number, key: number): number {
    if (key < 0) return this.chains.number(before, key);
    if (key >= this.#ending.length) this.#ending = grown(this.#ending, 2 * key);
    const first = this.#ending[key]! - 1;
    if (first < 0) {
      const chain = this.chains.append(before, key);
      this.#ending[key] = chain + 1;
      return chain;
    }
    return this.chains.first(first) === before ? first : this.chains.number(before, key);
  }

  query(vector: number, chain: number, before: number): number {
    return this.#root(ROOT.query, vector, chain, before);
  }

  /** The root of another with attention to all keys but one, or less the key's part. */
  lessKey(
    kind: typeof ROOT["without" | "less"],
    root: number,
    position: number,
    before: number,
  ): number {
    return this.#root(KINDS * position + kind, root, 0, before);
  }

  isMade(root: number): boolean {
    return root < 0;
  }

  /** The place of a root that is not a chain in its table. */
  indexOf(root: number): number {
    return ~root >> 1;
  }

  kindOf(root: number): number {
    return this.roots.first(this.indexOf(root)) % KINDS;
  }

  missingKeyOf(root: number): number {
    return Math.floor(this.roots.first(this.indexOf(root)) / KINDS);
  }

  originOf(root: number): number {
    return this.roots.second(this.indexOf(root));
  }

  /** The root at the position before a root that is not a chain. */
  rootBefore(root: number): number {
    return this.#before[this.indexOf(root)]!;
  }

  chainOf(root: number): number {
    if (!this.isMade(root)) return root;
    return this.kindOf(root) === ROOT.query
      ? this.roots.third(this.indexOf(root))
      : this.chainOf(this.originOf(root));
  }

  keysOf(chain: number): number[] {
    const keys: number[] = [];
    for (let at = chain; at !== NONE; at = this.chains.first(at)) keys.push(this.chains.second(at));
    return keys.reverse();
  }

  /** One number from 0 for any root, a chain or not. */
  rootNumber(root: number): number {
    return this.isMade(root) ? 2 * this.indexOf(root) + 1 : 2 * root;
  }

  queryOf(root: number): number {
    if (!this.isMade(root)) return this.chains.second(root); // its last row
    return this.kindOf(root) === ROOT.query
      ? this.roots.second(this.indexOf(root))
      : this.queryOf(this.originOf(root));
  }

  /** The row after the block of a row that attends to its own chain. */
  rowAfter(row: number, chain: number, after: TripleTable): number {
    if (chain >= this.#after.length) this.#after = grown(this.#after, 2 * this.chains.size + 64);
    const known = this.#after[chain]!;
    if (known > 0) return known - 1;
    const number = after.append(row, chain, 0);
    this.#after[chain] = number + 1;
    return number;
  }

  #root(code: number, a: number, b: number, before: number): number {
    const known = this.roots.size;
    const number = this.roots.number(code, a, b);
    if (number === known) {
      if (number >= this.#before.length) this.#before = grown(this.#before, 2 * number);
      this.#before[number] = before;
    }
    return ~(2 * number);
  }
}

/**
 * Numbers for values with heads from elsewhere. Roots have any numbers but those of links, which are negative and, turned over, odd. Equal
 * values have one number: a value's root is that of most of its heads, whatever they were taken from in which order, and heads of this root
 * have no link.
 */
export class HeadLinks {
  readonly #links = new TripleTable(); // value before, the head, the root from which it is taken

  constructor(private readonly heads: number) {}

  isLink(value: number): boolean {
    return value < 0 && (~value & 1) === 1;
  }

  eachLink(value: number, visit: (head: number, from: number) => void): void {
    for (let at = value; this.isLink(at); at = this.#before(at)) {
      visit(this.#links.second(~at >> 1), this.#links.third(~at >> 1));
    }
  }

  rootOf(value: number): number {
    let at = value;
    while (this.isLink(at)) at = this.#before(at);
    return at;
  }

  headOf(value: number, head: number): number {
    let at = value;
    for (; this.isLink(at); at = this.#before(at)) {
      if (this.#links.second(~at >> 1) === head) return this.#links.third(~at >> 1);
    }
    return at;
  }

  with(value: number, heads: readonly number[], fromOf: (head: number) => number): number {
    if (heads.length === 1 && this.heads > 2 && !this.isLink(value)) { // most values: its root stays that of most heads
      const from = fromOf(heads[0]!);
      return from === value ? value : this.#link(value, heads[0]!, from);
    }
    const roots = new Array<number>(this.heads).fill(this.rootOf(value));
    this.eachLink(value, (head, from) => roots[head] = from);
    for (const head of heads) roots[head] = fromOf(head);
    const root = mostCommon(roots);
    let made = root;
    roots.forEach((from, head) => {
      if (from !== root) made = this.#link(made, head, from);
    });
    return made;
  }

  #link(before: number, head: number, from: number): number {
    return ~(2 * this.#links.number(before, head, from) + 1);
  }

  #before(link: number): number {
    return this.#links.first(~link >> 1);
  }
}

/** The root of most heads; among several, that of the first head. */
function mostCommon(roots: readonly number[]): number {
  let [root, most] = [roots[0]!, 0];
  for (const own of roots) {
    let count = 0;
    for (const other of roots) if (other === own) count++;
    if (count > most) [root, most] = [own, count];
    if (2 * most >= roots.length) break; // no later root has more
  }
  return root;
}
