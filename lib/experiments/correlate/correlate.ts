/** Which features of the data set go with d (Quantmeyer et al. 2024, section 6). */

import type { Negation } from "../../data/pairs.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { pearson } from "../../stats/correlation.ts";
import { pearsonInterval } from "../../stats/correlation_interval.ts";
import { falseDiscoveryRate } from "../../stats/false_discovery.ts";
import { testClusterFeatures, testRowFeatures } from "../../stats/permutation.ts";
import { columnsOf, type Feature, type FeaturedRows, FEATURES } from "./features.ts";

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
