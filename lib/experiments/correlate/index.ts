/** Which features of the data correlate with d (Quantmeyer et al. 2024, section 6). */

import { D, ID, NEGATION, numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { negatedSentence, type Negation, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { isConstant } from "../../stats/columns.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { rightness, SCORE_NOISE } from "../../study/effects/noise.ts";
import { clusterOf } from "../../study/clusters.ts";
import { similarity } from "../../model/families.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { EFFECT_GROUPS, type EffectGroupRow } from "../../study/groups/group_estimates.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { pearson } from "../../stats/correlation.ts";
import { FEWEST_CLUSTERS, withoutBounds } from "../../stats/estimate.ts";
import {
  clusterFeatureSteps,
  pearsonInterval,
  rowFeatureSteps,
} from "../../stats/feature_tests.ts";
import { falseDiscoveryRate } from "../../stats/many.ts";
import { clusterShare } from "../../stats/share.ts";
import type { Steps } from "../../stats/steps.ts";
import { groupsOf } from "../../charts/texts.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { whereNegated } from "../../study/effects/ranked.ts";
import { namesText } from "../../tables/words.ts";
import { type ChartOptions, type ChartSpec, clustersOf, modelOf } from "../../charts/spec.ts";
import { lines } from "../../charts/lines.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";

/** A feature of a row. */
export type Feature = "text_similarity" | "tokens" | "subject_size";

export const FEATURES: readonly Feature[] = ["text_similarity", "tokens", "subject_size"];

/** The rounding error of each feature, within which its values are the same: S is 100 x a cosine, the others are exact. */
const FEATURE_NOISE: Readonly<Record<Feature, number>> = {
  text_similarity: SCORE_NOISE / 100,
  tokens: 0,
  subject_size: 0,
};

const FEATURE_TABLE = table("correlate", "One row for each row of the data.", {
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

/** A row of correlate.csv. */
export type FeatureRow = Row<
  { id: string; negation: Negation },
  "d" | "text_similarity" | "tokens",
  "subject_size"
>;

/** A row with what its intervals keep together, its sentence pair and its negated sentence. */
export interface FeaturedRow extends FeatureRow {
  readonly cluster: string;
  readonly pair: string;
  readonly negated: string;
}

export function featureRows(
  pairs: readonly Pair[],
  scores: readonly EvaluateRow[],
  sentences: Embeddings,
): FeatureRow[] {
  return scores.map(({ id, negation, d, tokens, caption, foil }, row): FeatureRow => {
    const cosine = similarity(sentences.get(caption)!, sentences.get(foil)!) / 100;
    const { subjectSize: subject_size } = pairs[row]!;
    return { id, negation, d, text_similarity: cosine, tokens, subject_size };
  });
}

/** The rows of a side that have a feature. */
function rowsWith(rows: readonly FeaturedRow[], side: Negation, feature: Feature): FeaturedRow[] {
  return rows.filter((row) => row.negation === side && row[feature] !== undefined);
}

/** A feature and d of rows; undefined if one is the same in all as far as its rounding error lets one know: then nothing goes with it. */
function varying(rows: readonly FeaturedRow[], feature: Feature) {
  const [x, y] = [rows.map((row) => row[feature]!), rows.map(({ d }) => d)];
  return isConstant(x, FEATURE_NOISE[feature]) || isConstant(y, SCORE_NOISE) ? undefined : { x, y };
}

const R = estimate(
  "r",
  "",
  "Pearson's r with d; empty if one of the two is constant within rounding.",
);

export const CORRELATIONS = table("correlate_summary", "One row for each feature and side.", {
  negation: NEGATION,
  feature: key(text<Feature>("A column of correlate.csv.")),
  n: count("Rows that have the feature.", "rows"),
  ...R.columns,
  p_value: numberOrNone(
    "",
    `Two-sided p-value of r: for features of a sentence pair from a wild cluster bootstrap-t, empty if fewer than ${FEWEST_CLUSTERS} effective clusters carry the slope; for the subject's size from permutations (docs/statistics.md).`,
  ),
  q_value: numberOrNone("", "The p-value adjusted over the table (Benjamini and Hochberg 1995)."),
  largest_block: optional(text("The negated sentence of the pair with the most rows.")),
  block_n: count("Rows of that pair.", "rows"),
  r_without_block: numberOrNone("", "Pearson's r of the other rows."),
});

/** A row of correlate_summary.csv: one feature on one side. */
export type CorrelationRow =
  & Row<
    { negation: Negation; feature: Feature },
    "n" | "block_n",
    "p_value" | "q_value" | "r_without_block" | EstimateNames<"r">
  >
  & { readonly largest_block: string | undefined };

/**
 * Correlates every feature with d on each side, and repeats each correlation without the sentence pair that has the most rows, such as
 * VALSE's "There are no people."; of several, without the first in the order of their sentences.
 *
 * Intervals resample clusters. The p-values of features of a sentence pair come from a wild bootstrap over clusters, that of the
 * subject's size from permutations of rows (see {@linkcode clusterFeatureSteps} and {@linkcode rowFeatureSteps}).
 */
export function* correlationSteps(
  rows: readonly FeaturedRow[],
  { seed }: { readonly seed: number },
): Steps<Table<CorrelationRow>> {
  const cells: Omit<CorrelationRow, "q_value">[] = [];
  const places = NEGATIONS.flatMap((negation) =>
    FEATURES.map((feature) => ({ negation, feature }))
  );
  for (const { negation, feature } of places) {
    const own = rowsWith(rows, negation, feature);
    const of = { negation, feature, n: own.length, ...repeatsOf(own, feature) };
    const columns = varying(own, feature);
    if (columns === undefined) {
      cells.push({ ...of, ...R.cells(withoutBounds(undefined)), p_value: undefined });
      continue;
    }
    const { x, y } = columns;
    const clusters = own.map(({ cluster }) => cluster);
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    const r = pearsonInterval(bootstrap, columns);
    yield;
    const [p_value] = feature === "subject_size"
      ? yield* rowFeatureSteps([x], y, { clusters, rows: own.map(({ id }) => id), seed })
      : yield* clusterFeatureSteps([x], y, { clusters, seed });
    cells.push({ ...of, ...R.cells(r), p_value });
  }
  const qValues = falseDiscoveryRate(cells.map(({ p_value: p }) => p));
  return fillTable(CORRELATIONS, cells.map((cell, i) => ({ ...cell, q_value: qValues[i] })));
}

/** How much the most repeated sentence pair weighs. */
function repeatsOf(rows: readonly FeaturedRow[], feature: Feature) {
  const ofPair = Map.groupBy(rows, ({ pair }) => pair);
  const [block = []] = [...ofPair.keys()].sort().map((pair) => ofPair.get(pair)!)
    .sort((a, b) => b.length - a.length);
  const others = varying(rows.filter(({ pair }) => pair !== block[0]?.pair), feature);
  return {
    largest_block: block[0]?.negated,
    block_n: block.length,
    r_without_block: others && pearson(others.x, others.y),
  };
}

/** Accuracy on the foil-negated rows whose subject is larger than each of some thresholds: lines of effect_groups.csv. */
export function* accuracySteps(rows: readonly FeaturedRow[]): Steps<Table<EffectGroupRow>> {
  const sized = rowsWith(rows, "foil", "subject_size");
  const made: EffectGroupRow[] = [];
  for (const threshold of sizeThresholds(sized.map(({ subject_size }) => subject_size!))) {
    const larger = sized.filter(({ subject_size }) => subject_size! > threshold);
    const { estimate: value, low, high } = clusterShare(
      larger.map(({ d }) => rightness(d)),
      { clusters: larger.map(({ cluster }) => cluster) },
    );
    yield;
    made.push({
      ...{ column: "subject_size", group: `${threshold}`, table: "summary", negation: "foil" },
      ...{ segment: "all", place: undefined, estimate: "accuracy", n: larger.length },
      ...{ value, low, high },
    });
  }
  return fillTable(EFFECT_GROUPS, made);
}

/** The paper's thresholds, as shares of the image (Quantmeyer et al. 2024, section 6). */
const PUBLISHED = [0, 0.05, 0.1, 0.2];

/** The paper's thresholds are used if at least this share of the subjects exceeds the largest. */
const LEAST_EXCEEDING = 0.1;

/** The shares of subjects that do not exceed the thresholds of other data. */
const QUANTILES = [0.25, 0.5, 0.75];

/**
 * Chooses the thresholds: the paper's, if at least a tenth of the subjects is larger than its largest; otherwise 0 and the quartiles of the
 * data's sizes, to two significant digits. Returns different thresholds in ascending order; some subject exceeds each of those from the
 * data.
 */
export function sizeThresholds(sizes: readonly number[]): number[] {
  const largest = PUBLISHED.at(-1)!;
  const exceeding = sizes.filter((size) => size > largest).length;
  if (exceeding >= LEAST_EXCEEDING * sizes.length) return PUBLISHED;
  const ascending = sizes.toSorted((a, b) => a - b);
  const quartiles = QUANTILES.map((share) =>
    Number(ascending[Math.ceil(share * ascending.length) - 1]!.toPrecision(2))
  );
  const most = ascending.at(-1)!;
  return [0, ...new Set(quartiles)].filter((size, i) => i === 0 || size > 0 && size < most);
}

const MOST_Q = 0.05;

export function correlateFindings(
  correlations: readonly CorrelationRow[],
): Finding {
  const known = correlations.filter(({ n }) => n > 0);
  const sides = groupsOf(known, ({ negation }) => negation);
  return {
    sentences: sides.map(sideSentence),
    tables: [
      {
        title: "Correlation with d",
        lines: known.map((row) => ({
          negated: row.negation,
          feature: row.feature,
          n: row.n,
          r: row.r,
          "95 % interval": intervalText({ low: row.r_low, high: row.r_high }),
          q: row.q_value,
        })),
      },
    ],
    notes: sides.map(repeatsNote),
  };
}

function sideSentence(side: readonly CorrelationRow[]): string {
  const found = side.filter(({ q_value: q }) => q !== undefined && q < MOST_Q)
    .toSorted((a, b) => Math.abs(b.r!) - Math.abs(a.r!));
  const names = found.map(({ feature, r, r_low: low, r_high: high }) =>
    `${feature.replace("_", " ")} ${bracketed(r, { low, high })}`
  );
  const isTested = side.some(({ q_value: q }) => q !== undefined);
  return `${whereNegated(side[0]!)}, ${
    found.length > 0
      ? `d goes with ${namesText(names)}`
      : isTested
      ? `no feature goes with d (q < ${MOST_Q})`
      : "no feature is tested"
  }`;
}

function repeatsNote(side: readonly CorrelationRow[]): string {
  const digits = (r: number | undefined) => r === undefined ? "none" : r.toFixed(3);
  const { negation, n, largest_block, block_n } = side[0]!;
  if (block_n === 1) return `${negation}-negated: no sentence pair is repeated in ${n} rows`;
  const changes = side.map(({ feature, r, r_without_block }) =>
    `${feature} ${digits(r)} becomes ${digits(r_without_block)}`
  );
  return `${negation}-negated: of ${n} rows, without the ${block_n} rows "${largest_block}" r of ${
    changes.join(", ")
  }`;
}

const CHANCE = 0.5;

/**
 * Draws the accuracy on the foil-negated rows whose subject is larger than each of some thresholds (paper, section 6), with its
 * interval and the number of rows. A dashed line shows the accuracy of random guessing.
 *
 * @param groups The rows of effect_groups.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function sizeAccuracy(groups: readonly EffectGroupRow[], options: ChartOptions): ChartSpec {
  const known = groups.filter(({ column, n }) => column === "subject_size" && n !== 0)
    .map(({ group, value: accuracy, ...rest }) => ({
      ...rest,
      threshold: Number(group),
      accuracy,
    }));
  return lines(known, {
    ...options,
    title: `How often ${modelOf(options)} is right, by subject size`,
    subtitle: "foil-negated rows, how many above each interval; dashed: guessing",
    about:
      "Accuracy (share of rows with d > 0, ties one half) by how much of the image the subject covers",
    intervals: `Wilson, on the effective number of rows; clusters: ${clustersOf(options)}`,
    x: "threshold",
    y: { field: "accuracy", low: "low", high: "high", title: "accuracy (d > 0)" },
    xTitle: "subject larger than (share of image)",
    levels: [CHANCE],
    isJoined: false,
    label: ({ n }) => `${n}`,
    name: ({ threshold }) => `subject larger than ${threshold}`,
  });
}

export const correlate = experiment({
  name: "correlate",
  summary:
    "which features of the data go with the score difference, and how much repeated sentences weigh",
  does:
    "correlates similarity of the sentences, their length and the subject's size with d, and audits repeated sentences.",
  runs: "none",
  aligns: false,
  words: words("r (correlate)", "q (correlate)", "text_similarity", "tokens", "subject_size"),
  options: {},
  measure: async (study): Promise<readonly FeatureRow[]> => {
    const { scores, sentences } = await study.embeddings.scores();
    return featureRows(study.pairs, scores, sentences);
  },
  tables: function* (rows, { seed, cluster }) {
    const featured = rows.map(({ pair, measured }): FeaturedRow => ({
      ...{ ...measured, cluster: clusterOf(pair, cluster) },
      ...{ pair: clusterOf(pair), negated: negatedSentence(pair) },
    }));
    return {
      correlate: fillTable(FEATURE_TABLE, rows.map(({ measured }) => measured)),
      summary: yield* correlationSteps(featured, { seed }),
      groups: yield* accuracySteps(featured),
    };
  },
  charts: ({ groups }, context) => (
    { size_accuracy: sizeAccuracy(groups.rows, chartOptions(context)) }
  ),
  findings: ({ summary }) => correlateFindings(summary.rows),
});
