/** Whether a model tells a negated sentence from the affirmative one: what the first sentences of every summary say. */

import { NEGATIONS } from "../../data/pairs.ts";
import { excludesZero } from "../../tables/estimates.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
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
 * @param name The model's name.
 * @param more The means over blocks, if there are any, and the largest gamma of random towers, if some were run.
 * @returns Undefined without rows of the data.
 */
export function verdictOf(
  rows: readonly SummaryRow[],
  name = "the model",
  { blocks = [], chance = -Infinity }: {
    readonly blocks?: readonly BlocksSummaryRow[] | undefined;
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
  if (all.ties === all.n) return unknown(": all rows are ties", NO_FINDING);
  const accuracy = { low: all.accuracy_low, high: all.accuracy_high };
  const share = estimateText(all.accuracy, accuracy, 2);
  const scores = `the true sentence scores higher in ${share} of ${
    accuracy.low === undefined ? all.n : "the"
  } rows`;
  const { gamma, gamma_low, gamma_high, alpha }: Partial<SummaryRow> = both;
  if (accuracy.low === undefined) return unknown(` with so few rows: ${scores}`);
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
      NO_FINDING,
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
  const right = blocks.find(({ quantity }) => quantity === "sentences_right");
  const isSmall = (all.mean_abs_d ?? CLEAR) < CLEAR;
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
      `Understanding (gamma) is ${
        estimateText(gamma, { low: gamma_low, high: gamma_high }, 2)
      } logits over matched rows`,
      ...isChance
        ? [`A tower with random weights reaches a gamma of ${numberText(chance, 2)} by chance`]
        : [],
      ...leaningText(rows),
      ...right === undefined
        ? []
        : [`Of the blocks, ${estimateText(right.value, right, 2)} are right in both pictures`],
      ...tells === "yes" ? [] : [NO_FINDING],
    ],
  };
}

/** The first sentence of each verdict that a model does not certainly tell negation. */
export function untoldSentences(verdicts: readonly (Verdict | undefined)[]): string[] {
  return verdicts.flatMap((verdict) =>
    verdict === undefined || verdict.tells === "yes" ? [] : [verdict.sentences[0]!]
  );
}

const NO_FINDING = 'What follows is what the word "no" moves in this model, not understanding';

/** The sentence to which the model leans, as the mean d of exactly one side is certainly below 0, or the one that it certainly likes. */
function leaningText(rows: readonly SummaryRow[]): string[] {
  const isWrong = NEGATIONS.map((side) =>
    (rows.find(({ negation }) => negation === side)?.mean_d_high ?? 0) < -SCORE_NOISE
  );
  const { alpha = 0, alpha_low: low, alpha_high: high } = rows.find(({ negation }) =>
    negation === "both"
  )!;
  const liked = alpha > 0 ? "affirmative" : "negated";
  const [likedWrong, other] = alpha > 0 ? isWrong.toReversed() : isWrong;
  const size = numberText(2 * Math.abs(alpha), 2);
  if (likedWrong && !other) {
    return [`It leans to the ${liked} sentence, by ${size} logits (2 alpha) over both pictures`];
  }
  const isSure = excludesZero({ low, high }) && Math.abs(alpha) > SCORE_NOISE;
  return isSure
    ? [
      `Apart from that, the ${liked} sentence scores ${size} logits (2 alpha) higher on average, whatever the picture`,
    ]
    : [];
}

function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
