/** The values of whole sentences at hook points, and their means by role. */

import { runVariants } from "../../../engine/run/variants.ts";
import type { Tensor } from "../../../hooks/tensor.ts";
import { idsInput, type TextTower } from "../../../model/text/text_tower.ts";
import type { AlignedPair, TokenizedSentence } from "../../../subject/prepare.ts";
import type { ReplacingValues } from "./ablated_node.ts";
import { rolesOf, SIDES } from "./pair_roles.ts";

/** The sentences that run at once, of which all values are in memory: 45 MB in ViT-B/32 size. */
export const SENTENCES_AT_ONCE = 64;

/** The values of a sentence by hook point, without the axis `batch`. */
export type SentenceValues = ReadonlyMap<string, Tensor>;

/**
 * Runs sentences and keeps their values.
 *
 * @param text The text tower.
 * @param sentences The sentences.
 * @param hooks The hook points.
 * @returns The values of each sentence, in their order.
 */
export async function valuesOfSentences(
  text: TextTower,
  sentences: readonly TokenizedSentence[],
  hooks: readonly string[],
): Promise<SentenceValues[]> {
  const jobs = sentences.map(({ ids }) => ({ ids, variants: [{ changes: NONE, keep: hooks }] }));
  const values = new Array<SentenceValues>(sentences.length);
  for await (const batch of runVariants(text.tower, jobs, idsInput)) {
    for (const { job, kept } of batch) values[job] = kept;
  }
  return values;
}

const NONE = new Map<string, never>();

/**
 * What replaces a sentence's values by those of another of the same length, position by position.
 *
 * @param values The other sentence's values.
 */
export function valuesOf(values: SentenceValues): ReplacingValues {
  return (hook, position) => {
    const value = values.get(hook)!;
    const size = value.stride(0);
    return value.data.subarray(position * size, (position + 1) * size);
  };
}

/** Means of the values at a hook point over all tokens of a role, [heads x head width] or [width]. */
export type RoleMeans = (hook: string, role: string) => Float32Array;

/**
 * Averages values over all tokens of a role in both sentences of every pair; each pair counts once.
 *
 * @param text The text tower.
 * @param pairs All distinct pairs of the data, so that the means do not depend on the rows of the run.
 * @param hooks The hook points.
 */
export async function roleMeans(
  text: TextTower,
  pairs: readonly AlignedPair[],
  hooks: readonly string[],
): Promise<RoleMeans> {
  const sums = new Map<string, Sum>();
  const size = SENTENCES_AT_ONCE / SIDES.length;
  for (let first = 0; first < pairs.length; first += size) {
    const own = pairs.slice(first, first + size);
    const sentences = own.flatMap((pair) => SIDES.map((side) => pair[side]));
    const roles = own.flatMap((pair) => SIDES.map((side) => rolesOf(pair)[side]));
    for (const [i, values] of (await valuesOfSentences(text, sentences, hooks)).entries()) {
      for (const [hook, value] of values) {
        roles[i]!.forEach((role, position) => add(sums, `${hook} ${role}`, value.row(position)));
      }
    }
  }
  const means = new Map([...sums].map(([key, { total, count }]) => [
    key,
    Float32Array.from(total, (sum) => sum / count),
  ]));
  return (hook, role) => means.get(`${hook} ${role}`)!;
}

/** A sum of values in float64, and how many they are. */
interface Sum {
  readonly total: Float64Array;
  count: number;
}

function add(sums: Map<string, Sum>, key: string, { data }: Tensor): void {
  const sum = sums.get(key) ?? { total: new Float64Array(data.length), count: 0 };
  sums.set(key, sum);
  sum.count++;
  data.forEach((x, i) => sum.total[i]! += x);
}
