/** Which of the needed outputs are computed together: those of consecutive positions of a run. */

import { paddedSize, type Sequence } from "../rows/attention_batch.ts";
import { type BlockNumbers, NONE, ROOT } from "./block_numbers.ts";
import { Slots } from "./slots.ts";

/** Outputs that attend alike: to all keys, to all but one, or to one alone, whose weights are wanted. */
export interface AttendedRoots {
  /** The position of the only key whose weight is wanted; absent where outputs are. */
  readonly weightOf?: number;
  /** The sequences, those of one size together. */
  readonly sequences: readonly Sequence[];
  /** The roots in the order in which they are computed. */
  readonly roots: readonly number[];
}

export interface RowPlaces {
  readonly keyRow: (key: number) => number;
  readonly queryRow: (vector: number) => number;
}

export class RootSequences {
  readonly #numbers: BlockNumbers;
  readonly #needed = new Slots();
  readonly #next: number[] = [];

  constructor(numbers: BlockNumbers) {
    this.#numbers = numbers;
  }

  /** Arranges roots. Returns first the outputs, then for each key's position its weights. */
  of(roots: readonly number[], places: RowPlaces): AttendedRoots[] {
    const numbers = this.#numbers;
    this.#needed.clear();
    roots.forEach((root, i) => this.#needed.set(this.#numbers.rootNumber(root), i));
    this.#next.length = 0;
    const begins: number[] = [];
    roots.forEach((root, i) => {
      const before = this.#before(root);
      if (before < 0 || this.#next[before] !== undefined) begins.push(i);
      else this.#next[before] = i;
    });
    const outputs: Arranged[] = [];
    const weights = new Map<number, Arranged[]>();
    for (const begin of begins) {
      const own: number[] = [];
      for (let at: number | undefined = begin; at !== undefined; at = this.#next[at]) {
        own.push(roots[at]!);
      }
      const arranged = this.#arranged(own, places);
      const root = own[0]!;
      if (!numbers.isMade(root) || numbers.kindOf(root) !== ROOT.less) outputs.push(arranged);
      else {
        const position = numbers.missingKeyOf(root);
        weights.set(position, [...weights.get(position) ?? [], arranged]);
      }
    }
    return [
      attended(outputs),
      ...[...weights].map(([weightOf, own]) => ({ weightOf, ...attended(own) })),
    ];
  }

  /** The index of the needed root that the run of a root has at the position before; -1 if there is none. */
  #before(root: number): number {
    const numbers = this.#numbers;
    const parent = numbers.chains.first(numbers.chainOf(root));
    if (parent === NONE) return -1;
    if (!numbers.isMade(root)) return this.#needed.get(this.#numbers.rootNumber(parent));
    const before = numbers.rootBefore(root);
    if (before === NONE || numbers.chainOf(before) !== parent) return -1;
    return this.#needed.get(this.#numbers.rootNumber(before));
  }

  #arranged(roots: readonly number[], { keyRow, queryRow }: RowPlaces): Arranged {
    const numbers = this.#numbers;
    const last = roots.at(-1)!;
    const rows = numbers.keysOf(numbers.chainOf(last)).map(keyRow);
    const queries = roots.map((root) => queryRow(numbers.queryOf(root)));
    const first = rows.length - roots.length;
    const lacksKey = numbers.isMade(last) && numbers.kindOf(last) === ROOT.without;
    const withoutKey = lacksKey ? { withoutKey: numbers.missingKeyOf(last) } : {};
    return { roots, sequence: { rows, first, queries, ...withoutKey } };
  }
}

const MOST_KEYS = 2 ** 16;

interface Arranged {
  readonly roots: readonly number[];
  readonly sequence: Sequence;
}

/** Brings sequences of one padded size together; those with fewer queries, then those with fewer keys, come first. */
function attended(arranged: readonly Arranged[]): AttendedRoots {
  const bySize = Map.groupBy(arranged, ({ sequence }) => {
    const { queries, keys } = paddedSize(sequence);
    return queries * MOST_KEYS + keys;
  });
  const sizes = [...bySize.keys()].sort((a, b) => a - b);
  const sequences: Sequence[] = [];
  const roots: number[] = [];
  for (const size of sizes) {
    for (const own of bySize.get(size)!) {
      sequences.push(own.sequence);
      for (const root of own.roots) roots.push(root);
    }
  }
  return { sequences, roots };
}
