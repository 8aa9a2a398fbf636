/** The roles of both sentences of a pair, and means of the values at hook points by role. */

import { ActivationCache } from "../../../hooks/cache.ts";
import { type Axis, Tensor } from "../../../hooks/tensor.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";
import type { Role } from "../../../data/align.ts";
import { affirmativeRoles } from "../../../study/sentences/placing.ts";

export const SIDES = ["negated", "affirmative"] as const;

export type Side = typeof SIDES[number];

/** The role of every position of both sentences: `negator` for the negator and its twin, `inserted` for any other token without a twin. */
export function rolesOf(pair: AlignedPair): Readonly<Record<Side, readonly Role[]>> {
  const { negator, roles } = pair;
  return {
    negated: roles.map((role, position) => position === negator ? "negator" : role),
    affirmative: affirmativeRoles(pair).map((role) => role ?? "inserted"),
  };
}

/** The sentences that run at once, of which all values are in memory: 45 MB in ViT-B/32 size. */
export const SENTENCES_AT_ONCE = 64;

/**
 * For each position of a sentence, the means of the values at some hook points over all tokens of the position's role, as a cache of one row.
 */
export type RoleMeans = (roles: readonly string[]) => ActivationCache;

/**
 * Averages values over all tokens of a role in both sentences of every pair; each pair counts once. The pairs are those of the whole file,
 * so that the means do not depend on the rows of the run.
 */
export async function roleMeans(
  text: TextTower,
  pairs: readonly AlignedPair[],
  hooks: readonly string[],
): Promise<RoleMeans> {
  const sums = new Map<string, Sum>();
  const size = SENTENCES_AT_ONCE / SIDES.length;
  for (let first = 0; first < pairs.length; first += size) {
    const batch = pairs.slice(first, first + size);
    const sentences = batch.flatMap((pair) => SIDES.map((side) => pair[side]));
    const roles = batch.flatMap((pair) => SIDES.map((side) => rolesOf(pair)[side]));
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    for (const row of sentences.keys()) {
      for (const hook of hooks) {
        const value = cache.row(hook, row);
        roles[row]!.forEach((role, position) => add(sums, `${hook} ${role}`, value.row(position)));
      }
    }
  }
  return (roles) => {
    const cache = new ActivationCache(["means by role"]);
    for (const hook of hooks) {
      const { shape, axes } = sums.get(`${hook} ${roles[0]}`)!;
      const size = shape.reduce((product, length) => product * length, 1);
      const value = new Float32Array(roles.length * size);
      roles.forEach((role, position) => {
        const { total, count } = sums.get(`${hook} ${role}`)!;
        value.set(total.map((sum) => sum / count), position * size);
      });
      const whole = [1, roles.length, ...shape];
      cache.add(hook, new Tensor(value, whole, ["batch", "position", ...axes]), [0]);
    }
    return cache;
  };
}

interface Sum {
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  readonly total: Float64Array;
  count: number;
}

function add(sums: Map<string, Sum>, key: string, { data, shape, axes }: Tensor): void {
  const sum = sums.get(key) ?? { shape, axes, total: new Float64Array(data.length), count: 0 };
  sums.set(key, sum);
  sum.count++;
  data.forEach((x, i) => sum.total[i]! += x);
}
