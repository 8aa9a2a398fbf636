/** Which features of the data set go with d (Quantmeyer et al. 2024, section 6). */

import type { Negation, Pair } from "../data/pairs.ts";
import type { Table } from "../data/table.ts";
import { ClusterBootstrap } from "../stats/bootstrap.ts";
import { pearson } from "../stats/correlation.ts";
import { pearsonInterval } from "../stats/correlation_interval.ts";
import { falseDiscoveryRate } from "../stats/false_discovery.ts";
import { testClusterFeatures, testRowFeatures } from "../stats/permutation.ts";
import type { Embeddings } from "./embed.ts";
import type { EvaluateRow } from "./evaluate.ts";
import { sentencePairKey } from "./prepare.ts";
import { similarity } from "./score.ts";

/** A feature of a row. */
export type Feature = "text_similarity" | "tokens" | "subject_size";

/** All features in the order of the tables. */
export const FEATURES: readonly Feature[] = ["text_similarity", "tokens", "subject_size"];

/** A row of features.csv. */
export interface FeatureRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** S(caption) - S(foil). */
  readonly d: number;
  /** Cosine of the embeddings of caption and foil. */
  readonly text_similarity: number;
  /** Tokens of the negated sentence, start and end included. */
  readonly tokens: number;
  /** Share of the image that the subject covers; empty where unknown. */
  readonly subject_size: number | undefined;
}

/** A row of correlations.csv: one feature on one side. */
export interface CorrelationRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The feature. */
  readonly feature: Feature;
  /** Rows that have the feature. */
  readonly n: number;
  /** Pearson's r with d. */
  readonly r: number | undefined;
  /** Lower bound of the 95 % interval. */
  readonly r_low: number | undefined;
  /** Upper bound of the 95 % interval. */
  readonly r_high: number | undefined;
  /** By permutation, two-sided. */
  readonly p_value: number | undefined;
  /** Adjusted over the table (Benjamini and Hochberg 1995). */
  readonly q_value: number | undefined;
}

/** Rows of features.csv with their sentence pairs. */
export interface FeaturedRows {
  /** features.csv. */
  readonly features: Table<FeatureRow>;
  /** The sentence pair of each row. */
  readonly clusters: readonly string[];
}

/**
 * Reads the features of every row.
 *
 * @param pairs The rows.
 * @param scores Rows of evaluate.csv, in the same order.
 * @param sentences Embeddings of the sentences.
 */
export function featureRows(
  pairs: readonly Pair[],
  scores: readonly EvaluateRow[],
  sentences: Embeddings,
): FeaturedRows {
  const rows = pairs.map(({ caption, foil, subjectSize }, row): FeatureRow => {
    const { id, negation, d, tokens } = scores[row]!;
    const cosine = similarity(sentences.get(caption)!, sentences.get(foil)!) / 100;
    return { id, negation, d, text_similarity: cosine, tokens, subject_size: subjectSize };
  });
  return featuredRows(pairs, rows);
}

/**
 * Rows of features.csv with their sentence pairs.
 *
 * @param pairs The rows' pairs.
 * @param rows The features, in the same order.
 */
export function featuredRows(pairs: readonly Pair[], rows: readonly FeatureRow[]): FeaturedRows {
  const columns = ["id", "negation", "d", ...FEATURES] as const;
  return { features: { name: "features", columns, rows }, clusters: pairs.map(sentencePairKey) };
}

/**
 * Correlates every feature with d on each side.
 *
 * Intervals resample sentence pairs. p-values permute: features of a sentence pair among pairs, the subject's size among rows (see
 * {@linkcode testClusterFeatures} and {@linkcode testRowFeatures}).
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed of intervals and permutations.
 * @returns correlations.csv, foil-negated first.
 */
export function correlateFeatures(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): Table<CorrelationRow> {
  const cells = (["foil", "caption"] as const).flatMap((negation) =>
    FEATURES.map((feature) => {
      const { x, y, clusters, ids } = columnsOf(rows, { negation, feature });
      const bootstrap = new ClusterBootstrap(clusters, { seed });
      const { estimate, low, high } = pearsonInterval(bootstrap, { x, y });
      const [p] = feature === "subject_size"
        ? testRowFeatures([x], y, { clusters, rows: ids, seed })
        : testClusterFeatures([x], y, { clusters, seed });
      return { negation, feature, n: x.length, r: estimate, r_low: low, r_high: high, p_value: p };
    })
  );
  const qValues = falseDiscoveryRate(cells.map(({ p_value: p }) => p));
  return {
    name: "correlations",
    columns: ["negation", "feature", "n", "r", "r_low", "r_high", "p_value", "q_value"],
    rows: cells.map((cell, i) => ({ ...cell, q_value: qValues[i] })),
  };
}

