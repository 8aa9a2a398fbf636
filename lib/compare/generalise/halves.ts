/** How far the order of heads is the same in two parts of one set of sentences: halves by noun or pair, and frames. */

import { mean } from "../../stats/columns.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import { DIVISIONS, randomHalves } from "../../stats/random.ts";
import type { Steps } from "../../stats/steps.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import type { AttendedSet } from "./attended.ts";
import { type GeneraliseHalvesRow, QUANTITIES } from "./tables.ts";

/** The rows of generalise_halves.csv of a set, in the order quantity, halves, frames. */
export function* halfSteps(
  set: GeneraliseHalvesRow["set"],
  { by, groups, frameOf, frames, heads }: AttendedSet,
  seed: number,
): Steps<GeneraliseHalvesRow[]> {
  const divisions = randomHalves(groups, { seed, divisions: DIVISIONS });
  const made: GeneraliseHalvesRow[] = [];
  for (const quantity of QUANTITIES) {
    const values = heads.map((head) => head.values[quantity]);
    const rhos: (number | undefined)[] = [];
    for (const isFirst of divisions) {
      yield;
      rhos.push(rhoBetween(values, isFirst));
    }
    const rho = mean(rhos.filter((rho) => rho !== undefined));
    const held_out = by === "noun" ? "nouns" : "pairs";
    made.push({ set, quantity, held_out, n: groups.length, rho });
    for (const frame of frames) {
      yield;
      const isOfFrame = frameOf.map((name) => name === frame);
      const n = isOfFrame.filter(Boolean).length;
      const rho = rhoBetween(values, isOfFrame);
      made.push({ set, quantity, held_out: `frame ${frame}`, n, rho });
    }
  }
  return made;
}

/** The rank correlation over heads of their means in the rows of two parts. */
function rhoBetween(
  heads: readonly (readonly (number | undefined)[])[],
  isFirst: readonly boolean[],
): number | undefined {
  const meanOf = (values: readonly (number | undefined)[], first: boolean) =>
    mean(values.filter((value, row) => value !== undefined && isFirst[row] === first) as number[]);
  const means = heads.flatMap((values) => {
    const [first, second] = [meanOf(values, true), meanOf(values, false)];
    return first === undefined || second === undefined ? [] : [{ first, second }];
  });
  return rankCorrelation(
    means.map(({ first }) => first),
    means.map(({ second }) => second),
    ATTENTION_NOISE,
  );
}
