/** Which of several models is the best and which the worst, and which do not tell negation: the first sentences about many models. */

import type { Verdict } from "../../study/evaluate/summary.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";

/** A measure with its interval, where it has one. */
export interface Measured {
  readonly value: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A model with its scores, as far as they are known. */
export interface JudgedModel {
  /** Its name, with that of the data where there are several. */
  readonly name: string;
  readonly verdict?: Verdict | undefined;
  readonly accuracy?: Measured | undefined;
  /** How many rows the accuracy is of. */
  readonly rows?: number | undefined;
  readonly gamma?: Measured | undefined;
}

/** Says which models do not tell negation, then which has the most rows right and which the fewest, and the same of gamma. */
export function bestSentences(models: readonly JudgedModel[]): string[] {
  const scored = ranked(models, "accuracy");
  const [first, last] = [scored[0], scored.at(-1)];
  const isSame = first?.accuracy?.value === last?.accuracy?.value;
  const have = (at: JudgedModel | undefined) => {
    const names = scored.filter(({ accuracy }) => accuracy!.value === at?.accuracy?.value)
      .map(({ name }) => name);
    return `${namesText(names)} ${names.length === 1 ? "has" : "have"}`;
  };
  return [
    ...untoldSentences(models),
    ...first === undefined || scored.length < 2 ? [] : [
      `Of ${scored.length} models, ${have(first)} the highest accuracy: right in ${
        shareText(first)
      }`,
      ...isSame ? [] : [`${have(last)} the lowest accuracy: right in ${shareText(last!)}`],
    ],
    ...gammaSentence(models),
  ];
}

/** The models that have a score, the largest first. */
function ranked(models: readonly JudgedModel[], score: "accuracy" | "gamma"): JudgedModel[] {
  return models.filter((model) => model[score]?.value !== undefined)
    .toSorted((a, b) => b[score]!.value! - a[score]!.value!);
}

function shareText({ accuracy, rows }: JudgedModel): string {
  const of = rows === undefined ? "its rows" : `${rows} rows`;
  const interval = intervalText(accuracy!, 2);
  return `${numberText(accuracy!.value!, 2)} of ${of}${interval && ` (95 % interval ${interval})`}`;
}

/** Says which models do not tell negation, or may not. */
export function untoldSentences(models: readonly JudgedModel[]): string[] {
  const names = (...kinds: readonly Verdict["tells"][]) => [
    ...new Set(
      models.filter(({ verdict }) => verdict !== undefined && kinds.includes(verdict.tells))
        .map(({ name }) => name),
    ),
  ];
  const [untold, unknown] = [names("no", "reversed"), names("unknown")];
  const does = untold.length === 1 ? "does" : "do";
  return [
    ...untold.length === 0 ? [] : [
      `${namesText(untold)} ${does} not tell negation here: what moves d there is no understanding`,
    ],
    ...unknown.length === 0 ? [] : [
      `Whether ${namesText(unknown)} ${
        unknown.length === 1 ? "tells" : "tell"
      } negation cannot be told`,
    ],
  ];
}

function gammaSentence(models: readonly JudgedModel[]): string[] {
  const known = ranked(models, "gamma");
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < 2 || first!.gamma!.value === last!.gamma!.value) return [];
  const text = ({ gamma }: JudgedModel) => estimateText(gamma!.value, gamma!, 2);
  return [
    `Understanding (gamma) is largest in ${first!.name}, ${text(first!)} logits, and smallest in ${
      last!.name
    }, ${text(last!)}`,
  ];
}
