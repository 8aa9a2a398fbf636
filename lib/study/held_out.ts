/** What is held out to test what was fitted or chosen on the other rows: subject nouns where there are enough, else sentence pairs, and frames. */

import { frameOf } from "../data/subject.ts";
import { negatedInData, type Pair } from "../data/pairs.ts";
import { FEWEST_CLUSTERS } from "../stats/estimate.ts";
import { type ChosenClusters, clusterOf } from "./clusters.ts";

/** The fewest subject nouns for nouns to be held out. */
export const FEWEST_NOUNS = 12;

/** The fewest frames of which each is held out in turn. */
export const FEWEST_FRAMES = 3;

/** The most frames that are looked at by themselves, those with the most sentence pairs. */
export const MOST_FRAMES = 12;

/**
 * What is held out together: rows of a subject noun, if the data has at least {@linkcode FEWEST_NOUNS}, or intervals keep the rows of a noun
 * together and there are enough for one, else rows of a sentence pair.
 *
 * @param pairs The rows of all shards.
 * @param cluster What intervals keep together. @default {"pair"}
 */
export function heldOutBy(pairs: readonly Pair[], cluster?: ChosenClusters): ChosenClusters {
  const nouns = new Set(pairs.map((pair) => clusterOf(pair, "noun"))).size;
  return nouns >= (cluster === "noun" ? FEWEST_CLUSTERS : FEWEST_NOUNS) ? "noun" : "pair";
}

/** The frame of a row: the one in the data, or that of its negated sentence. */
export function frameOfRow(pair: Pair): string {
  return pair.frame ?? frameOf(negatedInData(pair));
}

/**
 * The frames that have enough sentence pairs for an interval, the one with the most first: up to {@linkcode MOST_FRAMES}. None if fewer
 * than two have.
 */
export function framesOf(pairs: readonly Pair[]): readonly string[] {
  const sentences = new Map<string, Set<string>>();
  for (const pair of pairs) {
    const frame = frameOfRow(pair);
    sentences.set(frame, (sentences.get(frame) ?? new Set()).add(clusterOf(pair)));
  }
  const frames = [...sentences].filter(([, { size }]) => size >= FEWEST_CLUSTERS)
    .sort(([a, { size }], [b, { size: other }]) => other - size || (a < b ? -1 : 1))
    .map(([frame]) => frame).slice(0, MOST_FRAMES);
  return frames.length < 2 ? [] : frames;
}
