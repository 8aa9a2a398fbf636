/** Values of which some heads are taken from other values: each is a chain of links from a root, one link a head, in ascending order. */

import { TripleTable } from "./triple_table.ts";

/**
 * Numbers for values with heads from elsewhere. Roots have any numbers but those of links, which are negative and, turned over, odd.
 *
 * Equal values have one number: a head that is taken from the root itself, or replaced later, leaves no link, and a value of which all
 * heads are taken from elsewhere has one of their roots.
 */
export class HeadLinks {
  /** The value before, the head, the root from which it is taken. */
  readonly #links = new TripleTable();
  readonly #heads: number;

  /** @param heads The number of heads of every value. */
  constructor(heads: number) {
    this.#heads = heads;
  }

  /** Whether a value has a head from elsewhere. */
  isLink(value: number): boolean {
    return value < 0 && (~value & 1) === 1;
  }

  /** The value without its last link. */
  before(link: number): number {
    return this.#links.first(~link >> 1);
  }

  /** The head of a value's last link. */
  head(link: number): number {
    return this.#links.second(~link >> 1);
  }

  /** The root from which the head of a value's last link is taken. */
  from(link: number): number {
    return this.#links.third(~link >> 1);
  }

  /** The root of a value. */
  rootOf(value: number): number {
    let at = value;
    while (this.isLink(at)) at = this.before(at);
    return at;
  }

  /** The root from which a head of a value comes. */
  headOf(value: number, head: number): number {
    let at = value;
    for (; this.isLink(at); at = this.before(at)) if (this.head(at) === head) return this.from(at);
    return at;
  }

  /**
   * A value with some heads of others.
   *
   * @param value The value.
   * @param heads The heads, ascending.
   * @param fromOf The root from which a head is taken.
   */
  with(value: number, heads: readonly number[], fromOf: (head: number) => number): number {
    const taken = heads.map((head): Head => ({ head, from: fromOf(head) }));
    let root = value;
    for (; this.isLink(root); root = this.before(root)) {
      const own = { head: this.head(root), from: this.from(root) };
      if (!heads.includes(own.head)) taken.push(own);
    }
    if (taken.length > heads.length) taken.sort((a, b) => a.head - b.head);
    if (taken.length === this.#heads) root = mostCommon(taken); // nothing is left of the value itself
    let made = root;
    for (const { head, from } of taken) {
      if (from !== root) made = ~(2 * this.#links.number(made, head, from) + 1);
    }
    return made;
  }
}

/** A head and the root from which it is taken. */
interface Head {
  readonly head: number;
  readonly from: number;
}

/** The root of most heads; among several, that of the first head. */
function mostCommon(taken: readonly Head[]): number {
  const counts = new Map<number, number>();
  for (const { from } of taken) counts.set(from, (counts.get(from) ?? 0) + 1);
  let [root, most] = [taken[0]!.from, 0];
  for (const [from, count] of counts) if (count > most) [root, most] = [from, count];
  return root;
}
