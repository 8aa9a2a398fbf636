/** Which features of the data set correlate with d (Quantmeyer et al. 2024, section 6). */

import type { Column, Table } from "../../tables/table.ts";
import { high, low, NEGATION, numberOrNone } from "../../subject/columns.ts";
import { count, fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { pearson } from "../../stats/correlation.ts";
import { pearsonInterval } from "../../stats/correlation_interval.ts";
import { falseDiscoveryRate } from "../../stats/false_discovery.ts";
import { clusterFeatureSteps, rowFeatureSteps } from "../../stats/permutation.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import { sizeThresholds } from "./size_thresholds.ts";
import { columnsOf, type Feature, type FeaturedRows, FEATURES } from "./features.ts";

const FEATURE: Column<Feature> = text("A column of features.csv.");

/** correlations.csv. */
export const CORRELATIONS = table("correlations", "One row for each feature and side.", {
  negation: NEGATION,
  feature: FEATURE,
  n: count("Rows that have the feature.", "rows"),
  r: numberOrNone("", "Pearson's r with d."),
  r_low: low(""),
  r_high: high(""),
  p_value: numberOrNone(
    "",
    "Two-sided p-value of r, from 9,999 permutations: features of a sentence pair are permuted among pairs, the subject's size within pairs and among pairs with equally many rows.",
  ),
  q_value: numberOrNone("", "The p-value adjusted over the table (Benjamini and Hochberg 1995)."),
});

/** A row of correlations.csv: one feature on one side. */
export type CorrelationRow = RowOf<typeof CORRELATIONS>;

/**
 * Correlates every feature with d on each side.
 *
 * Intervals resample sentence pairs. p-values come from permutations: features of a sentence pair are permuted among pairs, the
 * subject's size among rows (see {@linkcode clusterFeatureSteps} and {@linkcode rowFeatureSteps}).
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed for intervals and permutations.
 * @returns correlations.csv, foil-negated first.
 */
export function correlateFeatures(
  rows: FeaturedRows,
  options: { readonly seed: number },
): Table<CorrelationRow> {
  return finish(correlationSteps(rows, options));
}

/**
 * Correlates as {@linkcode correlateFeatures} does, in steps.
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed for intervals and permutations.
 */
export function* correlationSteps(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): Steps<Table<CorrelationRow>> {
  const cells: Omit<CorrelationRow, "q_value">[] = [];
  for (const negation of ["foil", "caption"] as const) {
    for (const feature of FEATURES) {
      const { x, y, clusters, ids } = columnsOf(rows, { negation, feature });
      using bootstrap = new ClusterBootstrap(clusters, { seed });
      yield* bootstrap.draw();
      const { estimate, low, high } = pearsonInterval(bootstrap, { x, y });
      yield;
      const [p_value] = feature === "subject_size"
        ? yield* rowFeatureSteps([x], y, { clusters, rows: ids, seed })
        : yield* clusterFeatureSteps([x], y, { clusters, seed });
      const bounds = { r_low: low, r_high: high };
      cells.push({ negation, feature, n: x.length, r: estimate, ...bounds, p_value });
    }
  }
  const qValues = falseDiscoveryRate(cells.map(({ p_value: p }) => p));
  return fillTable(CORRELATIONS, cells.map((cell, i) => ({ ...cell, q_value: qValues[i] })));
}

/** audit.csv. */
export const AUDIT = table(
  "audit",
  "Each correlation repeated without the sentence pair that has the most rows.",
  {
    negation: NEGATION,
    feature: FEATURE,
    n: count("Rows that have the feature.", "rows"),
    distinct_pairs: count("Distinct sentence pairs among them."),
    largest_block: text("The negated sentence of the pair with the most rows."),
    block_n: count("Rows of that pair.", "rows"),
    r: numberOrNone("", "Pearson's r of all rows."),
    r_without_block: numberOrNone("", "Pearson's r of the other rows."),
  },
);

/** A row of audit.csv: how much one repeated sentence pair affects a correlation. */
export type AuditRow = RowOf<typeof AUDIT>;

/**
 * Repeats every correlation without the sentence pair that has the most rows, such as VALSE's "There are no people."
 *
 * @param rows Rows with their sentence pairs.
 * @returns audit.csv, foil-negated first; of blocks of equal size, the first in the order of their sentences is left out.
 */
export function auditRepeats(rows: FeaturedRows): Table<AuditRow> {
  return fillTable(
    AUDIT,
    (["foil", "caption"] as const).flatMap((negation) =>
      FEATURES.flatMap((feature): AuditRow[] => {
        const { x, y, clusters, negated } = columnsOf(rows, { negation, feature });
        if (x.length === 0) return [];
        const blocks = [...Map.groupBy(clusters.keys(), (row) => clusters[row]!)].sort(
          ([a, inA], [b, inB]) => inB.length - inA.length || (a < b ? -1 : 1),
        );
        const [key, block] = blocks[0]!;
        const others = [...clusters.keys()].filter((row) => clusters[row] !== key);
        const without = pearson(others.map((row) => x[row]!), others.map((row) => y[row]!));
        return [{
          ...{ negation, feature, n: x.length, distinct_pairs: blocks.length },
          ...{ largest_block: negated[block[0]!]!, block_n: block.length },
          ...{ r: pearson(x, y), r_without_block: without },
        }];
      })
    ),
  );
}

/** size_accuracy.csv. */
export const SIZE_ACCURACY = table(
  "size_accuracy",
  "Accuracy on the foil-negated rows, whose subject is in the image, by the subject's size.",
  {
    threshold: number(
      "share of the image",
      "The size that the subjects exceed: the paper's 0, .05, .1 and .2 if at least a tenth of the subjects is larger than .2, otherwise 0 and the quartiles of the sizes.",
    ),
    n: count("Rows with a larger subject.", "rows"),
    accuracy: numberOrNone("share", "Share of them with d > 0."),
    low: low("share"),
    high: high("share"),
  },
);

/** A row of size_accuracy.csv: accuracy on the rows whose subject is larger than a threshold. */
export type SizeAccuracyRow = RowOf<typeof SIZE_ACCURACY>;

/**
 * Computes the accuracy on the foil-negated rows, whose subject is in the image, by the subject's size.
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed for the intervals.
 * @returns size_accuracy.csv.
 */
export function accuracyBySize(
  rows: FeaturedRows,
  options: { readonly seed: number },
): Table<SizeAccuracyRow> {
  return finish(accuracySteps(rows, options));
}

/**
 * Computes accuracies as {@linkcode accuracyBySize} does, in steps.
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed for the intervals.
 */
export function* accuracySteps(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): Steps<Table<SizeAccuracyRow>> {
  const { x, y, clusters } = columnsOf(rows, { negation: "foil", feature: "subject_size" });
  const made: SizeAccuracyRow[] = [];
  for (const threshold of sizeThresholds(x)) {
    const larger = [...x.keys()].filter((row) => x[row]! > threshold);
    const keys = larger.map((row) => clusters[row]!);
    using bootstrap = new ClusterBootstrap(keys, { seed });
    yield* bootstrap.draw();
    const { estimate, low, high } = bootstrap.mean(larger.map((row) => y[row]! > 0 ? 1 : 0));
    made.push({ threshold, n: larger.length, accuracy: estimate, low, high });
  }
  return fillTable(SIZE_ACCURACY, made);
}
