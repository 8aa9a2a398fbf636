/** Which rows of the data count as dependent: those that share a sentence pair, or a subject noun. */

import { negatedInData, type Pair } from "../data/pairs.ts";
import { subjectNoun } from "../data/subject.ts";
import { sentencePairKey } from "./rows/prepare.ts";

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

/**
 * The cluster of a row; statistics keep its rows together.
 *
 * @param pair The row.
 * @param by What rows of a cluster share. @default {"pair"}
 */
export function clusterOf(pair: Pair, by: ClusterBy = "pair"): string {
  if (by === "whole") return "";
  return by === "noun" ? pair.noun ?? subjectNoun(negatedInData(pair)) : sentencePairKey(pair);
}

/** The kind of cluster that an option of a run names. Undefined for a run without the option, whose clusters are the standard ones. */
export function clusterBy(name: unknown): ChosenClusters | undefined {
  return CLUSTERS_BY.find((by) => by === name);
}

/**
 * What rows of a cluster share, in words.
 *
 * @param by What they share. @default {"pair"}
 */
export function clustersText(by: ClusterBy = "pair"): string {
  return by === "noun" ? "subject nouns" : "sentence pairs";
}
