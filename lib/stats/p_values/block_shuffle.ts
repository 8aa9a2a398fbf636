/** Random orders that respect blocks. */

import type { Random } from "../random.ts";

/** Shuffles places from `from` up to, but not including, `to` in place, so that many draws need no new arrays. */
export function shuffleRange(
  order: Int32Array,
  { from, to, random }: { readonly from: number; readonly to: number; readonly random: Random },
): void {
  for (let last = to - 1; last > from; last--) { // Fisher and Yates, in Durstenfeld's form
    const other = from + random.below(last - from + 1);
    const value = order[last]!;
    order[last] = order[other]!;
    order[other] = value;
  }
}

/**
 * Prepares shuffles that keep blocks whole: blocks of equal size exchange their places, and each block is shuffled within. Every order that the
 * blocks allow is equally likely.
 */
export function blockShuffle(
  blocks: readonly string[],
  random: Random,
): (order: Int32Array) => void {
  const starts = blocks.flatMap((block, place) => block === blocks[place - 1] ? [] : [place]);
  const sizes = starts.map((start, i) => (starts[i + 1] ?? blocks.length) - start);
  const alike = [...Map.groupBy(starts.keys(), (i) => sizes[i]!)]
    .map(([size, members]) => ({ size, starts: members.map((i) => starts[i]!) }));
  return (order) => {
    for (const { size, starts } of alike) {
      for (let last = starts.length - 1; last > 0; last--) {
        exchange(order, { a: starts[last]!, b: starts[random.below(last + 1)]!, size });
      }
      for (const from of size === 1 ? [] : starts) {
        shuffleRange(order, { from, to: from + size, random });
      }
    }
  };
}

function exchange(
  order: Int32Array,
  { a, b, size }: { readonly a: number; readonly b: number; readonly size: number },
): void {
  for (let i = 0; i < size; i++) {
    const value = order[a + i]!;
    order[a + i] = order[b + i]!;
    order[b + i] = value;
  }
}
