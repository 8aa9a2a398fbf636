/** Whether a model tells a negated sentence from the affirmative one: what the first sentences of every summary say. */

import { intervalText, numberText } from "../../tables/text_table.ts";
import { SCORE_NOISE } from "../effects/noise.ts";
import type { SummaryRow } from "./summary.ts";

export interface Verdict {
  /** `yes`, `reversed` for a model that certainly prefers the wrong sentence, `no`, or `unknown` where intervals cannot decide it. */
  readonly tells: "yes" | "reversed" | "no" | "unknown";
  /** Sentences without full stops: the verdict, what the matched rows say, and what may be said of all that follows. */
  readonly sentences: readonly string[];
}

type Bounds = Parameters<typeof intervalText>[0];

/** Where a segment other than `ambiguous` begins: a smaller mean |d| is told beside any verdict. */
const CLEAR = 1;

/**
 * Reads the verdict from the rows of summary.csv. A model tells negation if, with 95 % intervals, gamma of matched rows lies above 0 and
 * accuracy above a half, and gamma is above that of every random tower that was run.
 *
 * @param rows The rows.
 * @param name The model's name.
 * @param chance The largest gamma of random towers. @default {none were run}
 * @returns Undefined without rows of the data.
 */
export function verdictOf(
  rows: readonly SummaryRow[],
  name = "the model",
  chance?: number,
): Verdict | undefined {
  const rowOf = (side: SummaryRow["negation"]) => rows.find(({ negation }) => negation === side);
  const all = rowOf("all");
  if (all === undefined || all.n === 0) return undefined;
  if (all.ties === all.n) {
    const sentence = `Whether ${name} tells negation cannot be told: all rows are ties`;
    return { tells: "unknown", sentences: [sentence, NO_FINDING] };
  }
  const both = rowOf("both");
  const accuracy = { low: all.accuracy_low, high: all.accuracy_high };
  const gamma = { low: both?.gamma_low, high: both?.gamma_high };
  const isChance = (both?.gamma ?? 0) <= (chance ?? -Infinity);
  const found = tellsBy(accuracy, gamma);
  const tells = found === "yes" && isChance ? "no" : found;
  const isSmall = (all.mean_abs_d ?? CLEAR) < CLEAR;
  const interval = intervalText(accuracy, 2);
  const scores = `the true sentence scores higher in ${
    numberText(all.accuracy!, 2)
  } of ${all.n} rows${interval && ` (95 % interval ${interval})`}`;
  const size = all.mean_abs_d !== undefined && (isSmall || tells === "no")
    ? [
      `${isSmall ? "The differences are small: mean" : "Mean"} |d| is ${
        numberText(all.mean_abs_d, 2)
      } logits, and ${numberText((all.ambiguous ?? 0) / all.n, 2)} of the rows are ambiguous`,
    ]
    : [];
  const first = {
    yes: `${name} tells negation: ${scores}`,
    reversed: `${name} takes negated sentences for affirmative ones: ${scores}`,
    no: `${name} does not tell negation here: ${scores}`,
    unknown: `Whether ${name} tells negation cannot be told ${
      interval === "" ? "with so few rows" : "with so few matched rows"
    }: ${scores}`,
  }[tells];
  return {
    tells,
    sentences: [
      capital(first),
      ...size,
      ...matchedText(both, tells === "yes"),
      ...found === "yes" && isChance
        ? [`A tower with random weights reaches a gamma of ${numberText(chance!, 2)} by chance`]
        : [],
      ...leaningText(rowOf("foil"), rowOf("caption")),
      ...tells === "yes" || interval === "" ? [] : [NO_FINDING],
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

function tellsBy(accuracy: Bounds, gamma: Bounds): Verdict["tells"] {
  if (accuracy.low === undefined || accuracy.high === undefined) return "unknown";
  const isHigh = accuracy.low > 0.5;
  if (!isHigh && accuracy.high >= 0.5) return "no";
  if (gamma.low === undefined || gamma.high === undefined) return "unknown";
  if (isHigh) return gamma.low > SCORE_NOISE ? "yes" : "no";
  return gamma.high < -SCORE_NOISE ? "reversed" : "no";
}

/** Gamma, and the sentence that the model likes whatever the picture shows. */
function matchedText(both: SummaryRow | undefined, tells: boolean): string[] {
  if (both?.gamma === undefined || both.gamma_low === undefined) return [];
  const { gamma, gamma_low, gamma_high, alpha, alpha_low, alpha_high, rows_matched } = both;
  const interval = intervalText({ low: gamma_low, high: gamma_high }, 2);
  const isSure = tells && (alpha_low! > SCORE_NOISE || alpha_high! < -SCORE_NOISE);
  const liked = alpha! > 0 ? "affirmative" : "negated";
  return [
    `On ${rows_matched} matched rows ${tells ? "understanding (gamma)" : "gamma"} is ${
      numberText(gamma, 2)
    } logits (${interval})${
      isSure
        ? `; beside it the ${liked} sentence scores ${
          numberText(2 * Math.abs(alpha!), 2)
        } higher, whatever the picture`
        : ""
    }`,
  ];
}

/** The side on which the wrong sentence certainly scores higher, if it is one of both. */
function leaningText(foil: SummaryRow | undefined, caption: SummaryRow | undefined): string[] {
  const isWrong = (side: SummaryRow | undefined) => (side?.mean_d_high ?? 0) < -SCORE_NOISE;
  if (isWrong(foil) === isWrong(caption)) return [];
  const [side, liked] = isWrong(foil) ? [foil!, "negated"] : [caption!, "affirmative"];
  const interval = intervalText({ low: side.mean_d_low, high: side.mean_d_high }, 2);
  return [
    `It leans to the ${liked} sentence: where the ${side.negation} is negated, mean d is ${
      numberText(side.mean_d!, 2)
    } (${interval})`,
  ];
}

function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