/** A row of audit.csv: how much one repeated sentence pair weighs in a correlation. */
export interface AuditRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The feature. */
  readonly feature: Feature;
  /** Rows that have the feature. */
  readonly n: number;
  /** Distinct sentence pairs among them. */
  readonly distinct_pairs: number;
  /** The negated sentence of the pair with the most rows. */
  readonly largest_block: string;
  /** Its rows. */
  readonly block_n: number;
  /** Pearson's r with d. */
  readonly r: number | undefined;
  /** The same without the block. */
  readonly r_without_block: number | undefined;
}

/**
 * Repeats every correlation without the sentence pair that has the most rows, such as VALSE's "There are no people."
 *
 * @param rows Rows with their sentence pairs.
 * @returns audit.csv, foil-negated first; of blocks of one size the first by its sentences counts.
 */
export function auditRepeats(rows: FeaturedRows): Table<AuditRow> {
  return {
    name: "audit",
    columns: [
      "negation",
      "feature",
      "n",
      "distinct_pairs",
      "largest_block",
      "block_n",
      "r",
      "r_without_block",
    ],
    rows: (["foil", "caption"] as const).flatMap((negation) =>
      FEATURES.flatMap((feature): AuditRow[] => {
        const { x, y, clusters } = columnsOf(rows, { negation, feature });
        if (x.length === 0) return [];
        const blocks = [...Map.groupBy(clusters.keys(), (row) => clusters[row]!)].sort(
          ([a, inA], [b, inB]) => inB.length - inA.length || (a < b ? -1 : 1),
        );
        const [key, block] = blocks[0]!;
        const others = [...clusters.keys()].filter((row) => clusters[row] !== key);
        const without = pearson(others.map((row) => x[row]!), others.map((row) => y[row]!));
        return [{
          ...{ negation, feature, n: x.length, distinct_pairs: blocks.length },
          ...{ largest_block: key.split("\n")[0]!, block_n: block.length },
          ...{ r: pearson(x, y), r_without_block: without },
        }];
      })
    ),
  };
}

/** A row of size_accuracy.csv: the rows whose subject is larger than a threshold. */
export interface SizeAccuracyRow {
  /** Share of the image. */
  readonly threshold: number;
  /** Rows with a larger subject. */
  readonly n: number;
  /** Share of them with d > 0. */
  readonly accuracy: number | undefined;
  /** Lower bound of the 95 % interval. */
  readonly low: number | undefined;
  /** Upper bound of the 95 % interval. */
  readonly high: number | undefined;
}

/** The paper's thresholds. */
const THRESHOLDS = [0, 0.05, 0.1, 0.2];

/**
 * Accuracy on the foil-negated rows, whose subject is in the image, by the subject's size.
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed of the intervals.
 * @returns size_accuracy.csv.
 */
export function accuracyBySize(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): Table<SizeAccuracyRow> {
  const { x, y, clusters } = columnsOf(rows, { negation: "foil", feature: "subject_size" });
  return {
    name: "size_accuracy",
    columns: ["threshold", "n", "accuracy", "low", "high"],
    rows: THRESHOLDS.map((threshold) => {
      const larger = [...x.keys()].filter((row) => x[row]! > threshold);
      const bootstrap = new ClusterBootstrap(larger.map((row) => clusters[row]!), { seed });
      const { estimate, low, high } = bootstrap.mean(larger.map((row) => y[row]! > 0 ? 1 : 0));
      return { threshold, n: larger.length, accuracy: estimate, low, high };
    }),
  };
}

/** A feature and d of the rows of a side that have the feature. */
export interface FeatureColumns {
  /** The feature's values. */
  readonly x: readonly number[];
  /** d. */
  readonly y: readonly number[];
  /** Sentence pairs. */
  readonly clusters: readonly string[];
  /** Row ids. */
  readonly ids: readonly string[];
}

/**
 * A feature and d of the rows of a side that have the feature.
 *
 * @param rows Rows with their sentence pairs.
 * @param cell The side and the feature.
 */
export function columnsOf(
  { features, clusters }: FeaturedRows,
  { negation, feature }: { readonly negation: Negation; readonly feature: Feature },
): FeatureColumns {
  const own = [...features.rows.keys()].filter((row) =>
    features.rows[row]!.negation === negation && features.rows[row]![feature] !== undefined
  );
  return {
    x: own.map((row) => features.rows[row]![feature]!),
    y: own.map((row) => features.rows[row]!.d),
    clusters: own.map((row) => clusters[row]!),
    ids: own.map((row) => features.rows[row]!.id),
  };
}
