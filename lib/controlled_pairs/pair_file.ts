/** The file of controlled pairs: a JSON array with a pair on each line, which every experiment reads. */

import type { Pair } from "../data/pairs.ts";

export function pairsText(pairs: readonly Pair[]): string {
  const lines = pairs.map(({ negatorWord, ...pair }) => {
    const { id, image, negation, caption, foil, frame, ...rest } = pair;
    return JSON.stringify({
      id,
      image,
      negation,
      caption,
      foil,
      frame,
      negator: negatorWord,
      ...rest,
    });
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}
