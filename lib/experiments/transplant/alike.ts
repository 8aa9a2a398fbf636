/** Whether one model's values and weights can be put into another. */

import { NegscopeError } from "../../errors.ts";
import type { Study } from "../../study/study.ts";

/** The sizes and settings of a text tower that must agree. */
const TEXT_PARTS = [
  ...["layers", "heads", "width", "mlpWidth", "projection", "vocabSize", "maxPositions"],
  ...["hiddenAct", "layerNormEps"],
] as const;

/** Refuses a model of which another cannot take parts, and names what differs. */
export function checkAlike(study: Study, other: Study): void {
  const [here, there] = [study.config.text, other.config.text];
  const sizes = TEXT_PARTS.filter((part) => here[part] !== there[part])
    .map((part) => `${part} ${there[part]} instead of ${here[part]}`);
  const [family, given] = [study, other].map(({ text }) => text.family.name);
  const differs = [
    ...family === given ? [] : [`its family is ${given} instead of ${family}`],
    ...sizes.length === 0 ? [] : [`its text tower has ${sizes.join(", ")}`],
    ...sizes.length === 0 ? tokensDiffer(study, other) : [],
  ];
  if (differs.length === 0) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot put parts of "${other.inputs.modelName}" into "${study.inputs.modelName}"`,
    reason: differs.join("; "),
    expected:
      "two models of one architecture with one tokeniser, such as a model and a tuned copy of it",
  });
}

/** How the tokens of a sentence differ, if they do. */
function tokensDiffer({ text, sentencePairs }: Study, other: Study): string[] {
  const texts = sentencePairs.flatMap(({ negated, affirmative }) => [negated, affirmative]);
  for (const { sentence } of texts) {
    const [here, there] = [text, other.text].map((tower) => tower.encode(sentence).join(" "));
    if (here === there) continue;
    return [`its tokeniser reads ${JSON.stringify(sentence)} as ${there} instead of ${here}`];
  }
  return [];
}
