/** Features of every row that may correlate with d (Quantmeyer et al. 2024, section 6). */

import { D, ID, NEGATION, numberOrNone } from "../../study/columns.ts";
import { count, fillTable, number, type Row, type Table, table } from "../../tables/table.ts";
import { negatedSentence, type Negation, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { isConstantWithin } from "../../stats/columns.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { similarity } from "../../model/families.ts";

/** A feature of a row. */
export type Feature = "text_similarity" | "tokens" | "subject_size";

export const FEATURES: readonly Feature[] = ["text_similarity", "tokens", "subject_size"];

/** The rounding error of each feature, within which its values are the same: S is 100 x a cosine, the others are exact. */
const FEATURE_NOISE: Readonly<Record<Feature, number>> = {
  text_similarity: SCORE_NOISE / 100,
  tokens: 0,
  subject_size: 0,
};

export const FEATURE_TABLE = table("features", "One row for each row of the data.", {
  id: ID,
  negation: NEGATION,
  d: D,
  text_similarity: number("cosine", "Cosine of the embeddings of caption and foil."),
  tokens: count("Tokens of the negated sentence, start and end included.", "tokens"),
  subject_size: numberOrNone(
    "share of the image",
    "`subject_size` of the data file; empty if unknown.",
  ),
});

/** A row of features.csv. */
export type FeatureRow = Row<
  { id: string; negation: Negation },
  "d" | "text_similarity" | "tokens",
  "subject_size"
>;

export interface FeaturedRows {
  readonly features: Table<FeatureRow>;
  readonly clusters: readonly string[];
  readonly negated: readonly string[];
}

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

/** Adds the clusters to rows of features.csv, which are in the same order. */
export function featuredRows(
  pairs: readonly Pair[],
  rows: readonly FeatureRow[],
  by?: ClusterBy,
): FeaturedRows {
  return {
    features: fillTable(FEATURE_TABLE, rows),
    clusters: pairs.map((pair) => clusterOf(pair, by)),
    negated: pairs.map(negatedSentence),
  };
}

/** A feature and d, for the rows of a side that have the feature. */
export interface FeatureColumns {
  readonly negation: Negation;
  readonly feature: Feature;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly clusters: readonly string[];
  readonly negated: readonly string[];
  readonly ids: readonly string[];
}

export function columnsOf(
  { features, clusters, negated }: FeaturedRows,
  { negation, feature }: Pick<FeatureColumns, "negation" | "feature">,
): FeatureColumns {
  const places = [...features.rows.keys()].filter((row) =>
    features.rows[row]!.negation === negation && features.rows[row]![feature] !== undefined
  );
  return {
    negation,
    feature,
    x: places.map((row) => features.rows[row]![feature]!),
    y: places.map((row) => features.rows[row]!.d),
    clusters: places.map((row) => clusters[row]!),
    negated: places.map((row) => negated[row]!),
    ids: places.map((row) => features.rows[row]!.id),
  };
}

export function allColumns(rows: FeaturedRows): FeatureColumns[] {
  return NEGATIONS.flatMap((negation) =>
    FEATURES.map((feature) => columnsOf(rows, { negation, feature }))
  );
}

/** Whether a feature or d is the same in all rows as far as its rounding error lets one know; then nothing goes with it. */
export function isWithinRounding(
  { feature, x, y }: Pick<FeatureColumns, "feature" | "x" | "y">,
): boolean {
  return isConstantWithin(x, FEATURE_NOISE[feature]) || isConstantWithin(y, SCORE_NOISE);
}
