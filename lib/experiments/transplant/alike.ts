/** Whether one model's values and weights can be put into another. */

import { NegscopeError } from "../../errors.ts";
import type { Study } from "../../study/study.ts";

/** The sizes and settings of a text tower that must agree. */
const TEXT_PARTS = [
  ...["layers", "heads", "width", "mlpWidth", "projection", "vocabSize", "maxPositions"],
  ...["hiddenAct", "layerNormEps"],
] as const;

/**
 * Refuses two models of which one cannot take parts of the other, and names what differs.
 *
 * @param study The model that takes them.
 * @param other The model that they come from.
 */
export function checkAlike(study: Study, other: Study): void {
  const [a, b] = [study.config.text, other.config.text];
  const sizes = TEXT_PARTS.flatMap((part) => {
    const [own, given] = [a[part as keyof typeof a], b[part as keyof typeof b]];
    return own === given ? [] : [`${part} ${given} instead of ${own}`];
  });
  const [family, given] = [study, other].map(({ text }) => text.family.name);
  const differs = [
    ...family === given ? [] : [`its family is ${given} instead of ${family}`],
    ...sizes.length === 0 ? [] : [`its text tower has ${sizes.join(", ")}`],
    ...sizes.length === 0 ? tokensDiffer(study, other) : [],
  ];
  if (differs.length === 0) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot put parts of "${other.inputs.modelName}" into "${study.inputs.modelName}"`,
    subject: other.inputs.modelName,
    reason: differs.join("; "),
    expected:
      "two models of one architecture with one tokeniser, such as a model and a tuned copy of it",
  });
}

/** How the tokens of a sentence differ, if they do. */
function tokensDiffer({ text, sentencePairs }: Study, other: Study): string[] {
  for (const { negated, affirmative } of sentencePairs) {
    for (const { sentence } of [negated, affirmative]) {
      const [own, given] = [text, other.text].map((tower) => tower.encode(sentence).join(" "));
      if (own !== given) {
        return [`its tokeniser reads ${JSON.stringify(sentence)} as ${given} instead of ${own}`];
      }
    }
  }
  return [];
}
