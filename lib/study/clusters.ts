/** Which rows of the data count as dependent: those that share a sentence pair, or a subject noun. */

import { negatedInData, type Pair } from "../data/pairs.ts";
import { frameOf, subjectNoun } from "../data/subject.ts";
import { sentencePairKey } from "./rows/prepare.ts";
import { FEWEST_CLUSTERS } from "../stats/estimate.ts";

/** What rows of a cluster share: their sentence pair, the noun that is negated, or only the data, so that nothing has an interval. */
export type ClusterBy = "pair" | "noun" | "whole";

/** What a run may keep together. */
export type ChosenClusters = Exclude<ClusterBy, "whole">;

export const CLUSTERS_BY: readonly ChosenClusters[] = ["pair", "noun"];

/** What the statistics of a run depend on besides its rows. */
export interface StatisticsOptions {
  /** The seed for intervals and tests. */
  readonly seed: number;
  /** Which rows they keep together. @default {"pair"} */
  readonly cluster?: ClusterBy | undefined;
}

/** The cluster of a row; statistics keep its rows together. */
export function clusterOf(pair: Pair, by: ClusterBy = "pair"): string {
  if (by === "whole") return "";
  return by === "noun" ? pair.noun ?? subjectNoun(negatedInData(pair)) : sentencePairKey(pair);
}

/** The kind of cluster that an option of a run names. Undefined for a run without the option, whose clusters are the standard ones. */
export function clusterBy(name: unknown): ChosenClusters | undefined {
  return CLUSTERS_BY.find((by) => by === name);
}

export function clustersText(by: ClusterBy = "pair"): string {
  return by === "noun" ? "subject nouns" : "sentence pairs";
}

/** The fewest subject nouns for nouns to be held out. */
export const FEWEST_NOUNS = 12;

/** The fewest frames of which each is held out in turn. */
export const FEWEST_FRAMES = 3;

/** The most frames that are looked at by themselves, those with the most sentence pairs. */
export const MOST_FRAMES = 12;

/**
 * What is held out together: rows of a subject noun, if the data has at least {@linkcode FEWEST_NOUNS}, or intervals keep the rows of a noun
 * together and there are enough for one, else rows of a sentence pair.
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
  const sizeOf = (frame: string) => sentences.get(frame)!.size;
  const frames = [...sentences.keys()].filter((frame) => sizeOf(frame) >= FEWEST_CLUSTERS)
    .sort().sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, MOST_FRAMES);
  return frames.length < 2 ? [] : frames;
}
