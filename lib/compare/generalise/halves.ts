/** How far the order of heads is the same in two parts of one set of sentences: halves by noun or pair, and frames. */

import { rankCorrelation } from "../../stats/rank_correlation.ts";
import { DIVISIONS, randomHalves } from "../../stats/random_halves.ts";
import type { Steps } from "../../stats/steps.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import type { AttendedHead, AttendedSet } from "./attended.ts";
import { type GeneraliseHalvesRow, QUANTITIES, type Quantity } from "./tables.ts";

/** The value of a head in a row; undefined where there is none. */
const VALUES: Readonly<Record<Quantity, (head: AttendedHead, row: number) => number | undefined>> =
  {
    selectivity: ({ largest }, row) => largest[row],
    baseline: ({ swapped }, row) => swapped[row],
    above_baseline: ({ largest, swapped }, row) =>
      swapped[row] === undefined ? undefined : largest[row]! - swapped[row],
  };

/** The rows of generalise_halves.csv of a set, in the order quantity, halves, frames. */
export function* halfSteps(
  set: GeneraliseHalvesRow["set"],
  { divided, heads }: AttendedSet,
  seed: number,
): Steps<GeneraliseHalvesRow[]> {
  const { by, groups, frameOf, frames } = divided;
  const divisions = randomHalves(groups, { seed, divisions: DIVISIONS });
  const made: GeneraliseHalvesRow[] = [];
  for (const quantity of QUANTITIES) {
    const rhos: (number | undefined)[] = [];
    for (const isFirst of divisions) {
      yield;
      rhos.push(between(heads, quantity, isFirst));
    }
    const known = rhos.filter((rho) => rho !== undefined);
    const mean = known.reduce((sum, rho) => sum + rho, 0) / known.length;
    const held_out = by === "noun" ? "nouns" : "pairs";
    const rho = known.length === 0 ? undefined : mean;
    made.push({ set, quantity, held_out, n: groups.length, rho });
    for (const frame of frames) {
      yield;
      const isOfFrame = frameOf.map((own) => own === frame);
      const n = isOfFrame.filter(Boolean).length;
      const rho = between(heads, quantity, isOfFrame);
      made.push({ set, quantity, held_out: `frame ${frame}`, n, rho });
    }
  }
  return made;
}

/** The rank correlation over heads of their means in two parts. */
function between(
  heads: readonly AttendedHead[],
  quantity: Quantity,
  isFirst: readonly boolean[],
): number | undefined {
  const means = heads.flatMap((head) => {
    const [sums, counts] = [[0, 0], [0, 0]] as [[number, number], [number, number]];
    isFirst.forEach((first, row) => {
      const value = VALUES[quantity](head, row);
      if (value === undefined) return;
      const part = first ? 0 : 1;
      sums[part] += value;
      counts[part]++;
    });
    return counts[0] === 0 || counts[1] === 0
      ? []
      : [[sums[0] / counts[0], sums[1] / counts[1]] as const];
  });
  const [first, second] = [means.map(([value]) => value), means.map(([, value]) => value)];
  return rankCorrelation(first, second, ATTENTION_NOISE);
}
