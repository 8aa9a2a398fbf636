/** Generated pairs of token sequences, for runs that need no words. */

import type { TextTower } from "../lib/model/text/text_tower.ts";
import type { AlignedPair } from "../lib/study/rows/prepare.ts";
import { seededRandom } from "../lib/stats/random.ts";

/** Reproducible token ids, all below every model's start and end token. */
export function randomTokens(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 10 + random.below(400));
}

/** A pair that differs only at the negator. */
export function tokenPair(
  text: Pick<TextTower, "encode">,
  body: readonly number[],
  { negator = 3, no = 5, some = 6 } = {},
): AlignedPair {
  const [start, end] = [text.encode("")[0]!, text.encode("").at(-1)!];
  const sentence = (token: number) => {
    const ids = [start, ...body, end];
    ids[negator] = token;
    return { sentence: ids.join(" "), ids, tokens: ids.map(String), pooled: ids.length - 1 };
  };
  const [negated, affirmative] = [sentence(no), sentence(some)];
  return {
    key: `${negated.sentence}\n${affirmative.sentence}`,
    ...{ negated, affirmative, negator },
    alignment: [...negated.ids.keys()],
    roles: negated.ids.map(() => "before" as const),
  };
}
