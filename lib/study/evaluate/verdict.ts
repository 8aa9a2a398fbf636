/** Whether a model tells a negated sentence from the affirmative one: what the first sentences of every summary say. */

import { NEGATIONS } from "../../data/pairs.ts";
import { excludesZero } from "../../tables/estimates.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { SCORE_NOISE } from "../effects/noise.ts";
import type { BlocksSummaryRow } from "./blocks.ts";
import type { SummaryRow } from "./summary.ts";

export interface Verdict {
  /** `yes`, `reversed` for a model that certainly prefers the wrong sentence, `no`, or `unknown` of few or unmatched rows. */
  readonly tells: "yes" | "reversed" | "no" | "unknown";
  /** Sentences without full stops: the verdict, what the matched rows say, and what may be said of all that follows. */
  readonly sentences: readonly string[];
}

/** Where a segment other than `ambiguous` begins: a smaller mean |d| is told beside any verdict. */
const CLEAR = 1;

/**
 * Reads the verdict from the rows of summary.csv. A model tells negation if, with 95 % intervals, gamma of matched rows lies above 0 and
 * accuracy above a half, and gamma is above that of every random tower that was run. Unmatched rows have no verdict.
 *
 * @param rows The rows.
 * @param more The model's name, and the largest gamma of random towers, if some were run.
 * @returns Undefined without rows of the data.
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
