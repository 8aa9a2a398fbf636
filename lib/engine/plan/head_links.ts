/** Values of which some heads are taken from other values: each is a chain of links from a root, one link a head, in ascending order. */

import { TripleTable } from "./triple_table.ts";

/**
 * Numbers for values with heads from elsewhere. Roots have any numbers but those of links, which are negative and, turned over, odd.
 *
 * Equal values have one number: a value's root is that of most of its heads, whatever they were taken from in which order, and heads of
 * this root have no link.
 */
export class HeadLinks {
  /** The value before, the head, the root from which it is taken. */
  readonly #links = new TripleTable();
  readonly #heads: number;

  constructor(heads: number) {
    this.#heads = heads;
  }

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
    if (heads.length === 1 && this.#heads > 2 && !this.isLink(value)) { // most values: its root stays that of most heads
      const from = fromOf(heads[0]!);
      return from === value ? value : this.#link(value, heads[0]!, from);
    }
    const roots = new Array<number>(this.#heads).fill(this.rootOf(value));
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
