/** Counts and averages of the scores by negated side (Quantmeyer et al. 2024, section 3). */

import {
  count,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { type Negation, NEGATIONS, NEGATIONS_AND_ALL, type Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/columns.ts";
import { clusterShare } from "../../stats/share.ts";
import { N, numberOrNone } from "../columns.ts";
import { estimate } from "../effects/estimate_columns.ts";
import { rightness, roundedToZero, SCORE_NOISE, signOfD } from "../effects/noise.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { understandingSteps } from "../effects/understanding.ts";
import type { EvaluateRow, Segment } from "../rows/score_rows.ts";
import type { Steps } from "../../stats/steps.ts";
import { type EstimateNames, excludesZero } from "../../tables/estimates.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import type { BlocksSummaryRow } from "./blocks.ts";

const SIDE = key(text<Negation | "all" | "both">(
  "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows; `both` for what follows from matched rows of both sides.",
));

const ACCURACY = estimate("accuracy", "share", "Share of rows with d > 0; ties count one half.", {
  meanOf: { table: "evaluate", column: "d", above: 0, tie: SCORE_NOISE },
});
const MEAN_D = estimate("mean_d", "logit", "Mean of d.", {
  meanOf: { table: "evaluate", column: "d" },
});

const GAMMA = estimate(
  "gamma",
  "logit",
  "Understanding, of `both` alone: half of how much better the true sentence scores, apart from what the model likes in sentences. With D_f and D_c, the mean d of foil- and caption-negated rows that are alike, (D_f + D_c) / 4.",
  { meanOf: { table: "evaluate", column: "d" } },
);
const ALPHA = estimate(
  "alpha",
  "logit",
  "Bias, of `both` alone: over both sides the affirmative sentence scores 2 alpha higher, whatever the picture; (D_f - D_c) / 4 of the same rows.",
  { meanOf: { table: "evaluate", column: "d", isAlpha: true } },
);

export const SUMMARY = table(
  "summary",
  "One row for each negated side, for `all` rows, and for `both` sides.",
  {
    negation: SIDE,
    n: N,
    ...ACCURACY.columns,
    ties: optional(count("Rows with |d| up to 1e-4, the noise of S.", "rows")),
    correct: optional(count("Rows with d >= 1.", "rows")),
    ambiguous: optional(count("Rows with -1 <= d < 1.", "rows")),
    incorrect: optional(count("Rows with d < -1.", "rows")),
    ...MEAN_D.columns,
    mean_abs_d: numberOrNone("logit", "Mean of |d|."),
    ...GAMMA.columns,
    ...ALPHA.columns,
    rows_matched: optional(count(
      "Rows of gamma and alpha, whose two sentences, or else whose frame and number, the other side has too; 0 if all rows are taken, unmatched and without an interval.",
      "rows",
    )),
  },
);

/** A row of summary.csv: one side, all rows, or both sides. */
export type SummaryRow = Row<
  { negation: Negation | "all" | "both" },
  "n",
  | ("ties" | "correct" | "ambiguous" | "incorrect" | "mean_abs_d" | "rows_matched")
  | EstimateNames<"accuracy" | "mean_d" | "gamma" | "alpha">
>;

export function* summarySteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<SummaryRow>> {
  const keys = pairs.map((pair) => clusterOf(pair, cluster));
  const made: (Pick<SummaryRow, "negation" | "n"> & Partial<SummaryRow>)[] = [];
  for (const side of NEGATIONS_AND_ALL) {
    const places = [...rows.keys()].filter((i) => side === "all" || rows[i]!.negation === side);
    const ofSide = places.map((i) => rows[i]!);
    const countOf = (segment: Segment) => ofSide.filter((row) => row.segment === segment).length;
    const clusters = places.map((i) => keys[i]!);
    yield;
    const accuracy = clusterShare(ofSide.map(({ d }) => rightness(d)), { clusters });
    yield;
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    made.push({
      ...{ negation: side, n: ofSide.length },
      ...{
        ...ACCURACY.cells(accuracy),
        ...MEAN_D.cells(roundedToZero(bootstrap.mean(ofSide.map(({ d }) => d)))),
      },
      ties: ofSide.filter(({ d }) => signOfD(d) === 0).length,
      correct: countOf("correct"),
      ambiguous: countOf("ambiguous"),
      incorrect: countOf("incorrect"),
      mean_abs_d: mean(ofSide.map(({ d }) => Math.abs(d))),
    });
  }
  const d = rows.map((row) => row.d);
  const { gamma, alpha, matched } = yield* understandingSteps(pairs, d, { seed, cluster });
  made.push({
    ...{ negation: "both", n: rows.length },
    ...{ ...GAMMA.cells(gamma), ...ALPHA.cells(alpha), rows_matched: matched },
  });
  return fillTable(SUMMARY, made as SummaryRow[]);
}

export interface Verdict {
  /** `yes`, `reversed` for a model that certainly prefers the wrong sentence, `no`, or `unknown` of few or unmatched rows. */
  readonly tells: "yes" | "reversed" | "no" | "unknown";
  /** Sentences without full stops: the verdict, what the matched rows say, and what may be said of all that follows. */
  readonly sentences: readonly string[];
}

/** Where a segment other than `ambiguous` begins: a smaller mean |d| is told beside any verdict. */
const CLEAR = 1;

/**
 * Reads the verdict from the rows of summary.csv; undefined without rows of the data. A model tells negation if, with 95 % intervals, gamma of
 * matched rows lies above 0 and accuracy above a half, and gamma is above `chance`, that of every random tower. Unmatched rows have no verdict.
 */
export function verdictOf(
  rows: readonly SummaryRow[],
  { name = "the model", chance = -Infinity }: {
    readonly name?: string | undefined;
    readonly chance?: number | undefined;
  } = {},
): Verdict | undefined {
  const rowOf = (side: SummaryRow["negation"]) => rows.find(({ negation }) => negation === side);
  const [all, both = {}] = [rowOf("all"), rowOf("both")];
  if (all === undefined || all.n === 0) return undefined;
  const unknown = (why: string, ...more: readonly string[]): Verdict => (
    {
      tells: "unknown",
      sentences: [`Whether ${name} tells negation cannot be told${why}`, ...more],
    }
  );
  if (all.n === 1) return { tells: "unknown", sentences: [onePairText(all, name)] };
  if (all.ties === all.n) return unknown(": all rows are ties", NO_FINDING);
  const accuracy = { low: all.accuracy_low, high: all.accuracy_high };
  const share = numberText(all.accuracy!, 2);
  const higher = `the true sentence scores higher in ${share} of ${all.n} rows`;
  const scores = `${higher} (95 % interval ${intervalText(accuracy, 2)})`;
  const { gamma, gamma_low, gamma_high, alpha, rows_matched }: Partial<SummaryRow> = both;
  if (accuracy.low === undefined) return unknown(` with so few rows: ${higher}`);
  if (gamma_low === undefined) {
    const lacking = NEGATIONS.find((side) => rowOf(side)?.n === 0);
    return unknown(
      lacking === undefined
        ? ": too few rows have the same two sentences, or the same frame, on both sides"
        : `: no row has a negated ${lacking}`,
      capital(scores),
      ...gamma === undefined ? [] : [
        `Over all rows gamma is ${numberText(gamma, 2)} and alpha ${
          numberText(alpha!, 2)
        } logits; where the sides have other sentences, gamma takes up some of the bias`,
      ],
      'What follows is what the word "no" moves in this model, be it understanding or not',
    );
  }
  const isHigh = accuracy.low > 0.5 && gamma_low > SCORE_NOISE;
  const isChance = isHigh && gamma! <= chance;
  const isLow = accuracy.high! < 0.5 && gamma_high! < -SCORE_NOISE;
  const tells = isHigh && !isChance ? "yes" : isLow ? "reversed" : "no";
  const first = {
    yes: "tells negation",
    reversed: "takes negation the wrong way round",
    no: "does not tell negation here",
  }[tells];
  const isSmall = (all.mean_abs_d ?? CLEAR) < CLEAR;
  const understanding = estimateText(gamma, { low: gamma_low, high: gamma_high }, 2);
  return {
    tells,
    sentences: [
      capital(`${name} ${first}: ${scores}`),
      ...all.mean_abs_d !== undefined && (isSmall || tells === "no")
        ? [
          `${isSmall ? "The differences are small: mean" : "Mean"} |d| is ${
            numberText(all.mean_abs_d, 2)
          } logits, and ${numberText((all.ambiguous ?? 0) / all.n, 2)} of the rows are ambiguous`,
        ]
        : [],
      `Understanding (gamma) is ${understanding} logits on ${rows_matched} matched rows${
        leaningText(rows)
      }`,
      ...isChance
        ? [`A tower with random weights reaches a gamma of ${numberText(chance, 2)} by chance`]
        : [],
      ...tells === "yes" ? [] : [NO_FINDING],
    ],
  };
}

function onePairText({ mean_d: d, correct, incorrect }: SummaryRow, name: string): string {
  const size = `d = ${numberText(d!, 2)} logits`;
  return correct || incorrect
    ? `${name} prefers the ${correct ? "true" : "false"} sentence: ${size}`
    : `${name} hardly tells the two sentences apart: ${size}, of which shares say little`;
}

/** What a summary of scores alone says besides: in how many blocks the model has the right sentence, and the right picture. */
export function blocksSentences(blocks: readonly BlocksSummaryRow[], n: number): string[] {
  const of = (name: BlocksSummaryRow["quantity"]) => {
    const row = blocks.find(({ quantity }) => quantity === name);
    return estimateText(row?.value, row ?? {}, 2);
  };
  if (n === 0) return [];
  return [
    `Of ${n} blocks of two pictures and two sentences, ${
      of("sentences_right")
    } have the right sentence in both pictures, and ${
      of("pictures_right")
    } the right picture for both sentences`,
  ];
}

const NO_FINDING = 'What follows is what the word "no" moves in this model, not understanding';

/** The sentence to which the model leans, as the mean d of exactly one side is certainly below 0, or the one that it certainly likes. */
function leaningText(rows: readonly SummaryRow[]): string {
  const isWrong = NEGATIONS.map((side) =>
    (rows.find(({ negation }) => negation === side)?.mean_d_high ?? 0) < -SCORE_NOISE
  );
  const { alpha = 0, alpha_low: low, alpha_high: high } = rows.find(({ negation }) =>
    negation === "both"
  )!;
  const liked = alpha > 0 ? "affirmative" : "negated";
  const [likedWrong, other] = alpha > 0 ? isWrong.toReversed() : isWrong;
  const isSure = excludesZero({ low, high }) && Math.abs(alpha) > SCORE_NOISE;
  if (!isSure && !(likedWrong && !other)) return "";
  return `; the model leans to the ${liked} sentence by ${
    numberText(2 * Math.abs(alpha), 2)
  } logits (2 alpha), whatever the picture`;
}

function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
