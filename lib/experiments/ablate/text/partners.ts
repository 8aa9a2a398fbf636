/** The pair whose values replace a pair's own where values are resampled. */

import { seededRandom } from "../../../stats/random.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";

/** Finds the partner of a pair; undefined if it has none. */
export type PartnerOf = (pair: AlignedPair) => AlignedPair | undefined;

/**
 * Draws for each pair another pair whose sentences have the same lengths and are both different, each possible partner equally likely.
 * The pairs are those of the whole file, in its order, so that a pair's partner does not depend on the rows of the run.
 */
export function drawPartners(pairs: readonly AlignedPair[], seed: number): PartnerOf {
  const random = seededRandom(seed);
  const alike = Map.groupBy(pairs, lengthsOf);
  const index = new Map([...alike.values()].map((group) => [group, indexOf(group)]));
  const partners = new Map<string, AlignedPair | undefined>();
  for (const pair of pairs) {
    const others = alike.get(lengthsOf(pair))!;
    const { negated, affirmative } = index.get(others)!;
    const shared = new Set([
      ...negated.get(pair.negated.sentence)!,
      ...affirmative.get(pair.affirmative.sentence)!,
    ]);
    const count = others.length - shared.size;
    partners.set(
      keyOf(pair),
      count === 0 ? undefined : others[placeAmong(random.below(count), shared)],
    );
  }
  return (pair) => partners.get(keyOf(pair));
}

function indexOf(pairs: readonly AlignedPair[]) {
  const places = [...pairs.keys()];
  return {
    negated: Map.groupBy(places, (place) => pairs[place]!.negated.sentence),
    affirmative: Map.groupBy(places, (place) => pairs[place]!.affirmative.sentence),
  };
}

/** The place that is the k-th of those that are not left out. */
function placeAmong(k: number, leftOut: ReadonlySet<number>): number {
  let place = k;
  for (const other of [...leftOut].sort((a, b) => a - b)) {
    if (other <= place) place++;
  }
  return place;
}

function lengthsOf({ negated, affirmative }: AlignedPair): string {
  return `${negated.ids.length} ${affirmative.ids.length}`;
}

function keyOf({ key, negator }: AlignedPair): string {
  return `${negator} ${key}`;
}
