/** How well a model tells a sentence from its negation: scores, segments, accuracy (Quantmeyer et al. 2024, section 3). */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Negation, Pair } from "../../data/pairs.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import type { Embeddings } from "../../subject/embed.ts";
import { sentencePairKey } from "../../subject/prepare.ts";
import { type Segment, segmentOf, SEGMENTS } from "../../subject/score.ts";

/** A row of evaluate.csv: a pair with its scores. */
export interface EvaluateRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** The image's file name. */
  readonly image: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The sentence that is true of the image. */
  readonly caption: string;
  /** The sentence that is false of the image. */
  readonly foil: string;
  /** S of the caption, 100 x cosine. */
  readonly s_caption: number;
  /** S of the foil, 100 x cosine. */
  readonly s_foil: number;
  /** S(caption) - S(foil). */
  readonly d: number;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** Tokens of the negated sentence, start and end included. */
  readonly tokens: number;
}

/** A row of summary.csv: one side, or all rows. */
export interface SummaryRow {
  /** Which sentence is negated. */
  readonly negation: Negation | "all";
  /** Number of rows. */
  readonly n: number;
  /** Share of rows with d > 0. */
  readonly accuracy: number | undefined;
  /** Lower bound of the 95 % interval. */
  readonly accuracy_low: number | undefined;
  /** Upper bound of the 95 % interval. */
  readonly accuracy_high: number | undefined;
  /** Numbers of rows by segment. */
  readonly correct: number;
  /** Rows with -1 <= d < 1. */
  readonly ambiguous: number;
  /** Rows with d < -1. */
  readonly incorrect: number;
  /** Mean of d. */
  readonly mean_d: number | undefined;
  /** Sample standard deviation (n - 1). */
  readonly sd_d: number | undefined;
  /** Mean S of the captions. */
  readonly mean_s_caption: number | undefined;
  /** Mean S of the foils. */
  readonly mean_s_foil: number | undefined;
}

/**
 * Scores every row.
 *
 * @param text The text tower, for token counts.
 * @param pairs The rows.
 * @param embeddings Embeddings of the rows' sentences and images.
 * @returns evaluate.csv in the order of the rows.
 */
export function evaluatePairs(
  text: TextTower,
  pairs: readonly Pair[],
  embeddings: { readonly sentences: Embeddings; readonly images: Embeddings },
): Table<EvaluateRow> {
  const rows = pairs.map((pair): EvaluateRow => {
    const { id, image, negation, caption, foil } = pair;
    const pixels = embeddings.images.get(image)!;
    const sCaption = text.family.similarity.score(embeddings.sentences.get(caption)!, pixels);
    const sFoil = text.family.similarity.score(embeddings.sentences.get(foil)!, pixels);
    const d = sCaption - sFoil;
    const tokens = text.encode(negation === "caption" ? caption : foil).length;
    const scores = { s_caption: sCaption, s_foil: sFoil, d, segment: segmentOf(d), tokens };
    return { id, image, negation, caption, foil, ...scores };
  });
  return evaluateTable(rows);
}

/** evaluate.csv of some rows. */
export function evaluateTable(rows: readonly EvaluateRow[]): Table<EvaluateRow> {
  return {
    name: "evaluate",
    columns: [
      "id",
      "image",
      "negation",
      "caption",
      "foil",
      "s_caption",
      "s_foil",
      "d",
      "segment",
      "tokens",
    ],
    rows,
  };
}

/**
 * Counts and averages per negation side and over all rows.
 *
 * @param pairs The rows' pairs, in the order of `rows`.
 * @param rows Rows of evaluate.csv.
 * @param options The seed of the intervals, which resample sentence pairs.
 * @returns summary.csv.
 */
export function summarize(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed }: { readonly seed: number },
): Table<SummaryRow> {
  const sides = ["caption", "foil", "all"] as const;
  const keys = pairs.map(sentencePairKey);
  return {
    name: "summary",
    columns: [
      "negation",
      "n",
      "accuracy",
      "accuracy_low",
      "accuracy_high",
      ...SEGMENTS,
      "mean_d",
      "sd_d",
      "mean_s_caption",
      "mean_s_foil",
    ],
    rows: sides.map((side) => {
      const places = [...rows.keys()].filter((i) => side === "all" || rows[i]!.negation === side);
      const own = places.map((i) => rows[i]!);
      const bootstrap = new ClusterBootstrap(places.map((i) => keys[i]!), { seed });
      const accuracy = bootstrap.mean(own.map(({ d }) => d > 0 ? 1 : 0));
      const count = (segment: Segment) => own.filter((row) => row.segment === segment).length;
      return {
        negation: side,
        n: own.length,
        accuracy: accuracy.estimate,
        accuracy_low: accuracy.low,
        accuracy_high: accuracy.high,
        correct: count("correct"),
        ambiguous: count("ambiguous"),
        incorrect: count("incorrect"),
        mean_d: mean(own.map(({ d }) => d)),
        sd_d: sampleSd(own.map(({ d }) => d)),
        mean_s_caption: mean(own.map((row) => row.s_caption)),
        mean_s_foil: mean(own.map((row) => row.s_foil)),
      };
    }),
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, x) => sum + x, 0) / values.length;
}

function sampleSd(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const center = mean(values)!;
  const squares = values.reduce((sum, x) => sum + (x - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
