/** The rows of a control: those of the data with other images, or with another word in the negator's place. */

import { affirmativeDeterminers, withDeterminer } from "../../data/twin.ts";
import { negatedSentence, type Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { boxOf } from "../../reading/picture.ts";
import { sha256Text } from "../../reading/sha256.ts";

/** The rows, each with the image of another row. */
export function withOtherImages(rows: readonly Pair[], seed: number): Pair[] {
  if (rows.every(({ image }) => image === "")) {
    throw new NegscopeError("control-unfit", {
      problem: "Cannot run the control image",
      reason: "the rows have no images",
      fix: "leave out the control image",
    });
  }
  const order = rows.toSorted((a, b) => compare(drawOf(a.id, seed), drawOf(b.id, seed)));
  if (order.every(({ image }) => image === order[0]!.image)) {
    throw new NegscopeError("control-unfit", {
      problem: "Cannot run the control image",
      reason: "all rows have the same image",
      expected: "rows of at least two images",
      fix: "leave out the control image",
    });
  }
  const images = new Map(order.map(({ id, image }, i) => {
    let next = i;
    do next = (next + 1) % order.length; while (order[next]!.image === image);
    return [id, order[next]!.image];
  }));
  return rows.map(({ box: _, ...row }) => {
    const image = images.get(row.id)!;
    const box = boxOf(image);
    return { ...row, image, ...box && { box } };
  });
}

/**
 * The rows with another determiner in place of the negator, none that the data has in affirmative sentences; a row of which none can be
 * made is left out.
 */
export function withDeterminers(
  rows: readonly Pair[],
  { seed, length }: { readonly seed: number; readonly length: (sentence: string) => number },
): Pair[] {
  const without = affirmativeDeterminers(rows);
  return rows.flatMap((row) => {
    const negated = negatedSentence(row);
    const fits = (sentence: string) => length(sentence) === length(negated);
    return withDeterminer(row, { without, fits, draw: drawOf(negated, seed) }) ?? [];
  });
}

/** A number from 0 to 1 that the seed and a text decide, whatever other rows there are. */
function drawOf(text: string, seed: number): number {
  return parseInt(sha256Text(`${seed}\n${text}`).slice(0, 8), 16) / 2 ** 32;
}

function compare(a: number, b: number): number {
  return a - b;
}
